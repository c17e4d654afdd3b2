/*
 * Two apps: when one ends, all its threads end with it, wherever they are, and their memory is that of the others; the other app goes on, and
 * the run ends with it. Before that: who has not opened a region wakes nobody in it.
 *
 * "First" is who opens the region first: it ends; the other one looks at what is left of it, and speaks.
 *
 * test: seeds 4
 */
#include <petri/heap.h>
#include <petri/mutex.h>
#include <petri/park.h>
#include <petri/share.h>

#include "common/test.h"

#define CROWD 8

struct region {
	uint64_t apps, turns, tried, over;
	uint64_t *private_word; /* in a region that only the first has opened */
	struct mutex mutex;
};
static struct region *r;
static uint64_t word;

static void *count_for_ever(void *arg)
{
	while (r->apps > 0) {
		__atomic_fetch_add(&r->turns, 1, __ATOMIC_RELAXED);
		if (arg != NULL)
			thread_yield();
	}
	return arg;
}

static void *wait_for_ever(void *arg)
{
	(void)!park(&word, 0, PETRI_FOREVER);
	return arg;
}

static void *wait_in_region(void *arg)
{
	(void)!park(arg, 0, PETRI_FOREVER);
	return arg;
}

static void *hold_for_ever(void *arg)
{
	(void)!mutex_lock(&r->mutex);
	thread_sleep(PETRI_S(1000));
	return arg;
}

/* The other app tries to wake one who waits in a region that it does not know. */
static void wait_in_own_region(void)
{
	void *address = NULL;

	must(share_open("mine", 4096, &address));
	start("waits there", wait_in_region, address, 20);
	__atomic_store_n(&r->private_word, address, __ATOMIC_RELEASE);
	while (__atomic_load_n(&r->tried, __ATOMIC_ACQUIRE) == 0)
		thread_sleep(PETRI_US(50));
}

/* Threads in every state. Its main returns: that is the end of all of them. */
static int first(void)
{
	wait_in_own_region();
	for (uintptr_t i = 0; i < CROWD; i++) {
		start("spins", count_for_ever, NULL, THREAD_PRIORITY_DEFAULT);
		start_compact("yields", count_for_ever, (void *)1, THREAD_PRIORITY_DEFAULT);
		start("waits", wait_for_ever, NULL, 20);
	}
	start("holds", hold_for_ever, NULL, 20);
	thread_sleep(PETRI_MS(1));
	__atomic_store_n(&r->over, 1, __ATOMIC_RELAXED);
	return 0;
}

static void second(void)
{
	struct system_info info;
	uint64_t turns, *foreign;

	while ((foreign = __atomic_load_n(&r->private_word, __ATOMIC_ACQUIRE)) == NULL)
		thread_sleep(PETRI_US(50));
	check(unpark(foreign, UNPARK_ALL) == 0, "nobody is woken in a region that was not opened here");
	check(unpark(foreign, 1) == 0, "nor one");
	__atomic_store_n(&r->tried, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&r->over, __ATOMIC_RELAXED) == 0)
		thread_sleep(PETRI_US(50));
	for (int i = 0; i < 1000 && info_now().threads_alive > 1; i++)
		thread_sleep(PETRI_US(50));
	info = info_now();
	check(info.threads_alive == 1, "this one is the last (%u are alive)", info.threads_alive);
	turns = r->turns;
	thread_sleep(PETRI_MS(5));
	check(turns > 0 && r->turns == turns, "nobody of the other app runs any more: %lu turns, %lu", turns, r->turns);
	expect(mutex_lock(&r->mutex), PETRI_EOWNERDIED);
	expect(mutex_unlock(&r->mutex), PETRI_OK);
}

int main(void)
{
	void *address = NULL;

	must(share_open("ends", 4096, &address));
	r = address;
	if (__atomic_fetch_add(&r->apps, 1, __ATOMIC_SEQ_CST) == 0)
		return first();
	second();
	return test_end();
}
