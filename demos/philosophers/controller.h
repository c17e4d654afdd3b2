/*
 * The controller: the main thread. It does what commands ask, looks at the table sixty times a second, hands snapshots to the
 * reporter, and sees when the goal is reached or a cycle has closed. See controller.c.
 */
#ifndef PHILOSOPHERS_CONTROLLER_H
#define PHILOSOPHERS_CONTROLLER_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/error.h>
#include <petri/time.h>
#include <petri/wire_phil.h>

#include "table.h"

struct controller {
	enum phil_run_state state;
	uint8_t endings;        /* PHIL_END_AT_DEADLOCK, PHIL_END_AT_GOAL */
	uint32_t epoch;         /* 0: nobody has sat down yet */
	bool deadlock;          /* a cycle has closed and stands */
	bool goal;              /* is reached */
	uint64_t cycles_before; /* reported before this table was laid */
	uint32_t told;          /* bit i: the first violation of kind i has been told */

	/* What the next report is to be. */
	bool at_once; /* however short ago the last one was */
	bool key;
	petri_time next_look; /* when the table is looked at next */
	uint64_t look_cost;   /* of the last one, ns */
};
extern struct controller controller;

/* Starts the thread that waits for news of deadlocks. ENOMEM. */
PETRI_NODISCARD enum petri_error controller_init(void);
/* Never returns but by the end of the run. table_init() has been called. */
__attribute__((noreturn)) void controller_main(void);
/* Any thread, compact ones too: there is something to look at. */
void controller_wake(void);

/* The rest is for commands: called by the controller itself. */

/* They sit down, and it is paused. ENOMEM: as table_sit(). */
PETRI_NODISCARD enum petri_error controller_sit(const struct plan *plan, uint8_t endings);
void controller_run(void);
void controller_pause(void);
/* Report at once; with key, all of it. */
void controller_changed(bool key);
/* A philosopher was killed: if a cycle stood, it is open. */
void controller_killed(void);

#endif
