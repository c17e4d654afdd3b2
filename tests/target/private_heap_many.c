/*
 * The last slot of a private heap, and the first thread that is too many to have one: it gets NULL, and the call says so.
 *
 * test: mode both
 * test: quantum 1000
 * test: seconds 120
 */
#include <petri/heap.h>
#include <petri/string.h>
#include <petri/syscall.h>

#include "common/test.h"

#define AROUND 6u
#define ALL (PRIVATE_HEAPS_MAX + AROUND)
/* So many may not have run yet: to wait for each costs as much as to call another core, which is long where cores are a host's threads. */
#define AHEAD 256u

struct finding {
	uint32_t index;
	enum petri_error error; /* of the call */
	unsigned char *block;
};
static struct finding findings[2 * AROUND];
static uint32_t found, tried; /* tried: how many have run */

/* Stays, so that the next thread has a number of its own. */
static void *try(void *arg)
{
	uint32_t index = (uint32_t)thread_self() & 0xffffff;

	if (index >= PRIVATE_HEAPS_MAX - AROUND && found < 2 * AROUND) {
		struct finding *f = &findings[found++];
		void *at;

		f->index = index;
		f->block = private_alloc(100);
		if (f->block)
			memset(f->block, (int)(index & 0xff), 100);
		f->error = (enum petri_error)arch_syscall(SYS_heap_private, 4096, (uintptr_t)&at, 0, 0);
	}
	__atomic_fetch_add(&tried, 1, __ATOMIC_RELEASE);
	thread_sleep_until(PETRI_FOREVER);
	return arg;
}

static bool is_right(const struct finding *f)
{
	if (f->index >= PRIVATE_HEAPS_MAX)
		return f->block == NULL && f->error == PETRI_ENOMEM;
	return f->error == PETRI_OK && (uintptr_t)f->block - (PRIVATE_HEAPS + f->index * PRIVATE_HEAP_SIZE) < 4096 &&
	       f->block[0] == (f->index & 0xff) && f->block[99] == (f->index & 0xff);
}

/* Where it matters one at a time. Returns the last one's number. */
static uint32_t start_all(void)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;
	uint32_t index = 0;

	attr.priority = 20;
	attr.flags = THREAD_DETACHED;
	for (uint32_t started = 1; index < ALL - 1; started++) {
		thread_id id;

		must(thread_create(&id, &attr, try, NULL));
		index = (uint32_t)id & 0xffffff;
		uint32_t ahead = index < PRIVATE_HEAPS_MAX - AROUND - 1 ? AHEAD : 0;

		while (started - __atomic_load_n(&tried, __ATOMIC_ACQUIRE) > ahead)
			thread_yield(); /* they run on other cores */
	}
	return index;
}

int main(void)
{
	uint32_t right = 0, last = start_all();

	for (uint32_t i = 0; i < found; i++)
		right += is_right(&findings[i]);
	check(found == 2 * AROUND && findings[0].index == PRIVATE_HEAPS_MAX - AROUND, "threads %u to %u were tried",
	      findings[0].index, last);
	check(right == found, "those below %u have a heap, the others have none: %u of %u are right", PRIVATE_HEAPS_MAX, right,
	      found);
	return test_end();
}
