/*
 * A picture that is sent in bands (docs/wire.md, LIFE_BAND and its like): what the reader has of it, so that a band goes out as the
 * difference to that, in the smallest coding, or not at all when nothing in it has changed.
 *
 * A picture is rows of bytes, one after the other, cut into bands of as many rows as fit into a frame. One thread uses it at a time.
 */
#ifndef PETRI_BANDS_H
#define PETRI_BANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <petri/error.h>

struct picture {
	uint32_t epoch;
	uint64_t number; /* generation or sample */
	uint32_t rows;
	uint32_t row_bytes;
	uint32_t band_rows; /* rows in a band: at most LIFE_BAND_DATA_MAX bytes */
	const uint8_t *bytes;
};

/* What the reader has. All zero at first, but for the type. */
struct bands {
	uint8_t type;   /* of the frames */
	uint8_t *sent;  /* each band as it was sent last ... */
	uint64_t *base; /* ... and the number of the picture it was part of */
	size_t room;    /* bytes in sent */
	size_t places;  /* words in base */
};

/* Room for pictures of this shape. May block (heap). ENOMEM: all is as
 * it was. */
PETRI_NODISCARD enum petri_error bands_reserve(struct bands *b, const struct picture *shape);

/* Sends the bands that have changed, or with key all of them; returns how many. The first picture of a shape or epoch is to be a key. Blocks while
 * the line is busy. */
uint32_t bands_send(struct bands *b, const struct picture *picture, bool key);

#endif
