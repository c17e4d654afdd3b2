/*
 * What the kernel tells a user thread about its atomic section stands in the same word as what the library has noted there: that the thread has a
 * private heap. A switch put off inside a section, and the end of it, leave that alone; else the next private_alloc() would make the heap anew,
 * over the blocks that are in use.
 *
 * test: mode both
 * test: seeds 3
 */
#include <petri/atomic.h>
#include <petri/heap.h>
#include <petri/string.h>

#include "common/test.h"

#define SIZE 100u
#define ROUNDS 2000u

static bool stop;

static void *use_shared_heap(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		heap_free(heap_alloc(32));
	return arg;
}

static bool is_all(const char *block, char c)
{
	size_t n = 0;

	while (n < SIZE && block[n] == c)
		n++;
	return n == SIZE;
}

/* One block stays, another comes and goes: after each `between`, how often did the heap forget the first? */
static unsigned int count_forgotten(void (*between)(void), unsigned int rounds)
{
	char *first = private_alloc(SIZE);
	unsigned int wrong = 0;

	if (!first)
		return rounds;
	memset(first, 'a', SIZE);
	for (unsigned int i = 0; i < rounds && wrong == 0; i++) {
		char *block;

		between();
		block = private_alloc(SIZE);
		wrong += block == NULL || block == first;
		if (block != NULL && block != first)
			memset(block, 'b', SIZE);
		wrong += !is_all(first, 'a');
		if (wrong == 0)
			private_free(block);
	}
	if (wrong == 0)
		private_free(first);
	return wrong;
}

static void stay_inside(void)
{
	ATOMIC_SECTION
		burn(PETRI_US(20));
}

/* Its lock is a section, too short to be seen by a program. */
static void use_once(void) { heap_free(heap_alloc(32)); }

int main(void)
{
	struct system_info before;
	thread_id peer;

	stay_on_one_core();
	peer = start_with("peer", use_shared_heap, NULL, THREAD_PRIORITY_DEFAULT, PETRI_US(3));
	must(thread_set_quantum(thread_self(), PETRI_US(3)));
	burn(0);
	before = info_now();
	check(count_forgotten(stay_inside, 20) == 0, "a switch put off in a section: the private heap is still there");
	check(count_forgotten(use_once, ROUNDS) == 0, "a switch anywhere in the shared heap: the private heap is still there");
	check(info_now().preemptions - before.preemptions >= 20, "there were switches (%lu)",
	      info_now().preemptions - before.preemptions);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(peer);
	return test_end();
}
