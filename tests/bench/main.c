/* Runs all benches, and prints their results. */
#include "bench.h"

#include <petri/console.h>
#include <petri/system.h>
#include <petri/time.h>

#define EMPTY_ROUNDS 100000u

static uint64_t empty_ns; /* of EMPTY_ROUNDS empty rounds */

static void measure_empty(void)
{
	petri_time began = petri_now();

	REPEAT(EMPTY_ROUNDS);
	empty_ns = petri_now() - began;
}

void bench_result(const char *key, uint64_t ns, uint64_t operations)
{
	uint64_t tenths = ns * 10 / operations;

	console_printf("bench %s %llu.%llu\n", key, (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10));
}

void bench_loop(const char *key, uint64_t ns, uint64_t rounds)
{
	uint64_t empty = empty_ns * rounds / EMPTY_ROUNDS;

	bench_result(key, ns > empty ? ns - empty : 0, rounds);
}

uint64_t bench_pair(thread_entry first, thread_entry second)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;
	thread_id a, b;
	void *ns;

	attr.priority = BENCH_PRIORITY;
	attr.name = "first";
	must(thread_create(&a, &attr, first, NULL));
	attr.name = "second";
	must(thread_create(&b, &attr, second, NULL));
	must(thread_join(a, &ns));
	must(thread_join(b, NULL));
	return (uint64_t)(uintptr_t)ns;
}

void must_work(enum petri_error error, const char *what)
{
	if (error == PETRI_OK)
		return;
	console_printf("bench: %s: %s\n", what, petri_strerror(error));
	system_exit(1);
}

int main(void)
{
	must(thread_set_priority(thread_self(), BENCH_PRIORITY, NULL));
	measure_empty();
	bench_locks();
	bench_switches();
	bench_interrupt();
	bench_calls();
	bench_heaps();
	bench_faults();
	bench_life();
	return 0;
}
