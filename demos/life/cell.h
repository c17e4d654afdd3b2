/* A cell: a thread that knows nothing but its place on the board and how to step. See cell.c; neighbours.c and channels.c for the other ways. */
#ifndef LIFE_CELL_H
#define LIFE_CELL_H

#include <stdbool.h>

#include <petri/thread.h>

/* What has become of a cell whose thread was killed or faulted, until somebody revives it. */
enum cell_death {
	CELL_LIVES,
	CELL_DIED,   /* the reaper has booked it */
	CELL_BURIED, /* its place on the board has been cleared */
	CELL_TOLD    /* and a board without it goes to the reader, or went */
};

struct cell {
	uint64_t turns; /* its last arrival: at the barrier, how often it has come, which is one more than its steps; or where it stood (hold.c) */
	uint64_t step;      /* cells that run free: how many steps it has made, and CELL_AWAITED, CELL_GONE; a park word */
	thread_id thread;   /* 0: it has none; under the dish's roll lock */
	uint64_t wild_at;   /* the address it writes to when it runs wild; set while the cells stand */
	bool wild;          /* its next step is to be a write to that address; likewise */
	bool early;         /* by channels: dead already at the step that it has made last, since it stood there */
	uint8_t dead;       /* enum cell_death; under the roll lock, but for the reporter, who looks who is CELL_TOLD */
	uint32_t looked_at; /* how many steps it had then: shares.c */
};
#define CELL_AWAITED (1ull << 63) /* a neighbour waits for the next step */
#define CELL_GONE (1ull << 62)    /* there will be none */
#define CELL_STEPS (CELL_GONE - 1)

void *cell_main(void *cell);

/* Cells that run free, after each step: stands and looks around where that is wanted. False: its life is over. */
bool cell_attend(struct cell *me, uint64_t step, const uint8_t *here);

#endif
