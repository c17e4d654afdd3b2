/*
 * The quantum is CPU time that is used up across blockings: who blocks often is preempted as well. It is per thread, in ns, and
 * limits who does not block at all: such a thread does not stop the others.
 */
#include "common/test.h"

#define QUANTUM PETRI_US(200)
#define BURNS 100

static uint64_t turns;
static bool stop;

static void *spin(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		__atomic_fetch_add(&turns, 1, __ATOMIC_RELAXED);
	return arg;
}

/* Uses 0.6 quanta, then blocks, again and again. Returns in how many of these stretches somebody else ran. */
static void *block_often(void *arg)
{
	uint64_t disturbed = 0;

	for (int i = 0; i < BURNS; i++) {
		uint64_t before = __atomic_load_n(&turns, __ATOMIC_RELAXED);

		burn(QUANTUM * 6 / 10);
		disturbed += __atomic_load_n(&turns, __ATOMIC_RELAXED) != before;
		must(thread_sleep(PETRI_US(1)));
	}
	*(uint64_t *)arg = disturbed;
	return NULL;
}

static void check_across_blockings(void)
{
	uint64_t disturbed = 0;
	thread_id spinner, id;

	burn(0); /* measures its speed while nobody else is there */
	(void)time_is_exact();
	spinner = start_with("spinner", spin, NULL, 10, QUANTUM);
	id = start_with("blocks", block_often, &disturbed, 10, QUANTUM);
	join(id);
	/* 100 stretches of 0.6 quanta: 60 quanta end. A quantum renewed by blocking would never end. */
	check(time_is_exact() ? disturbed >= 40 && disturbed <= 85 : disturbed >= 1,
	      "60 quanta end in 100 stretches of 0.6 quanta: %lu did", disturbed);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(spinner);
}

struct share {
	uint64_t count;
};

/* Steps of many instructions: who is preempted where it went on is given longer quanta. */
static void *count(void *arg)
{
	struct share *s = arg;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		__asm__ volatile(".rept 61\n\tnop\n\t.endr");
		s->count++;
	}
	return NULL;
}

/* A quantum three times as long is three times the share. */
static void check_per_thread(void)
{
	struct share one = {0}, three = {0};
	thread_id a, b;

	stop = false;
	a = start_with("one", count, &one, 10, PETRI_US(100));
	b = start_with("three", count, &three, 10, PETRI_US(500));
	expect(thread_set_quantum(b, PETRI_US(300)), PETRI_OK);
	thread_sleep(PETRI_MS(20));
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(a);
	join(b);
	check(time_is_exact() ? three.count > 2 * one.count && three.count < 4 * one.count : three.count > one.count,
	      "three times the quantum: %lu to %lu", three.count, one.count);
	expect(thread_set_quantum(thread_self(), 199), PETRI_EINVAL);
	expect(thread_set_quantum(thread_self(), PETRI_US(50)), PETRI_OK);
}

/* A thread that never blocks, of main's own priority: main goes on all the same. */
static void check_not_stopped(void)
{
	uint64_t before, mine = 0;
	thread_id id;

	stop = false;
	id = start_with("for ever", spin, NULL, THREAD_PRIORITY_DEFAULT, PETRI_US(50));
	before = __atomic_load_n(&turns, __ATOMIC_RELAXED);
	for (petri_time until = in_us(5000); petri_now() < until;)
		mine++;
	check(mine > 100 && __atomic_load_n(&turns, __ATOMIC_RELAXED) - before > 100, "two that never block both go on");
	expect(thread_kill(id), PETRI_OK);
	expect(thread_join(id, NULL), PETRI_EKILLED);
}

int main(void)
{
	stay_on_one_core();
	check_across_blockings();
	check_per_thread();
	check_not_stopped();
	return test_end();
}
