/*
 * trylock: take one fork, try the other; if it is taken, put the first one back and try again later. Nobody holds a fork and
 * waits for another, so no cycle can close. Nor does anything order who is next: who is unlucky again and again starves.
 *
 * The pause before the next try is random, so that two who met do not meet again in step, and grows with each failure up to a bound.
 */
#include "strategies.h"
#include "table.h"

#define SHORTEST PETRI_US(10)
#define DOUBLINGS 4

/* False: the second fork is not to be had. */
static bool try_second(struct philosopher *me, enum side side)
{
	struct mutex *lock = &fork_of(me, side)->lock;

	want(me, side);
	if (mutex_trylock(lock) != PETRI_OK) {
		want_no_more(me, side);
		return false;
	}
	struct mutex *guard __attribute__((cleanup(mutex_guard_leave), unused)) = lock;

	IN_HAND(me, side);
	eat(me);
	return true;
}

static bool try_both(struct philosopher *me)
{
	want(me, LEFT);
	LOCK_GUARD(&fork_of(me, LEFT)->lock);
	IN_HAND(me, LEFT);
	reach(me);
	return try_second(me, RIGHT);
}

static void back_off(struct philosopher *me, uint32_t failures)
{
	uint64_t scale = SHORTEST + PETRI_US((uint64_t)table.times.eat + table.times.reach) / 4;

	thread_sleep(1 + random_next(&me->random) % (scale << (failures < DOUBLINGS ? failures : DOUBLINGS)));
}

void trylock_dine(struct philosopher *me)
{
	for (uint32_t failures = 0; !try_both(me) && !table_is_bare(); failures++)
		back_off(me, failures);
}
