/*
 * chandy-misra (1984): neighbours hand forks to each other. A fork is clean or dirty. Who is hungry asks for the fork that he lacks; who is
 * asked gives a dirty fork away, cleaned, and keeps a clean one until he has eaten. Eating makes both forks dirty.
 *
 * So of two neighbours the one who ate last lets the other go first. That order has no cycle in the beginning, and a meal only turns
 * its eater from wherever he stands into the last: it never gets one. Hence no deadlock, nobody starves, and there is no
 * centre that all have to ask.
 *
 * A fork's token is one word: who has it, CLEAN (or in use: just as little to be had), and ASKED. It changes by compare-and-swap only, so
 * a philosopher can be killed between any two instructions and leaves a token that says something true. Nobody waits but at
 * the token he asked for. A dirty fork counts as lying on the table: it is there for whoever wants it.
 */
#include <petri/park.h>

#include "strategies.h"
#include "table.h"

#define CLEAN (1ull << 32)
#define ASKED (1ull << 33)

static inline uint32_t holder(uint64_t token) { return (uint32_t)token; }

static inline uint64_t token_of(const struct fork *fork) { return __atomic_load_n(&fork->token, __ATOMIC_ACQUIRE); }

/* False, and *token is what is there now. */
static inline bool turn(struct fork *fork, uint64_t *token, uint64_t next)
{
	return __atomic_compare_exchange_n(&fork->token, token, next, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/*
 * All forks dirty, each with one of its two neighbours: the even one, philosopher 0 if both are even. So the odd ones go first,
 * all at once, and 0 comes last: no cycle.
 */
void chandy_misra_lay(void)
{
	for (uint32_t i = 0; i < table.count; i++) {
		uint32_t right_of = i == 0 ? table.count - 1 : i - 1;

		table.forks[i].token = i % 2 == 0 ? i : right_of;
	}
}

/* One step towards the fork of another: takes it if it is dirty, else asks, else waits. */
static void approach(struct philosopher *me, struct fork *fork, uint64_t token)
{
	if (!(token & CLEAN))
		turn(fork, &token, me->number | CLEAN);
	else if (!(token & ASKED))
		turn(fork, &token, token | ASKED);
	else {
		/* woken, or the token has changed already: the caller looks again */
		enum petri_error woken = park(&fork->token, token, PETRI_FOREVER);

		(void)woken;
	}
}

/* Until the fork is here: clean, and then for good, or dirty from the last meal. */
static void demand(struct philosopher *me, enum side side)
{
	struct fork *fork = fork_of(me, side);
	uint64_t token;

	want(me, side);
	while (holder(token = token_of(fork)) != me->number)
		approach(me, fork, token);
	if ((token & CLEAN) && fork_hand(fork) != me->number + 1)
		pick_up(me, side);
	else
		want_no_more(me, side);
}

/* Keeps a dirty fork from being taken. False: it has been. */
static bool claim(struct philosopher *me, enum side side)
{
	struct fork *fork = fork_of(me, side);
	uint64_t token = me->number;

	if (turn(fork, &token, me->number | CLEAN)) {
		pick_up(me, side);
		return true;
	}
	return holder(token) == me->number;
}

/* A fork that `from` need not keep any more: to the neighbour if he asked, else it stays, dirty. */
static void give_up(const struct philosopher *from, enum side side)
{
	struct fork *fork = fork_of(from, side);
	uint64_t token = token_of(fork);

	while (holder(token) == from->number && (token & CLEAN)) {
		if (!turn(fork, &token, token & ASKED ? neighbour_of(from, side) | CLEAN : from->number))
			continue;
		if (token & ASKED)
			unpark(&fork->token, UNPARK_ALL);
		return;
	}
}

static void release(struct philosopher *me, enum side side)
{
	lay_down(me, side);
	give_up(me, side);
}

/* Both forks at once. A dirty one may be asked for until the other is here too, so it is claimed last, and given up again if that fails. */
static bool claim_both(struct philosopher *me)
{
	bool was_dirty = !(token_of(fork_of(me, LEFT)) & CLEAN);

	if (!claim(me, LEFT))
		return false;
	if (claim(me, RIGHT))
		return true;
	if (was_dirty)
		release(me, LEFT);
	return false;
}

void chandy_misra_dine(struct philosopher *me)
{
	demand(me, LEFT);
	reach(me);
	demand(me, RIGHT);
	while (!claim_both(me)) {
		demand(me, LEFT);
		demand(me, RIGHT);
	}
	eat(me);
	release(me, LEFT);
	release(me, RIGHT);
}

/* From now on nobody hands the fork to the dead; and should somebody just have done so, it goes on. */
static void bury_side(const struct philosopher *dead, enum side side)
{
	struct fork *fork = fork_of(dead, side);
	uint64_t token = token_of(fork);

	while (holder(token) != dead->number && (token & ASKED))
		turn(fork, &token, token & ~ASKED);
	give_up(dead, side);
}

/* The dead has all its forks dirty and asks for none: to its neighbours that is somebody who thinks for ever. */
void chandy_misra_bury(struct philosopher *dead)
{
	bury_side(dead, LEFT);
	bury_side(dead, RIGHT);
}
