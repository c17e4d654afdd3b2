/*
 * The table: philosophers, forks, and the count of meals. This is the engine; it knows no wire.
 *
 * Philosopher i has fork i at the left and fork i + 1 (of the last: fork 0) at the right. All sit down hungry, and the table is
 * paused until table_run().
 */
#ifndef PHILOSOPHERS_TABLE_H
#define PHILOSOPHERS_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/cond.h>
#include <petri/mutex.h>
#include <petri/semaphore.h>

#include "philosopher.h"
#include "times.h"

/* A philosopher's, unless told otherwise: from 1 to 15. All helpers are more urgent than all philosophers. */
#define PHILOSOPHER_PRIORITY 8
#define PHILOSOPHER_PRIORITY_MAX 15
#define REPORTER_PRIORITY 20
#define CONTROLLER_PRIORITY 24
/* More urgent still: a death is on the books before anybody acts on it. */
#define REAPER_PRIORITY 25

struct plan {
	uint32_t philosophers; /* PHIL_MIN..PHIL_MAX */
	uint8_t strategy;      /* enum phil_strategy */
	struct times times;
	uint64_t seed;
	uint64_t goal; /* meals in all; 0: no end */
};

enum violation { TWO_HANDS, ONE_FORK, STARVED, VIOLATIONS };

struct table {
	struct plan plan;
	struct philosopher *philosophers; /* NULL: nobody has sat down yet */
	struct fork *forks;
	uint32_t count;

	struct times times;  /* now; read word by word by the philosophers */
	uint64_t paused;     /* 1: nobody begins anything. Park word */
	uint64_t meals_left; /* that may still begin. Park word: 0 */
	uint64_t meals_eaten;
	struct semaphore seats; /* waiter */

	/* The table's clock stands while the table is paused. */
	uint64_t stopped_at;  /* petri_now() then; 0: it goes */
	uint64_t stopped_for; /* in all, before that */

	/* The limit holds for waits that began after the last disturbance (a freeze, a death, other times or priorities). */
	uint64_t limit;      /* ns; 0: this strategy promises none */
	uint64_t calm_since; /* on the table's clock; UINT64_MAX: not calm */
	struct {
		uint32_t count;
		uint32_t first; /* the philosopher with whom it was seen first, + 1 */
	} violations[VIOLATIONS];

	struct mutex roll;   /* who lives */
	struct cond changed; /* somebody has ended */
	uint32_t living;
	uint32_t deaths; /* untimely, since they sat down */
	/* Called by the last eater and by the reaper: look around. And by the reaper: this one is dead. NULL: nobody wants to know. */
	void (*news)(void);
	void (*died)(uint32_t number, enum petri_error how);
};
extern struct table table;

/* ---- for the controller (one thread) ---- */

/* Once, before all else: starts the reaper. ENOMEM. */
PETRI_NODISCARD enum petri_error table_init(void);
/* All end, and as many as planned sit down, paused. Blocks. ENOMEM: those before sit there again, from the beginning, if there were any. */
PETRI_NODISCARD enum petri_error table_sit(const struct plan *plan);
void table_run(void);
void table_pause(void);
void table_set_times(const struct times *times);
void table_freeze(uint32_t number, bool on);
/* It writes to this address in place of its next step; if it is frozen, at once. It has a thread. */
void table_run_wild(uint32_t number, uint64_t address);
/* Kills the thread, and waits until it is buried. Blocks. ESTALE: it has none. */
enum petri_error table_kill(uint32_t number);
/* ESTALE: it has no thread. EINVAL: not 1..15. */
enum petri_error table_set_priority(uint32_t number, uint8_t priority);
/* Tells (as violations) who has been waiting for longer than the limit and does not eat yet. */
void table_look_for_starving(void);
bool table_goal_reached(void);

/* ---- for philosophers ---- */

/* ns. */
uint64_t table_clock(void);
/* How long me has been hungry; tells if that is too long. */
uint64_t table_waited(struct philosopher *me);
/* Called in atomic sections: who is killed has done all of it or nothing. */
bool table_take_meal(void);
bool table_meal_eaten(void); /* tells if that was the last one */
void table_await_meals(void);
static inline bool table_is_bare(void) { return __atomic_load_n(&table.meals_left, __ATOMIC_RELAXED) == 0; }
void table_violation(enum violation kind, const struct philosopher *by);
/* Has its thread ended (though it may not yet be buried)? */
bool table_is_gone(uint32_t number);

/* ---- for the reaper ---- */

void table_bury(struct philosopher *dead);

#endif
