/*
 * C threads: what they return, who they are, that each is joined once, and how they give way and sleep.
 *
 * std: seeds 4
 */
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

#include "check.h"

#define MANY 300

static int identity(void *arg) { return (int)(intptr_t)arg; }

static void ends_here(int value) { thrd_exit(value - 82); }

static int exits(void *arg)
{
	ends_here((int)(intptr_t)arg);
	return 1;
}

static int tells_who(void *arg)
{
	*(thrd_t *)arg = thrd_current();
	return thrd_join(thrd_current(), NULL); /* itself */
}

static void results(void)
{
	thrd_t t[MANY];
	int value, right = 0;

	for (int i = 0; i < MANY; i++)
		CHECK(thrd_create(&t[i], identity, (void *)(intptr_t)(i * 7 - 1000)) == thrd_success);
	for (int i = 0; i < MANY; i++)
		right += thrd_join(t[i], &value) == thrd_success && value == i * 7 - 1000;
	CHECK(right == MANY);
	CHECK(thrd_create(&t[0], exits, (void *)5) == thrd_success);
	CHECK(thrd_join(t[0], &value) == thrd_success);
	CHECK(value == -77);
	CHECK(thrd_join(t[0], &value) == thrd_error);
}

static void identities(void)
{
	thrd_t t, seen = 0;
	int value;

	CHECK(thrd_create(&t, tells_who, &seen) == thrd_success);
	CHECK(thrd_join(t, &value) == thrd_success);
	CHECK(value == thrd_error);
	CHECK(thrd_equal(t, seen));
	CHECK(!thrd_equal(t, thrd_current()));
	CHECK(thrd_equal(thrd_current(), thrd_current()));
}

static int go;

static int waits_for_go(void *arg)
{
	while (!__atomic_load_n(&go, __ATOMIC_ACQUIRE))
		thrd_yield();
	__atomic_fetch_add((int *)arg, 1, __ATOMIC_RELAXED);
	return 0;
}

static void detached(void)
{
	thrd_t t;
	int done = 0;

	for (int i = 0; i < 10; i++) {
		CHECK(thrd_create(&t, waits_for_go, &done) == thrd_success);
		CHECK(thrd_detach(t) == thrd_success);
		CHECK(thrd_join(t, NULL) == thrd_error);
		CHECK(thrd_detach(t) == thrd_error);
	}
	__atomic_store_n(&go, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&done, __ATOMIC_RELAXED) < 10)
		thrd_yield();
}

static int64_t ns(struct timespec t) { return t.tv_sec * 1000000000 + t.tv_nsec; }

static void sleeping(void)
{
	struct timespec before, after, left = {7, 7};

	timespec_get(&before, TIME_UTC);
	CHECK(thrd_sleep(&(struct timespec){0, 3000000}, &left) == 0);
	timespec_get(&after, TIME_UTC);
	CHECK(ns(after) - ns(before) >= 3000000);
	CHECK(thrd_sleep(&(struct timespec){0, 1000000000}, NULL) < -1);
	CHECK(thrd_sleep(&(struct timespec){-1, 0}, NULL) < -1);
}

int main(void)
{
	results();
	identities();
	detached();
	sleeping();
	return finish();
}
