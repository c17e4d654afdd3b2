/*
 * The options that are for Life alone.
 */
#ifndef VIEWER_LIFE_OPTIONS_H
#define VIEWER_LIFE_OPTIONS_H

#include "pattern.h"

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
	bool has_until;
	uint64_t until;
	const char *save;
	bool grid;
};

#endif
