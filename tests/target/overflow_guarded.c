/*
 * A recursion that runs out of a guarded stack hits the unmapped page below: the record names the thread, its joiner is told,
 * a neighbour's stack is untouched, and the memory comes back.
 *
 * A frame larger than the guard page does not jump over it.
 *
 * test: mode both
 * test: fault 3 deep x20
 * test: fault 3 leap
 */
#include "common/test.h"

#define TIMES 20

static bool stop;

/* Not a tail call, and each level touches its own stack. */
static int recurse(int depth)
{
	volatile char here[200];

	here[0] = (char)depth;
	return depth < 0 ? 0 : recurse(depth + 1) + here[0];
}

static void *fall(void *arg) { return (void *)(intptr_t)recurse((int)(intptr_t)arg); }

/* One frame of several pages, of which only the far end is used. */
static void *leap(void *arg)
{
	volatile char here[THREAD_GUARDED_SIZE + 6000];

	here[0] = 1;
	return (void *)((intptr_t)arg + here[0]);
}

/* Keeps a pattern on its stack and looks at it all the time. */
static void *watch(void *arg)
{
	volatile uint64_t pattern[64];
	uint64_t wrong = 0;

	for (int i = 0; i < 64; i++)
		pattern[i] = (uint64_t)i * 0x0123456789abcdef;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		for (int i = 0; i < 64; i++)
			wrong += pattern[i] != (uint64_t)i * 0x0123456789abcdef;
		thread_yield();
	}
	*(uint64_t *)arg = wrong;
	return NULL;
}

int main(void)
{
	uint64_t wrong[2] = {1, 1};
	struct system_info before, after;
	thread_id lower = start("watch", watch, &wrong[0], THREAD_PRIORITY_DEFAULT), deep, upper;
	int told = 0;

	deep = start("deep", fall, (void *)1, THREAD_PRIORITY_DEFAULT);
	upper = start("watch", watch, &wrong[1], THREAD_PRIORITY_DEFAULT);
	told += thread_join(deep, NULL) == PETRI_EFAULTED;
	before = info_now();
	for (int i = 1; i < TIMES; i++)
		told += thread_join(start("deep", fall, (void *)1, 20), NULL) == PETRI_EFAULTED;
	after = info_now();
	check(told == TIMES, "each joiner is told of the fault (%d of %d)", told, TIMES);
	check(after.memory_free == before.memory_free && after.threads_resident == before.threads_resident,
	      "stacks and control blocks are used again: %lu bytes free before, %lu after", before.memory_free, after.memory_free);
	expect(thread_join(start("leap", leap, NULL, 20), NULL), PETRI_EFAULTED);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(lower);
	join(upper);
	check(wrong[0] == 0 && wrong[1] == 0, "the neighbours' stacks are untouched");
	return test_end();
}
