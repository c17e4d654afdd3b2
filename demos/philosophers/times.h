/*
 * How long a philosopher thinks, eats, and reaches from one fork to the other: a mean and a distribution, drawn from
 * the philosopher's own random numbers. Integers only: these threads have no floating point.
 */
#ifndef PHILOSOPHERS_TIMES_H
#define PHILOSOPHERS_TIMES_H

#include <stdint.h>

struct times {
	uint32_t think, eat, reach; /* means, us */
	uint8_t distribution;       /* enum phil_distribution */
};

/* Where the random numbers of philosopher i begin. */
uint64_t random_begin(uint64_t seed, uint32_t i);
uint64_t random_next(uint64_t *random);

/* A time in ns, of a distribution around that mean. 0 for a mean of 0. */
uint64_t time_draw(uint64_t *random, uint32_t mean_us, uint8_t distribution);

#endif
