/*
 * A philosopher: a thread that thinks, is hungry, eats, for ever. How it comes by its forks is the strategy's (strategies.h); what
 * is the same for all stands here.
 *
 * All functions but philosopher_main() are called by the philosopher itself, within its strategy. They stop where it is to stop: at
 * the table's pause, when it is frozen, and when it runs wild.
 */
#ifndef PHILOSOPHERS_PHILOSOPHER_H
#define PHILOSOPHERS_PHILOSOPHER_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/thread.h>
#include <petri/wire_phil.h>

#include "fork.h"

enum side { LEFT, RIGHT };

/* What a philosopher books, alone, after each meal. */
struct ledger {
	uint64_t meals;
	uint64_t waited;  /* in all, ns */
	uint64_t longest; /* ns */
	uint32_t buckets[PHIL_BUCKETS];
};

struct philosopher {
	uint64_t frozen;  /* 1: stands still; PHILOSOPHER_WILD. Park word */
	uint64_t wild_at; /* the address it writes to then */
	thread_id thread; /* 0: it has none any more. Under the roll lock */
	uint64_t random;
	uint64_t hungry_since; /* on the table's clock */
	uint32_t number;
	uint8_t look; /* state and the forks it waits for, as on the wire (wire_phil.h); the forks it holds are told by them */
	bool served;  /* it has taken a meal of the table's count and not yet eaten it */
	bool seated;  /* waiter: it has asked for a seat, and not given it back */
	bool starved; /* that it waits too long has been told */
	uint8_t priority;
	struct ledger ledger;
};

/* In the place of 1: it writes to an address in place of its next step, and dies of it if nobody may write there. */
#define PHILOSOPHER_WILD 2u

void *philosopher_main(void *philosopher);

static inline uint8_t philosopher_look(const struct philosopher *p) { return __atomic_load_n(&p->look, __ATOMIC_RELAXED); }
static inline uint8_t philosopher_state(const struct philosopher *p) { return philosopher_look(p) & PHIL_STATE_MASK; }

struct fork *fork_of(const struct philosopher *me, enum side side);
/* Whom it shares the fork of that side with. */
uint32_t neighbour_of(const struct philosopher *me, enum side side);

/* Before waiting for a fork, and when it waits no more without having got it. */
void want(struct philosopher *me, enum side side);
void want_no_more(struct philosopher *me, enum side side);

/* It has the fork: whoever had it before must have laid it down. And: it lays it down, before another may have it. */
void pick_up(struct philosopher *me, enum side side);
void lay_down(struct philosopher *me, enum side side);

/* In hand until the end of the enclosing block. */
struct in_hand {
	struct philosopher *me;
	enum side side;
};
static inline struct in_hand in_hand_begin(struct philosopher *me, enum side side)
{
	pick_up(me, side);
	return (struct in_hand){me, side};
}
static inline void in_hand_end(struct in_hand *h) { lay_down(h->me, h->side); }
#define IN_HAND(me, side) \
	struct in_hand PETRI_JOIN(in_hand_, __COUNTER__) __attribute__((cleanup(in_hand_end), unused)) = in_hand_begin(me, side)

/* The pause between the first fork and the second. */
void reach(struct philosopher *me);

/* With both forks in hand: eats, if the table still has a meal. */
void eat(struct philosopher *me);

#endif
