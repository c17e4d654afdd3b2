/*
 * The options that are for the philosophers alone.
 */
#ifndef VIEWER_PHIL_OPTIONS_H
#define VIEWER_PHIL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct phil_options {
	bool wanted; /* one of them was given: a target that runs already gets this set-up */
	uint32_t philosophers;
	uint8_t strategy; /* enum phil_strategy */
	bool has_distribution;
	uint8_t distribution; /* enum phil_distribution; only if has_... */
	bool has_think, has_eat, has_reach;
	uint32_t think, eat, reach; /* means in us; only if has_... : each face has its own defaults */
	bool has_meals;
	uint64_t meals; /* the goal */
	bool until_deadlock;
};

#endif
