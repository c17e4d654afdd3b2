/*
 * Thousands of threads come and go: create, exit and join of both classes use no more memory the hundredth time than the
 * first, whether they are joined, detached, killed before they ran, or hold FP registers.
 */
#include "common/test.h"

#define ROUNDS 100
#define CROWD 64

static void *give_back(void *arg) { return arg; }

static bool crowd(const struct thread_attr *attr, bool kill)
{
	thread_id ids[CROWD];
	bool right = true;

	for (uintptr_t i = 0; i < CROWD; i++)
		must(thread_create(&ids[i], attr, give_back, (void *)i));
	for (uintptr_t i = 0; i < CROWD; i++) {
		/* it may have ended already, in a turn that it had while main waited for another */
		bool killed = kill && i % 2 && thread_kill(ids[i]) == PETRI_OK;
		void *value = NULL;
		enum petri_error error = thread_join(ids[i], &value);

		right &= killed ? error == PETRI_EKILLED : error == PETRI_OK && value == (void *)i;
	}
	return right;
}

static bool detached_crowd(void)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;

	attr.flags = THREAD_DETACHED;
	for (uintptr_t i = 0; i < CROWD; i++)
		must(thread_create(NULL, &attr, give_back, NULL));
	while (info_now().threads_alive > 1)
		thread_sleep(PETRI_US(50));
	return true;
}

static bool all_kinds(void)
{
	struct thread_attr guarded = THREAD_ATTR_DEFAULT, compact = THREAD_ATTR_COMPACT, small = THREAD_ATTR_COMPACT;
	bool right;

	guarded.priority = compact.priority = small.priority = 10; /* less urgent than main: some are killed before they run */
	small.stack_size = THREAD_COMPACT_SIZE * 2;
	right = crowd(&guarded, false);
	right &= crowd(&compact, true);
	right &= crowd(&small, false);
	return detached_crowd() && right;
}

int main(void)
{
	struct system_info before, after;
	bool right = all_kinds();

	before = info_now();
	for (int i = 0; i < ROUNDS; i++)
		right &= all_kinds();
	after = info_now();
	check(right, "all ends and values were right");
	check(after.threads_created - before.threads_created == ROUNDS * CROWD * 4, "%lu threads created",
	      after.threads_created - before.threads_created);
	check(after.memory_free == before.memory_free, "as much memory is free as before: %lu, %lu", before.memory_free,
	      after.memory_free);
	check(after.threads_resident == before.threads_resident, "control blocks: %u, %u", before.threads_resident,
	      after.threads_resident);
	check(after.threads_alive == 1, "only main is left: %u", after.threads_alive);
	return test_end();
}
