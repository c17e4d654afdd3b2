/*
 * naive, ordered, waiter: forks are mutexes. The three take them in the same way and differ in a line each, and that line
 * decides whether all may come to stand for ever.
 *
 * naive: everybody may hold the left fork and wait for the right one: a cycle.
 * ordered: along any chain of "holds one, waits for the next" the numbers of the forks rise, so that it cannot close.
 * waiter: who sits at a table of N with N-1 others at most has a neighbour who is not there.
 */
#include <petri/semaphore.h>
#include <petri/system.h>

#include "strategies.h"
#include "table.h"

static inline void dine(struct philosopher *me, enum side first, enum side second)
{
	want(me, first);
	LOCK_GUARD(&fork_of(me, first)->lock);
	IN_HAND(me, first);
	reach(me);
	want(me, second);
	LOCK_GUARD(&fork_of(me, second)->lock);
	IN_HAND(me, second);
	eat(me);
}

void naive_dine(struct philosopher *me) { dine(me, LEFT, RIGHT); }

/* Of all but the last the left fork has the lower number. */
void ordered_dine(struct philosopher *me)
{
	bool right_first = fork_of(me, RIGHT) < fork_of(me, LEFT);

	dine(me, right_first ? RIGHT : LEFT, right_first ? LEFT : RIGHT);
}

/* ---- waiter ---- */

void waiter_lay(void) { table.seats = (struct semaphore)SEMAPHORE_INIT(table.count - 1); }

/* Marked from before the wait until after the post, so that whoever dies in between is known to have, maybe, a seat. */
static void take_seat(struct philosopher *me)
{
	__atomic_store_n(&me->seated, true, __ATOMIC_RELEASE);
	petri_assert(semaphore_wait(&table.seats) == PETRI_OK);
}

static void leave_seat(struct philosopher **me)
{
	semaphore_post(&table.seats);
	__atomic_store_n(&(*me)->seated, false, __ATOMIC_RELEASE);
}

void waiter_dine(struct philosopher *me)
{
	struct philosopher *guest __attribute__((cleanup(leave_seat))) = me;

	take_seat(guest);
	dine(guest, LEFT, RIGHT);
}

/*
 * The seat of the dead is free again. Who died while asking for one may have had none yet, and then there is a seat too many now; that
 * does no harm: a cycle takes N living philosophers, and one of them is dead.
 */
void waiter_bury(struct philosopher *dead)
{
	if (!__atomic_exchange_n(&dead->seated, false, __ATOMIC_ACQUIRE))
		return;
	semaphore_post(&table.seats);
}
