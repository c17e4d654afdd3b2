/*
 * Round robin: threads of one priority take turns in a fixed order, three or five of them, by yield and by quantum; and a thread
 * that is interrupted by something more urgent keeps its place and the rest of its quantum.
 */
#include <petri/atomic.h>

#include "common/test.h"

#define MOST 5
#define LOG 200
/* Free-running QEMU depends on its host, which may be busy elsewhere: then more time for the same turns. */
#define PATIENCE (time_is_exact() ? 1u : 20u)

static int log_of[LOG], logged, last_runner;
static bool stop;

/* Notes that a runs, if another ran before. One piece: a preemption in between would spoil the order that is noted. */
static void note_turn(int a)
{
	ATOMIC_SECTION {
		if (last_runner != a && logged < LOG && !stop)
			log_of[logged++] = a;
		last_runner = a;
	}
}

static void *take_turns(void *arg)
{
	for (int i = 0; i < LOG / MOST; i++) {
		note_turn((int)(intptr_t)arg);
		thread_yield();
	}
	return NULL;
}

static void *spin(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		note_turn((int)(intptr_t)arg);
	return NULL;
}

static void begin(void)
{
	logged = 0;
	last_runner = -1;
	stop = false;
}

/* How often the next in the log is not the next in the circle. */
static int out_of_order(int n)
{
	int wrong = 0;

	for (int i = 1; i < logged; i++)
		wrong += log_of[i] != (log_of[i - 1] + 1) % n;
	return wrong;
}

static void start_all(thread_id *ids, int n, thread_entry entry, uint64_t quantum_ns)
{
	thread_set_priority(thread_self(), 20, NULL);
	for (int i = 0; i < n; i++)
		ids[i] = start_with("turn", entry, (void *)(intptr_t)i, 10, quantum_ns);
	begin();
}

static void check_yield(int n)
{
	thread_id ids[MOST];

	start_all(ids, n, take_turns, PETRI_S(1));
	for (int i = 0; i < n; i++)
		join(ids[i]);
	check(out_of_order(n) == 0 && logged == n * (LOG / MOST), "%d threads that yield: in order, %d turns", n, logged);
}

static void check_quantum(int n)
{
	thread_id ids[MOST];

	start_all(ids, n, spin, PETRI_US(100));
	thread_sleep(PETRI_US(10000) * PATIENCE);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < n; i++)
		join(ids[i]);
	/* In real time a whole turn may pass while the host has the machine stopped: it leaves no entry. */
	check(!time_is_exact() || out_of_order(n) == 0, "%d threads that spin: in order (%d times not)", n, out_of_order(n));
	/* With a seed a quantum is drawn from half to one and a half: of a hundred the sum strays by 3 of them (one sigma). */
	int least = info_now().seed == 0 ? 95 : 88;

	check(logged >= (time_is_exact() ? least : n), "%d turns in %u ms with a quantum of 100 us", logged, 10 * PATIENCE);
}

/* main wakes every 70 us, while the quantum is 400 us: turns are as long as before. */
static void check_interrupted(int n)
{
	petri_time until;
	thread_id ids[MOST];
	int wakeups = 0;

	start_all(ids, n, spin, PETRI_US(400));
	until = in_us(16000 * PATIENCE);
	while (petri_now() < until) {
		thread_sleep(PETRI_US(70));
		wakeups++;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < n; i++)
		join(ids[i]);
	check(!time_is_exact() || out_of_order(n) == 0, "%d threads interrupted %d times: in order (%d times not)", n, wakeups,
	      out_of_order(n));
	check(logged >= 2 * n && logged <= (int)(16000 * PATIENCE / 400) + 3,
	      "each goes on after the interruption with the rest of its quantum: %d turns", logged);
}

int main(void)
{
	stay_on_one_core();
	(void)time_is_exact(); /* measured while nobody disturbs */
	check_yield(3);
	check_yield(5);
	check_quantum(3);
	check_quantum(5);
	check_interrupted(3);
	return test_end();
}
