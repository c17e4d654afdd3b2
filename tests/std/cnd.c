/*
 * C condition variables: nothing that is signalled is lost, a broadcast wakes all, a signal one, and a wait with a deadline ends with it.
 *
 * std: seeds 6
 * std: quantum 0.7
 */
#include <threads.h>

#include "check.h"

#define PAIRS 3
#define ITEMS 150

static mtx_t lock;
static cnd_t not_empty, not_full;
static int places[2], filled;
static long taken;

static int produce(void *arg)
{
	(void)arg;
	for (int i = 1; i <= ITEMS; i++) {
		mtx_lock(&lock);
		while (filled == 2)
			CHECK(cnd_wait(&not_full, &lock) == thrd_success);
		places[filled++] = i;
		cnd_signal(&not_empty);
		mtx_unlock(&lock);
	}
	return 0;
}

static int consume(void *arg)
{
	(void)arg;
	for (int i = 0; i < ITEMS; i++) {
		mtx_lock(&lock);
		while (filled == 0)
			CHECK(cnd_wait(&not_empty, &lock) == thrd_success);
		taken += places[--filled];
		mtx_unlock(&lock);
		cnd_signal(&not_full);
	}
	return 0;
}

static void buffer(int type)
{
	thrd_t t[2 * PAIRS];

	taken = 0;
	CHECK(mtx_init(&lock, type) == thrd_success);
	CHECK(cnd_init(&not_empty) == thrd_success && cnd_init(&not_full) == thrd_success);
	for (int i = 0; i < 2 * PAIRS; i++)
		CHECK(thrd_create(&t[i], i % 2 ? produce : consume, NULL) == thrd_success);
	for (int i = 0; i < 2 * PAIRS; i++)
		thrd_join(t[i], NULL);
	CHECK(taken == PAIRS * ITEMS * (ITEMS + 1) / 2);
}

static int waiting, woken, gate;

static int waits(void *arg)
{
	mtx_lock(&lock);
	waiting++;
	while (!gate)
		cnd_wait(&not_empty, &lock);
	if (arg != NULL)
		gate--;
	woken++;
	mtx_unlock(&lock);
	return 0;
}

/* Until n are inside cnd_wait: they let go of the mutex there only. */
static void until_waiting(int n)
{
	int now;

	do {
		thrd_yield();
		mtx_lock(&lock);
		now = waiting;
		mtx_unlock(&lock);
	} while (now < n);
}

static int how_many_woke(void)
{
	int now;

	thrd_sleep(&(struct timespec){0, 1000000}, NULL);
	mtx_lock(&lock);
	now = woken;
	mtx_unlock(&lock);
	return now;
}

static void open_gate(int n)
{
	mtx_lock(&lock);
	gate = n;
	mtx_unlock(&lock);
}

static void waking(int one_by_one)
{
	thrd_t t[5];

	waiting = woken = gate = 0;
	for (int i = 0; i < 5; i++)
		CHECK(thrd_create(&t[i], waits, one_by_one ? t : NULL) == thrd_success);
	until_waiting(5);
	open_gate(one_by_one ? 1 : 9);
	CHECK(how_many_woke() == 0);
	for (int i = 1; one_by_one && i <= 5; i++) {
		cnd_signal(&not_empty);
		CHECK(how_many_woke() == i);
		open_gate(1);
	}
	cnd_broadcast(&not_empty);
	for (int i = 0; i < 5; i++)
		thrd_join(t[i], NULL);
	CHECK(woken == 5);
}

static void deadlines(int type)
{
	struct timespec until, now;

	CHECK(mtx_init(&lock, type) == thrd_success);
	timespec_get(&until, TIME_UTC);
	until.tv_nsec += 2000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	mtx_lock(&lock);
	while (cnd_timedwait(&not_empty, &lock, &until) == thrd_success)
		;
	timespec_get(&now, TIME_UTC);
	CHECK(now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
	CHECK(cnd_timedwait(&not_empty, &lock, &(struct timespec){0, -1}) == thrd_error);
	CHECK(mtx_unlock(&lock) == thrd_success); /* held again after each of them */
	CHECK(cnd_wait(&not_empty, &lock) == thrd_error);
}

int main(void)
{
	buffer(mtx_plain);
	buffer(mtx_recursive);
	waking(1);
	waking(0);
	deadlines(mtx_plain);
	deadlines(mtx_recursive | mtx_timed);
	check_preempted(4 * PAIRS * ITEMS);
	return finish();
}
