/* A cell: a thread that knows nothing but its place on the board and how to step. See cell.c. */
#ifndef LIFE_CELL_H
#define LIFE_CELL_H

#include <stdbool.h>

#include <petri/thread.h>

struct cell {
	uint64_t turns;   /* how often it has come to the barrier: one more than its steps; written by the cell alone */
	thread_id thread; /* 0: it has none; under the dish's roll lock */
	uint64_t wild_at; /* the address it writes to when it runs wild; set while the cells stand */
	bool wild;        /* its next step is to be a write to that address; likewise */
	bool dead;        /* its thread was killed or faulted, and nobody has revived it; under the roll lock */
};

void *cell_main(void *cell);

#endif
