/*
 * Life's bands (docs/wire.md section 3): packed rows of bits, coded in the smallest of three ways.
 *
 * Freestanding, no allocation, no state; used by the Life app and by the viewer.
 */
#ifndef PETRI_WIRE_LIFE_H
#define PETRI_WIRE_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIFE_SIDE_MAX 4096u
#define LIFE_TORUS 0
#define LIFE_PLANE 1

enum life_run_state { LIFE_PAUSED, LIFE_RUNNING, LIFE_STEPPING, LIFE_UNTIL };
/* How the cells agree on a generation. */
enum life_sync { LIFE_BARRIER, LIFE_NEIGHBOUR, LIFE_CHANNEL, LIFE_SYNCS };
enum life_coding { LIFE_RAW, LIFE_ZERO_RUNS, LIFE_INDEX_LIST };

enum {
	WIRE_LIFE_CONFIG_SIZE = 28,
	WIRE_LIFE_BAND_SIZE = 28,
	WIRE_LIFE_GENERATION_SIZE = 48,   /* the least that a reader accepts; what is sent: */
	WIRE_LIFE_GENERATION_SPREAD = 60, /* with how far the cells were apart */
	WIRE_LIFE_DEAD_SIZE = 10,
	WIRE_LIFE_CELLS_SIZE = 6,
};
#define LIFE_BAND_KEY 1u
#define LIFE_GEN_KEY 1u
#define LIFE_GEN_GOAL 2u
#define LIFE_GEN_PAUSED 4u

/* Most bytes of data in one band frame. */
#define LIFE_BAND_DATA_MAX (1024u - WIRE_LIFE_BAND_SIZE)

/* Bytes of a row of w cells; rows in one band of a board of that width (at least 1 for w <= LIFE_SIDE_MAX). */
static inline uint32_t life_row_bytes(uint32_t w) { return (w + 7) / 8; }
static inline uint32_t life_band_rows(uint32_t w) { return LIFE_BAND_DATA_MAX / life_row_bytes(w); }

/*
 * Codes n bytes of band. base: the same band as last sent, or NULL for a key (coded against zeros).
 * out has room for n bytes: the result is never larger than raw. *coding tells what was chosen.
 * Returns the number of bytes in out; 0 with *coding != LIFE_RAW means: no bit differs from base.
 */
size_t life_band_encode(uint8_t *out, enum life_coding *coding, const uint8_t *band, const uint8_t *base, size_t n);

/*
 * The inverse: band[0..n) holds the base (ignored when key) and is replaced by the new content.
 * Returns false, with band unchanged, if the data are damaged (any bytes are safe to pass).
 */
bool life_band_decode(uint8_t *band, size_t n, uint8_t coding, bool key, const uint8_t *data, size_t length);

#endif
