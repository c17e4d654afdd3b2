/*
 * Two apps, the same program twice (Makefile, APPS_OF): each sees its own memory at the same addresses, none can name a thread of the other, a wild
 * write is a fault of one, and in a shared region mutex, semaphore and barrier work between them.
 *
 * Who opens the region first is "one" and speaks; "two" leaves what it has found in the region.
 *
 * test: fault 1 wild
 * test: seeds 4
 */
#include <petri/barrier.h>
#include <petri/heap.h>
#include <petri/mutex.h>
#include <petri/park.h>
#include <petri/semaphore.h>
#include <petri/share.h>

#include "common/test.h"

#define ROUNDS 500u

struct region {
	uint64_t apps, pads[7];
	struct barrier both;
	struct mutex mutex;
	struct semaphore post;
	uint64_t counter;        /* under mutex */
	uint64_t own[2];         /* what each found in its own memory after both had written */
	thread_id sleeper, main; /* threads of one */
	uint32_t stale;          /* how many calls of two about them were refused */
	enum petri_error wild, dead_owner;
	uint64_t woken;
	bool late_size, two_wrote;
};
static struct region *r;
static uint64_t number, mine, word;

/* ---- both ------------------------------------------------------------------------------------------------------------------ */

static void meet(void) { (void)barrier_wait(&r->both); }

static void write_own(void)
{
	uint64_t *block = heap_alloc(64);

	mine = *block = 1000 + number;
	meet();
	r->own[number] = mine == *block ? mine : 0;
	meet();
}

static void count_together(void)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		LOCK_GUARD(&r->mutex);
		uint64_t seen = r->counter;

		if (i % 8 == 0)
			thread_yield();
		r->counter = seen + 1;
	}
	meet();
}

/* ---- two ------------------------------------------------------------------------------------------------------------------- */

static volatile uintptr_t wild = 0x40;

static void *wild_write(void *arg)
{
	*(volatile uint64_t *)wild = 1;
	return arg;
}

static uint32_t refused(thread_id id)
{
	struct thread_info info;
	uint32_t n = 0;

	n += thread_kill(id) == PETRI_ESTALE;
	n += thread_join(id, NULL) == PETRI_ESTALE;
	n += thread_detach(id) == PETRI_ESTALE;
	n += thread_set_priority(id, 31, NULL) == PETRI_ESTALE;
	n += thread_set_quantum(id, 1000) == PETRI_ESTALE;
	n += thread_set_name(id, "stolen") == PETRI_ESTALE;
	n += thread_info(id, &info) == PETRI_ESTALE;
	return n;
}

static void *die_with_lock(void *arg)
{
	if (mutex_lock(&r->mutex) == PETRI_OK)
		meet();
	return arg;
}

static void two(void)
{
	void *again = NULL;

	r->late_size = share_open("petri", 8192, &again) == PETRI_EINVAL;
	r->stale = refused(r->sleeper) + refused(r->main);
	r->woken = unpark(&word, UNPARK_ALL);
	r->wild = thread_join(start("wild", wild_write, NULL, 16), NULL);
	r->two_wrote = semaphore_post(&r->post) == PETRI_OK;
	join(start("holder", die_with_lock, NULL, 16));
	meet();
}

/* ---- one ------------------------------------------------------------------------------------------------------------------- */

static void *sleeper(void *arg) { return park(&word, 0, PETRI_FOREVER) == PETRI_OK ? arg : NULL; }

static void check_refused(void)
{
	struct thread_info info;
	void *other;

	expect(share_open("", 4096, &other), PETRI_EINVAL);
	expect(share_open("petri", 0, &other), PETRI_EINVAL);
	expect(share_open("petri", SHARE_SIZE_MAX + 1, &other), PETRI_EINVAL);
	expect(share_open("large", SHARE_SIZE_MAX, &other), PETRI_OK);
	check((char *)other != (char *)r, "another name is another region");
	check(r->late_size, "nobody makes it larger");
	check(r->stale == 14, "no call of the other app finds a thread of this one (%u of 14 refused)", r->stale);
	expect(thread_info(r->sleeper, &info), PETRI_OK);
	check(info.name[0] == 's' && info.state == THREAD_BLOCKED, "the sleeper is as it was");
	check(r->woken == 0, "unpark at the same address in the other app wakes nobody here");
}

static void one(void)
{
	expect(semaphore_wait(&r->post), PETRI_OK);
	check(r->wild == PETRI_EFAULTED, "a wild write of the other app is a fault there: %s", petri_strerror(r->wild));
	meet(); /* holder has the mutex, and ends */
	check(r->two_wrote, "a semaphore in the region works between the apps");
	meet();
	check(r->own[0] == 1000 && r->own[1] == 1001, "each has its own memory at the same addresses");
	check(r->counter == 2 * ROUNDS, "a mutex in the region excludes the other app: %lu", r->counter);
	expect(mutex_lock(&r->mutex), PETRI_EOWNERDIED);
	expect(mutex_unlock(&r->mutex), PETRI_OK);
	check_refused();
	expect(thread_kill(r->sleeper), PETRI_OK);
	expect(thread_join(r->sleeper, NULL), PETRI_EKILLED);
}

int main(void)
{
	void *address = NULL;

	must(share_open("petri", 4096, &address));
	r = address;
	number = __atomic_fetch_add(&r->apps, 1, __ATOMIC_SEQ_CST);
	if (number == 0) {
		r->main = thread_self();
		r->sleeper = start("sleeper", sleeper, NULL, 17);
		r->both = (struct barrier)BARRIER_INIT(2);
		__atomic_store_n(&r->pads[0], 1, __ATOMIC_RELEASE);
	}
	while (__atomic_load_n(&r->pads[0], __ATOMIC_ACQUIRE) == 0)
		thread_yield();
	write_own();
	count_together();
	if (number == 1) {
		two();
		return 0;
	}
	one();
	return test_end();
}
