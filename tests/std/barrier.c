/*
 * POSIX barriers: nobody passes early, one of each round is told so, more threads may come than the count, and it may be destroyed
 * as soon as one has passed.
 *
 * std: seeds 8
 * std: quantum 0.5
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "check.h"

#define PARTY 4
#define CROWD 6
#define TICKETS 30
#define SESSIONS 60
#define ROUNDS 120

static pthread_barrier_t barrier;
static int arrivals, serials;

static void *marches(void *arg)
{
	for (int round = 1; round <= ROUNDS; round++) {
		int result;

		__atomic_fetch_add(&arrivals, 1, __ATOMIC_RELAXED);
		result = pthread_barrier_wait(&barrier);
		CHECK(result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD);
		CHECK(__atomic_load_n(&arrivals, __ATOMIC_RELAXED) >= round * PARTY);
		if (result == 0)
			continue;
		__atomic_fetch_add(&serials, 1, __ATOMIC_RELAXED);
	}
	return arg;
}

static void in_step(void)
{
	pthread_t t[PARTY];

	CHECK(pthread_barrier_init(&barrier, NULL, 0) == EINVAL);
	CHECK(pthread_barrier_init(&barrier, NULL, PARTY) == 0);
	for (int i = 0; i < PARTY; i++)
		CHECK(pthread_create(&t[i], NULL, marches, NULL) == 0);
	for (int i = 0; i < PARTY; i++)
		pthread_join(t[i], NULL);
	CHECK(serials == ROUNDS);
	CHECK(pthread_barrier_destroy(&barrier) == 0);
}

/*
 * Pairs form as they come: with 6 threads, 3 pairs at a time may be under way. (Tickets, and not so many rounds for each: else the last two
 * arrivals might be due from one thread.)
 */
static void *pairs_up(void *arg)
{
	while (__atomic_fetch_add(&arrivals, 1, __ATOMIC_RELAXED) < TICKETS)
		if (pthread_barrier_wait(&barrier) != 0)
			__atomic_fetch_add(&serials, 1, __ATOMIC_RELAXED);
	return arg;
}

/* Few rounds, many times: one whose last thread comes late to open it must not shut a later one, which nobody would open again at the end. */
static void more_than_the_count(void)
{
	pthread_t t[CROWD];

	for (int session = 0; session < SESSIONS; session++) {
		serials = arrivals = 0;
		CHECK(pthread_barrier_init(&barrier, NULL, 2) == 0);
		for (int i = 0; i < CROWD; i++)
			CHECK(pthread_create(&t[i], NULL, pairs_up, NULL) == 0);
		for (int i = 0; i < CROWD; i++)
			pthread_join(t[i], NULL);
		CHECK(serials == TICKETS / 2);
		CHECK(pthread_barrier_destroy(&barrier) == 0);
	}
}

static pthread_barrier_t *shared;

static void *passes(void *arg)
{
	if (pthread_barrier_wait(shared) == PTHREAD_BARRIER_SERIAL_THREAD) {
		CHECK(pthread_barrier_destroy(shared) == 0);
		memset(shared, 0, sizeof(*shared)); /* whoever still looks there waits for ever */
	}
	return arg;
}

static void destroyed_at_once(void)
{
	static pthread_barrier_t b;
	pthread_t t[PARTY];

	shared = &b;
	for (int round = 0; round < ROUNDS / 4; round++) {
		CHECK(pthread_barrier_init(&b, NULL, PARTY) == 0);
		for (int i = 0; i < PARTY; i++)
			CHECK(pthread_create(&t[i], NULL, passes, NULL) == 0);
		for (int i = 0; i < PARTY; i++)
			pthread_join(t[i], NULL);
	}
}

static void *waits(void *arg)
{
	pthread_barrier_wait(&barrier);
	return arg;
}

static void destroyed_in_use(void)
{
	pthread_t t;

	CHECK(pthread_barrier_init(&barrier, NULL, 2) == 0);
	CHECK(pthread_create(&t, NULL, waits, NULL) == 0);
	nanosleep(&(struct timespec){0, 5000000}, NULL);
	CHECK(pthread_barrier_destroy(&barrier) == EBUSY);
	waits(NULL);
	CHECK(pthread_join(t, NULL) == 0);
	CHECK(pthread_barrier_destroy(&barrier) == 0);
}

int main(void)
{
	in_step();
	more_than_the_count();
	destroyed_at_once();
	destroyed_in_use();
	check_preempted(ROUNDS * PARTY * 2);
	return finish();
}
