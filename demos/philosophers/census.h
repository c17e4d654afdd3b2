/*
 * What can be counted at the table. Each philosopher books its own meals; here they are added up, so that a meal costs next to
 * nothing and a report a walk around the table.
 */
#ifndef PHILOSOPHERS_CENSUS_H
#define PHILOSOPHERS_CENSUS_H

#include <stdint.h>

#include <petri/wire_phil.h>

struct census {
	uint32_t thinking, hungry, eating, ended;
	uint32_t forks; /* in hands */
	uint64_t meals;
	uint64_t waited;  /* over all meals, ns */
	uint64_t longest; /* of a meal, ns */
	uint64_t waiting; /* the longest wait going on, ns ... */
	uint32_t who;     /* ... and whose */
	/* Of the living. */
	uint32_t fairness; /* Jain's index, in millionths */
	uint32_t fewest, most;
	uint32_t violations;
};

/* looks: a byte for each philosopher, as in PHIL_BAND; NULL: not wanted. Any thread; does not block. */
void census_take(struct census *c, uint8_t *looks);

struct waits {
	uint64_t meals[PHIL_BUCKETS];
	uint64_t median, p99; /* ns: upper end of the bucket */
};
void census_waits(struct waits *w);

/* (sum of x)^2 / (n * sum of x^2), in millionths, rounded down: 1 if all are equal, 1/n if one has all. Exact. */
uint32_t jain_index(uint64_t n, uint64_t sum, unsigned __int128 squares);

#endif
