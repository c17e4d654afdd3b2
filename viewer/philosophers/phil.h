/*
 * The dining philosophers in the viewer: what a session knows of the table, the commands that only they have, and the
 * parts of their demo table.
 */
#ifndef VIEWER_PHIL_H
#define VIEWER_PHIL_H

#include <petri/wire_phil.h>

#include "../demo.h"
#include "../option.h"
#include "../session.h"

#define PHIL_NAME_ROOM 32u
#define PHIL_NONE UINT32_MAX

/* Time of a philosopher in us, and how it is drawn. */
struct phil_times {
	uint32_t think, eat, reach;
	uint8_t distribution; /* enum phil_distribution */
};

/* The table as last shown complete (PHIL_SAMPLE seen). */
struct table {
	/* as configured */
	uint32_t epoch, count;
	uint8_t strategy;  /* enum phil_strategy */
	uint8_t run_state; /* enum phil_run_state */
	struct phil_times times;
	uint64_t seed, goal;
	uint64_t forks_at; /* address of fork 0's lock */
	uint32_t fork_size, limit_ms;
	/* as sampled */
	uint8_t *looks;                     /* count bytes, as in PHIL_BAND */
	uint64_t *since;                    /* target's time at which each was first seen in its present state */
	uint64_t sample, time_ns, begun_ns; /* begun: of the first sample of this epoch */
	uint8_t flags;
	uint64_t meals;
	uint32_t thinking, hungry, eating, forks_used;
	uint64_t wait_mean_ns, wait_max_ns, waiting_ns; /* waiting: the longest that goes on */
	uint32_t waiting_who, fairness_millionths, violations, fewest, most;
	/* histogram of waiting times */
	bool has_waits;
	uint32_t waits[PHIL_BUCKETS];
	uint64_t median_ns, p99_ns;
	char names[PHIL_NAMES_MAX][PHIL_NAME_ROOM]; /* "" is not known */
	uint64_t shown;                             /* counts the complete samples */
};

#define PAST_SAMPLES 4096u
#define PAST_FACES 8u /* of so many each state is kept; of more only how many are in which */

/* What was, for the timeline: the newest samples, not closer to each other than a little. */
struct past_sample {
	uint64_t ns;
	uint32_t thinking, hungry, eating;
	uint8_t states[PAST_FACES];
};

/* All of these want a session whose demo is the philosophers. */
const struct table *phil_table(const struct session *s);
/* The i-th sample back (0: the newest), or NULL when there is none so old. */
const struct past_sample *phil_past(const struct session *s, size_t back);
/* The cycle that holds them now, or NULL. */
const struct deadlock *phil_cycle(const struct session *s);
/* How long the longest wait has gone on by now, ns; 0 when nobody waits. */
uint64_t phil_waiting(const struct session *s);
/* The time at the table: the target's clock, while somebody can do something there. */
uint64_t phil_now(const struct session *s);
/* How the thread of one who has faulted ended; NULL: he lives, was killed, or that is not known any more. */
const struct fault *phil_fault_of(const struct session *s, uint32_t i);
/* The number of a fork by its lock's address; PHIL_NONE if it is none. */
uint32_t phil_fork(const struct table *t, uint64_t lock);
/* The philosopher of this name, or PHIL_NONE. */
uint32_t phil_of_name(const struct table *t, const char *name);
/* "Plato", or "philosopher 117". room: PHIL_NAME_ROOM. */
const char *phil_name(const struct table *t, uint32_t i, char *room);
/* "fork 3", or "lock 0x..." */
const char *phil_lock_name(const struct table *t, uint64_t lock, char *room, size_t size);
/* Who holds fork f, or PHIL_NONE. */
uint32_t phil_holder(const struct table *t, uint32_t f);
/* The fork for which i waits, or PHIL_NONE. */
uint32_t phil_waits_for(const struct table *t, uint32_t i);

const char *phil_strategy_name(uint8_t strategy);
const char *phil_distribution_name(uint8_t distribution);
/* "hungry", "frozen", "gone"... of a byte of PHIL_BAND. */
const char *phil_state_word(uint8_t look);
bool phil_strategy_of(const char *name, uint8_t *strategy);
bool phil_distribution_of(const char *name, uint8_t *distribution);

/* Commands, as in session.h. */
bool phil_setup(struct session *s, uint32_t philosophers, uint8_t strategy); /* with the present times, running */
bool phil_strategy(struct session *s, uint8_t strategy);
bool phil_times(struct session *s, const struct phil_times *times);
bool phil_freeze(struct session *s, uint32_t i, bool on);
bool phil_kill(struct session *s, uint32_t i);
/* It writes where it may not, at its next step: to another place each time. */
bool phil_wild(struct session *s, uint32_t i);

/* The next step of a key: a time twice as fast or slow; the next round number of philosophers up or down. */
uint32_t phil_step_time(uint32_t us, bool faster);
uint32_t phil_step_count(uint32_t count, bool more);

/* Parts of the table. */
extern const struct option phil_option_table[];
bool phil_check(const struct options *o, char *err, size_t err_size);
void phil_settle(struct options *o);
bool phil_settle_headless(struct options *o, bool *chosen, char *err, size_t err_size);
bool phil_has_goal(const struct options *o);
bool phil_wanted(const struct options *o);
bool phil_possible(const struct options *o, char *err, size_t err_size);
bool phil_start(const struct options *o, bool end, command_sink *sink, void *context, char *err, size_t err_size);
uint64_t phil_busy_ms(uint8_t type, const uint8_t *payload, size_t length);
void phil_where(const struct session *s, char *out, size_t size);
void phil_goal(const struct options *o, char *out, size_t size);
bool phil_hopeless(struct session *s, const struct options *o, char *reason, size_t size);
int phil_exit_expected(const struct session *s, const struct options *o);
void phil_finish(struct session *s, const struct options *o, struct run_end *end);
void phil_print(const struct session *s, const struct options *o, int code);
bool phil_picture(const struct session *s, const struct options *o, const char *path, char *err, size_t err_size);

#define PHIL_EXIT_DEADLOCK 3

extern const struct face_tui phil_tui;
extern const struct face_window phil_window;

#endif
