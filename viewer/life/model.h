/*
 * The dish as the stream tells it (docs/wire.md section 3): bands are gathered as bits, and shown, as bytes with ages,
 * when LIFE_GENERATION says that a generation is complete. Knows nothing of sources, sequence numbers or commands.
 */
#ifndef VIEWER_MODEL_H
#define VIEWER_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "life.h"

#define NEVER UINT64_MAX

enum model_result {
	MODEL_OK,
	MODEL_SHOWN,    /* a generation is complete and the dish is new */
	MODEL_IGNORED,  /* of another epoch */
	MODEL_UNUSABLE, /* something is missing: a key is wanted */
	MODEL_DAMAGED,  /* too short, or out of bounds */
};

struct model {
	struct dish dish; /* as last shown */
	/* as last configured, and gathered since */
	bool configured;
	uint32_t epoch;
	uint32_t width, height;
	uint8_t *bits;      /* height rows of life_row_bytes(width) */
	uint64_t *row_sent; /* generation with which the row last came; NEVER = not yet */
	uint8_t *row_new;   /* the row came since the last LIFE_GENERATION */
	uint16_t bands;     /* bands since the last LIFE_GENERATION, of generation gathering */
	uint32_t key_rows;  /* rows of them that came in keys */
	uint64_t gathering;
	bool joined;   /* every row is known, so there is something to show */
	bool sure;     /* nothing that could have changed the dish was missed */
	bool ages_new; /* the next generation shown begins the ages anew (a new dish) */
	bool dead_new; /* the next LIFE_DEAD begins the list anew */
};

enum model_result model_config(struct model *m, const uint8_t *p, size_t n);
enum model_result model_band(struct model *m, const uint8_t *p, size_t n);
enum model_result model_generation(struct model *m, const uint8_t *p, size_t n);
enum model_result model_dead(struct model *m, const uint8_t *p, size_t n);
/* Something was lost on the way: nothing is sure before the next key. */
void model_doubt(struct model *m);
void model_free(struct model *m);

#endif
