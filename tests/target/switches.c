/*
 * More than a million switches (2^20 by yield, then others by blocking and by the quantum's end) use up nothing: the same memory is free
 * afterwards, and no control block has come.
 *
 * test: seconds 120
 */
#include <petri/semaphore.h>

#include "common/test.h"

#define YIELDS (1u << 19) /* of each of two threads */
#define PLAYS (1u << 16)

static void *yield_often(void *arg)
{
	for (uint32_t i = 0; i < YIELDS; i++)
		thread_yield();
	return arg;
}

struct side {
	struct semaphore *mine, *other;
};

static void *play(void *arg)
{
	struct side *side = arg;

	for (uint32_t i = 0; i < PLAYS; i++) {
		must(semaphore_wait(side->mine));
		must(semaphore_post(side->other));
	}
	return NULL;
}

static bool stop;

static void *spin(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		__asm__ volatile("");
	return arg;
}

/* Two that do nothing but take the core from each other. */
static void preempt_often(void)
{
	thread_id a = start_with("a", spin, NULL, 10, PETRI_US(2)), b = start_with("b", spin, NULL, 10, PETRI_US(2));

	must(thread_sleep(PETRI_MS(40)));
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(a);
	join(b);
	stop = false;
}

static void round_of(thread_entry entry, void *a, void *b)
{
	thread_id first = start_compact("first", entry, a, 10), second = start_compact("second", entry, b, 10);

	join(first);
	join(second);
}

int main(void)
{
	struct semaphore ping = SEMAPHORE_INIT(1), pong = SEMAPHORE_INIT(0);
	struct side left = {&ping, &pong}, right = {&pong, &ping};
	struct system_info before, after;

	stay_on_one_core();
	round_of(play, &left, &right); /* what is made once is made now */
	preempt_often();
	before = info_now();
	round_of(yield_often, NULL, NULL);
	round_of(play, &left, &right);
	preempt_often();
	after = info_now();
	check(after.switches - before.switches >= 1u << 20, "%lu voluntary switches", after.switches - before.switches);
	check(after.preemptions - before.preemptions >= (time_is_exact() ? 5000u : 20u), "%lu others",
	      after.preemptions - before.preemptions);
	check(after.memory_free == before.memory_free, "as much memory is free as before: %lu, %lu", before.memory_free,
	      after.memory_free);
	check(after.threads_alive == before.threads_alive && after.threads_resident == before.threads_resident,
	      "control blocks: %u, %u", before.threads_resident, after.threads_resident);
	return test_end();
}
