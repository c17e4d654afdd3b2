/*
 * Life's engine on the threads of the host: life SIDE SYNC GENERATIONS. Prints ns per cell and generation, in time and of all processors, and the
 * living cells at the end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include <petri/wire_life.h>

#include "../../demos/life/dish.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double used(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e9 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e3;
}

/* The same soup as in tests/bench/life.c. */
static void pour_soup(struct board *b)
{
	uint32_t random = 1;

	for (uint32_t y = 0; y < b->shape.height; y++)
		for (uint32_t x = 0; x < b->shape.width; x++) {
			random = random * 1664525u + 1013904223u;
			board_put(b, dish_buffer(), x, y, random >> 30 == 0);
		}
}

static void generations(uint32_t n)
{
	if (dish.culture.sync != LIFE_BARRIER) {
		dish_open_until(dish.stop + n);
		dish_await();
		return;
	}
	for (; n > 0; n--) {
		dish_open();
		dish_await();
	}
}

int main(int argc, char **argv)
{
	uint16_t side = argc == 4 ? (uint16_t)atoi(argv[1]) : 0;
	uint32_t n = argc == 4 ? (uint32_t)atoi(argv[3]) : 0;
	const struct shape shape = {side, side, LIFE_TORUS};
	double steps = (double)side * side * n, began, began_used;
	uint8_t *bits;

	if (steps == 0 || dish_init() != PETRI_OK || dish_sow(&shape, (enum life_sync)atoi(argv[2])) != PETRI_OK) {
		fprintf(stderr,
			"life SIDE SYNC GENERATIONS (SYNC 0 barrier, 1 neighbour, 2 channel): or there are too few threads\n");
		return 1;
	}
	dish_await();
	dish.rule = RULE_CONWAY;
	pour_soup(&dish.culture.board);
	generations(1);
	began = now(), began_used = used();
	generations(n);
	printf("time %.0f used %.0f", (now() - began) / steps, (used() - began_used) / steps);
	bits = malloc(board_packed_size(&shape));
	printf(" population %u\n", bits ? board_pack(&dish.culture.board, dish_buffer(), bits) : 0);
	fflush(stdout);
	_Exit(0);
}
