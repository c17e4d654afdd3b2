/*
 * C mutexes, each kind: nobody else is inside, recursive ones count, timed ones give up when told and not before.
 *
 * std: seeds 6
 * std: quantum 0.7
 */
#include <stdint.h>
#include <threads.h>

#include "check.h"

#define WORKERS 4
#define ROUNDS 400

static mtx_t lock;
static volatile long counter; /* volatile: read and written apart, so that a second one inside is seen */

static int counts(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		int depth = arg == NULL ? 1 : 1 + i % 3;

		for (int d = 0; d < depth; d++)
			CHECK(mtx_lock(&lock) == thrd_success);
		counter = counter + 1;
		for (int d = 0; d < depth; d++)
			CHECK(mtx_unlock(&lock) == thrd_success);
	}
	return 0;
}

static void exclusion(int type)
{
	thrd_t t[WORKERS];

	counter = 0;
	CHECK(mtx_init(&lock, type) == thrd_success);
	for (int i = 0; i < WORKERS; i++)
		CHECK(thrd_create(&t[i], counts, type & mtx_recursive ? &lock : NULL) == thrd_success);
	for (int i = 0; i < WORKERS; i++)
		CHECK(thrd_join(t[i], NULL) == thrd_success);
	CHECK(counter == WORKERS * ROUNDS);
	mtx_destroy(&lock);
}

static struct timespec in_ns(long ns)
{
	struct timespec t;

	timespec_get(&t, TIME_UTC);
	t.tv_nsec += ns;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

static int earlier(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

/* The other one, while the mutex is held. */
static int refused(void *arg)
{
	struct timespec until = in_ns(2000000), now;

	(void)arg;
	CHECK(mtx_trylock(&lock) == thrd_busy);
	CHECK(mtx_unlock(&lock) == thrd_error);
	CHECK(mtx_timedlock(&lock, &until) == thrd_timedout);
	timespec_get(&now, TIME_UTC);
	CHECK(!earlier(now, until));
	CHECK(mtx_timedlock(&lock, &(struct timespec){0, 0}) == thrd_timedout);
	return 0;
}

static int waits_long_enough(void *arg)
{
	struct timespec until = in_ns(500000000);

	(void)arg;
	CHECK(mtx_timedlock(&lock, &until) == thrd_success);
	CHECK(mtx_unlock(&lock) == thrd_success);
	return 0;
}

static void another(thrd_start_t what)
{
	thrd_t t;

	CHECK(thrd_create(&t, what, NULL) == thrd_success);
	if (what == waits_long_enough) {
		CHECK(thrd_sleep(&(struct timespec){0, 1000000}, NULL) == 0);
		CHECK(mtx_unlock(&lock) == thrd_success);
	}
	CHECK(thrd_join(t, NULL) == thrd_success);
}

static void timed(int type)
{
	struct timespec until = in_ns(1000000);

	CHECK(mtx_init(&lock, type) == thrd_success);
	CHECK(mtx_timedlock(&lock, &(struct timespec){0, 0}) == thrd_success); /* free: no time matters */
	another(refused);
	another(waits_long_enough);
	CHECK(mtx_trylock(&lock) == thrd_success);
	if (type & mtx_recursive) {
		CHECK(mtx_trylock(&lock) == thrd_success);
		CHECK(mtx_timedlock(&lock, &until) == thrd_success);
		CHECK(mtx_unlock(&lock) == thrd_success);
		CHECK(mtx_unlock(&lock) == thrd_success);
		another(refused); /* still held once */
	} else {
		CHECK(mtx_trylock(&lock) == thrd_busy);
		CHECK(mtx_lock(&lock) == thrd_error);
	}
	CHECK(mtx_unlock(&lock) == thrd_success);
	CHECK(mtx_unlock(&lock) == thrd_error);
}

static int ends_with_it(void *arg)
{
	(void)arg;
	return mtx_lock(&lock);
}

/* C has no word for it: the next one has it, and that is all. */
static void left_behind(void)
{
	CHECK(mtx_init(&lock, mtx_plain) == thrd_success);
	another(ends_with_it);
	CHECK(mtx_lock(&lock) == thrd_success);
	another(refused);
	CHECK(mtx_unlock(&lock) == thrd_success);
	CHECK(mtx_trylock(&lock) == thrd_success);
}

int main(void)
{
	CHECK(mtx_init(&lock, 64) == thrd_error);
	for (int type = mtx_plain; type <= (mtx_timed | mtx_recursive); type++) {
		exclusion(type);
		timed(type);
	}
	left_behind();
	check_preempted(4 * WORKERS * ROUNDS);
	return finish();
}
