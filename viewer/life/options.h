/*
 * The options that are for Life alone.
 */
#ifndef VIEWER_LIFE_OPTIONS_H
#define VIEWER_LIFE_OPTIONS_H

#include "../wild.h"
#include "pattern.h"

/* --kill, --wild: the end of a cell when the board stands at a generation. */
struct life_errand {
	uint64_t generation;
	uint16_t x, y;
	bool wild;             /* by a write that is a fault; else its thread is killed */
	enum wild_place place; /* to where */
	uint64_t address;      /* WILD_ADDRESS */
};

struct life_options {
	/* the dish to start with */
	const char *load;
	bool has_rule;
	struct rule rule; /* its size is 0 when --rule has no suffix */
	bool has_random;
	double random;
	bool has_soup;
	uint64_t soup; /* always set: the clock, or 1 in a run that is to repeat */

	/* the run */
	bool has_sync;
	uint8_t sync; /* enum life_sync */
	bool has_until;
	uint64_t until;
	const char *save;
	bool grid;
	const struct life_errand *errands; /* what is to happen to cells */
	size_t errand_count;
};

#endif
