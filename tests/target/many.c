/*
 * Thousands wait on one word: all are woken by one call, each exactly once, while main goes on in between; and thousands
 * come through a barrier together. Then memory is as it was.
 */
#include <petri/barrier.h>

#include "common/test.h"

#define CROWD 4096
#define GENERATIONS 5

static thread_id ids[CROWD];
static uint64_t gate, through;
static struct barrier all = BARRIER_INIT(CROWD);
static uint64_t steps;

static void *wait_at_gate(void *arg)
{
	if (park(&gate, 0, PETRI_FOREVER) == PETRI_OK)
		__atomic_fetch_add(&through, 1, __ATOMIC_RELAXED);
	return arg;
}

static void *go_in_step(void *arg)
{
	for (int i = 0; i < GENERATIONS; i++) {
		__atomic_fetch_add(&steps, 1, __ATOMIC_RELAXED);
		if (barrier_wait(&all) != PETRI_OK)
			return NULL;
	}
	return arg;
}

static void create_all(thread_entry entry)
{
	for (uintptr_t i = 0; i < CROWD; i++)
		ids[i] = start_compact("one", entry, (void *)(i + 1), 18);
}

/* On several cores they do not come there in the order in which they were made. */
static bool all_wait(void)
{
	bool all_do = true;

	for (int i = 0; i < CROWD && all_do; i++)
		all_do = reaches(ids[i], THREAD_BLOCKED);
	return all_do;
}

/* Returns how many gave their number back. */
static int join_all(void)
{
	int right = 0;

	for (uintptr_t i = 0; i < CROWD; i++)
		right += join(ids[i]) == (void *)(i + 1);
	return right;
}

int main(void)
{
	struct system_info before, after;
	uint64_t woken;

	create_all(wait_at_gate);
	check(all_wait() && info_now().threads_alive == CROWD + 1, "%d threads wait on one word", CROWD);
	woken = unpark(&gate, UNPARK_ALL);
	check(woken == CROWD, "one call wakes all: %lu", woken);
	check(join_all() == CROWD && through == CROWD, "each goes on once: %lu", through);
	before = info_now();
	create_all(go_in_step);
	check(join_all() == CROWD, "all come through the barrier");
	check(steps == CROWD * GENERATIONS && all.generation == GENERATIONS, "in step: %lu steps, %lu generations", steps,
	      all.generation);
	create_all(wait_at_gate);
	all_wait();
	for (int i = 0; i < CROWD; i += 2)
		must(thread_kill(ids[i]));
	check(unpark(&gate, UNPARK_ALL) == CROWD / 2, "half of them killed: the other half is woken");
	for (int i = 0; i < CROWD; i++)
		if (thread_join(ids[i], NULL) != (i % 2 ? PETRI_OK : PETRI_EKILLED))
			through = 0;
	check(through == CROWD + CROWD / 2, "and joined");
	after = info_now();
	check(after.memory_free == before.memory_free, "as much memory is free as before: %lu, %lu", before.memory_free,
	      after.memory_free);
	return test_end();
}
