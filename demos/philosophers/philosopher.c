/*
 * The life of a philosopher, but for the strategy. A compact stack: small frames, no console; what goes wrong is counted.
 *
 * A philosopher may be killed between any two instructions. What must not be torn apart (a meal is taken from the
 * table's count, a meal is booked) stands in atomic sections; the rest is put right by the reaper.
 */
#include "philosopher.h"

#include <petri/atomic.h>
#include <petri/park.h>

#include "strategies.h"
#include "table.h"

static inline void show(struct philosopher *me, uint8_t look) { __atomic_store_n(&me->look, look, __ATOMIC_RELAXED); }

/* ---- standing still ---- */

static inline bool is_held(const uint64_t *gate) { return __atomic_load_n(gate, __ATOMIC_ACQUIRE) != 0; }

static __attribute__((noinline)) void stand_at(const uint64_t *gate)
{
	while (is_held(gate)) {
		/* open meanwhile, or woken: the loop looks */
		enum petri_error woken = park(gate, 1, PETRI_FOREVER);

		(void)woken;
	}
}

static __attribute__((noinline, cold)) void stop(struct philosopher *me)
{
	uint64_t why;

	while ((why = __atomic_load_n(&me->frozen, __ATOMIC_ACQUIRE)) != 0) {
		if (why == PHILOSOPHER_WILD) {
			__atomic_store_n((uint8_t *)(uintptr_t)me->wild_at, 1, __ATOMIC_RELAXED);
			return;
		}
		/* let go meanwhile, or woken: the loop looks */
		enum petri_error woken = park(&me->frozen, why, PETRI_FOREVER);

		(void)woken;
	}
}

static inline void stop_if_told(struct philosopher *me)
{
	if (__builtin_expect(is_held(&me->frozen), 0))
		stop(me);
}

/* Before each step: is the table paused, or is this philosopher told to stop? */
static inline void stand(struct philosopher *me)
{
	if (__builtin_expect(is_held(&table.paused), 0))
		stand_at(&table.paused);
	stop_if_told(me);
}

/* ---- forks ---- */

static inline uint32_t next_number(uint32_t i) { return i + 1 == table.count ? 0 : i + 1; }
static inline uint32_t previous_number(uint32_t i) { return (i == 0 ? table.count : i) - 1; }

struct fork *fork_of(const struct philosopher *me, enum side side)
{
	return &table.forks[side == LEFT ? me->number : next_number(me->number)];
}

uint32_t neighbour_of(const struct philosopher *me, enum side side)
{
	return side == LEFT ? previous_number(me->number) : next_number(me->number);
}

static inline uint8_t waits(enum side side) { return side == LEFT ? PHIL_WAITS_LEFT : PHIL_WAITS_RIGHT; }

void want(struct philosopher *me, enum side side)
{
	stand(me);
	show(me, me->look | waits(side));
}

void want_no_more(struct philosopher *me, enum side side) { show(me, me->look & (uint8_t)~waits(side)); }

void pick_up(struct philosopher *me, enum side side)
{
	uint32_t before = __atomic_exchange_n(&fork_of(me, side)->hand, me->number + 1, __ATOMIC_ACQ_REL);

	if (before != FORK_LIES && !table_is_gone(before - 1))
		table_violation(TWO_HANDS, me);
	want_no_more(me, side);
	stand(me);
}

void lay_down(struct philosopher *me, enum side side)
{
	uint32_t before = __atomic_exchange_n(&fork_of(me, side)->hand, FORK_LIES, __ATOMIC_ACQ_REL);

	if (before != me->number + 1)
		table_violation(TWO_HANDS, me);
}

/* ---- passing time ---- */

static void pass(struct philosopher *me, uint32_t mean_us)
{
	uint64_t ns = time_draw(&me->random, mean_us, __atomic_load_n(&table.times.distribution, __ATOMIC_RELAXED));

	if (ns > 0)
		thread_sleep(ns);
	else
		thread_yield();
}

static inline uint32_t mean(const uint32_t *time) { return __atomic_load_n(time, __ATOMIC_RELAXED); }

/* No time at all is no pause at all: then only the end of a quantum comes between the two forks. */
void reach(struct philosopher *me)
{
	uint32_t us = mean(&table.times.reach);

	if (us > 0)
		pass(me, us);
	stand(me);
}

/* ---- eating ---- */

static void check_forks(struct philosopher *me)
{
	if (fork_hand(fork_of(me, LEFT)) != me->number + 1 || fork_hand(fork_of(me, RIGHT)) != me->number + 1)
		table_violation(ONE_FORK, me);
}

/* Bucket i: from 2^(i-1) to 2^i us. */
static inline uint32_t bucket_of(uint64_t ns)
{
	uint64_t us = ns / 1000;
	uint32_t bucket = us == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(us);

	return bucket < PHIL_BUCKETS ? bucket : PHIL_BUCKETS - 1;
}

static inline void book(struct ledger *l, uint64_t wait)
{
	l->meals++;
	l->waited += wait;
	l->buckets[bucket_of(wait)]++;
	if (wait > l->longest)
		l->longest = wait;
}

/* Takes a meal of the table's count; false: there is none left. */
static bool be_served(struct philosopher *me)
{
	bool served = false;

	ATOMIC_SECTION {
		served = table_take_meal();
		me->served = served;
	}
	return served;
}

void eat(struct philosopher *me)
{
	stand(me);
	if (!be_served(me))
		return;
	uint64_t wait = table_waited(me);

	show(me, PHIL_EATING);
	check_forks(me);
	pass(me, mean(&table.times.eat));
	stop_if_told(me);
	check_forks(me);
	bool last = false;

	ATOMIC_SECTION {
		book(&me->ledger, wait);
		last = table_meal_eaten();
		me->served = false;
	}
	show(me, PHIL_THINKING);
	if (__builtin_expect(last, 0) && table.news != NULL)
		table.news();
}

/* ---- all of it ---- */

static inline void think(struct philosopher *me)
{
	show(me, PHIL_THINKING);
	stand(me);
	if (!table_is_bare())
		pass(me, mean(&table.times.think));
}

static inline void get_hungry(struct philosopher *me)
{
	__atomic_store_n(&me->hungry_since, table_clock(), __ATOMIC_RELAXED);
	__atomic_store_n(&me->starved, false, __ATOMIC_RELAXED);
	show(me, PHIL_HUNGRY);
}

void *philosopher_main(void *arg)
{
	struct philosopher *me = arg;

	for (;;) {
		table_await_meals();
		get_hungry(me);
		strategies[table.plan.strategy].dine(me);
		think(me);
	}
}
