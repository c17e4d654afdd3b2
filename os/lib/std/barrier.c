/*
 * Barriers. The native one is for a fixed party; here any threads may come, and more than the count, so each arrival draws a ticket: those with
 * tickets n * count to n * count + count - 1 are round n, and the last of them opens it.
 *
 * The draws form one chain of acquire and release, so the last one of a round has seen what all of it did before, and its store to __opened
 * passes that on. A later round may open first: __opened never goes back, and what it says holds for the earlier ones too.
 */
#include <pthread.h>

#include <errno.h>

#include <petri/park.h>
#include <petri/system.h>

#include "std.h"

#define DESTROYER (1ul << 63) /* in __left: somebody waits for all to have left */

int pthread_barrier_init(pthread_barrier_t *b, const pthread_barrierattr_t *attr, unsigned int count)
{
	(void)attr;
	if (count == 0)
		return EINVAL;
	*b = (pthread_barrier_t){.__count = count};
	return 0;
}

static void open_round(pthread_barrier_t *b, unsigned long round)
{
	unsigned long opened = __atomic_load_n(&b->__opened, __ATOMIC_RELAXED);

	while (opened <= round &&
	       !__atomic_compare_exchange_n(&b->__opened, &opened, round + 1, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		continue;
	unpark(&b->__opened, UNPARK_ALL);
}

/* Waits while the word has this value; whatever woke the caller, it looks again. */
static void look_later(const unsigned long *word, unsigned long value)
{
	enum petri_error error = park(word, value, PETRI_FOREVER);

	if (error != PETRI_OK && error != PETRI_EAGAIN)
		thread_abort("pthread_barrier: would block inside an atomic section");
}

static void await_round(pthread_barrier_t *b, unsigned long round)
{
	unsigned long opened;

	while ((opened = __atomic_load_n(&b->__opened, __ATOMIC_ACQUIRE)) <= round)
		look_later(&b->__opened, opened);
}

int pthread_barrier_wait(pthread_barrier_t *b)
{
	unsigned long count = b->__count, ticket = __atomic_fetch_add(&b->__arrived, 1, __ATOMIC_ACQ_REL);
	bool last = ticket % count == count - 1;

	if (last)
		open_round(b, ticket / count);
	else
		await_round(b, ticket / count);
	/* the last touch: whoever destroys it waits for this */
	if (__atomic_fetch_add(&b->__left, 1, __ATOMIC_RELEASE) & DESTROYER)
		unpark(&b->__left, UNPARK_ALL);
	return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

/* Threads let through may still be on their way out; with some that wait it is refused. */
int pthread_barrier_destroy(pthread_barrier_t *b)
{
	unsigned long arrived = __atomic_load_n(&b->__arrived, __ATOMIC_ACQUIRE), left;

	if (arrived % b->__count != 0)
		return EBUSY;
	left = __atomic_fetch_or(&b->__left, DESTROYER, __ATOMIC_ACQUIRE) | DESTROYER;
	while (left != (arrived | DESTROYER)) {
		look_later(&b->__left, left);
		left = __atomic_load_n(&b->__left, __ATOMIC_ACQUIRE);
	}
	return 0;
}
