/*
 * The controller: the main thread. Between two generations, while all cells stand, it does what commands ask, hands
 * snapshots to the reporter, waits until the next generation is due, and opens the gate. See controller.c.
 */
#ifndef LIFE_CONTROLLER_H
#define LIFE_CONTROLLER_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/error.h>
#include <petri/time.h>
#include <petri/wire_life.h>

#include "board.h"

struct controller {
	enum life_run_state state;
	uint32_t speed;      /* generations per 1,000 s; 0: as fast as possible */
	petri_time due;      /* of the next generation */
	uint64_t generation; /* of the board */
	uint64_t goal;       /* LIFE_STEPPING, LIFE_UNTIL: where it pauses */
	bool end;            /* LIFE_UNTIL: where the whole run ends */
	uint32_t epoch;

	/* What the next report is to be. */
	bool unreported; /* something changed since the last one */
	bool at_once;    /* however short ago the last one was */
	bool key;
	bool reached;        /* the goal of LIFE_UNTIL stands here */
	petri_time reported; /* when the last one was taken */
	uint64_t hindmost;   /* cells that run free: the last look at how far they had come, by the board's generations... */
	uint32_t spread;     /* ...and how many the foremost was ahead */

	/* The start pattern: the board as it was when it first ran. */
	bool started;
	uint8_t *start; /* packed; NULL: none */
	uint64_t start_generation;
};
extern struct controller controller;

/* Never returns but by the end of the run. dish_init() has been called; the dish may be empty. */
__attribute__((noreturn)) void controller_main(void);
/* Any thread: there is something to look at. */
void controller_wake(void);

/* The rest is for commands: called by the controller itself, while all cells stand. */

/* Report at once; with new_epoch the board is not what the last generation made it. */
void controller_changed(bool new_epoch);
/* A new, empty dish of this shape, whose cells agree in this way, generation 0, paused. */
PETRI_NODISCARD enum petri_error controller_setup(const struct shape *shape, uint32_t rule, enum life_sync sync);
/* The cells agree in another way from now on. */
PETRI_NODISCARD enum petri_error controller_set_sync(enum life_sync sync);
void controller_run(enum life_run_state state, uint64_t goal, bool end);
void controller_set_speed(uint32_t speed);
PETRI_NODISCARD enum petri_error controller_reset(void);
/* All cells live again, before a board is loaded. */
PETRI_NODISCARD enum petri_error controller_revive(void);

#endif
