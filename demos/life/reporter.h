/*
 * The reporter: a thread that encodes a snapshot of the board and sends it, while the cells go on.
 *
 * One snapshot at a time: the controller takes it while the reporter is idle, fills it, and hands it over. When the line
 * is slow the reporter is busy, and the generations in between are skipped: the cells never wait for the line.
 */
#ifndef LIFE_REPORTER_H
#define LIFE_REPORTER_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/error.h>
#include <petri/time.h>

#include "board.h"
#include "shares.h"

struct snapshot {
	/* LIFE_CONFIG */
	uint32_t epoch;
	struct shape shape;
	uint32_t rule;
	uint8_t state; /* enum life_run_state */
	uint8_t sync;  /* enum life_sync */
	uint32_t speed;
	uint64_t goal;
	/* LIFE_GENERATION */
	uint64_t generation;
	uint32_t population;
	uint32_t dead; /* those are on its board that have died since it was packed */
	bool dead_news;
	uint64_t steps;
	uint64_t created; /* cell threads since boot */
	petri_time time;
	struct shares shares;
	bool shares_news;
	uint64_t hindmost; /* how far the cells had come, when somebody looked */
	uint32_t spread;
	uint8_t flags; /* LIFE_GEN_GOAL, LIFE_GEN_PAUSED */
	bool key;      /* a key is asked for */
	uint8_t *bits; /* the packed board; room as reserved */
};

/* wake: called by the reporter when it is idle again. ENOMEM. */
PETRI_NODISCARD enum petri_error reporter_start(void (*wake)(void));

/* The snapshot, for the caller alone until he hands it over or gives it back. _try: NULL while the reporter is busy. */
struct snapshot *reporter_try_take(void);
struct snapshot *reporter_take(void); /* blocks while it is busy */
void reporter_send(void);
void reporter_give_back(void);

/* Room for boards of this shape; the snapshot is the caller's. ENOMEM: the room is as it was. The next report is a key. */
PETRI_NODISCARD enum petri_error reporter_reserve(const struct shape *shape);

#endif
