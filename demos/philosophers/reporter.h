/*
 * The reporter: a thread that encodes a snapshot of the table and sends it, while they go on eating.
 *
 * One snapshot at a time: the controller takes it while the reporter is idle, fills it, and hands it over. When the line
 * is slow the reporter is busy, and samples in between are skipped: nobody at the table waits for the line.
 */
#ifndef PHILOSOPHERS_REPORTER_H
#define PHILOSOPHERS_REPORTER_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/error.h>
#include <petri/time.h>

#include "census.h"
#include "table.h"

struct snapshot {
	/* PHIL_CONFIG */
	uint32_t epoch;
	struct plan plan;
	struct times times; /* now */
	uint8_t state;      /* enum phil_run_state */
	uint64_t limit;     /* ns */
	/* PHIL_SAMPLE */
	petri_time time;
	uint8_t flags;    /* PHIL_SAMPLE_GOAL, PHIL_SAMPLE_DEADLOCK */
	bool at_any_rate; /* even if nothing has moved */
	bool key;         /* if it is sent, then as a key */
	struct census census;
	struct waits waits; /* with a key */
	uint8_t *looks;     /* a byte each; room as reserved */
};

/* wake: called by the reporter when it is idle again. ENOMEM. */
PETRI_NODISCARD enum petri_error reporter_start(void (*wake)(void));

/* The snapshot, for the caller alone until he hands it over or gives it back. _try: NULL while the reporter is busy. */
struct snapshot *reporter_try_take(void);
struct snapshot *reporter_take(void); /* blocks while it is busy */
/* Is it time for another key? For the one who has the snapshot. */
bool reporter_wants_key(petri_time now);
/* Sends what has changed since the last one; nothing if nothing has. */
void reporter_send(void);
void reporter_give_back(void);

/* Room for so many; the snapshot is the caller's. ENOMEM: the room is as it was. */
PETRI_NODISCARD enum petri_error reporter_reserve(uint32_t philosophers);

#endif
