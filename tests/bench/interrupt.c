/*
 * From a timer interrupt to the thread that waits for it: a more urgent thread sleeps until a moment while a lower one computes;
 * counted from that moment to its first instruction after the call.
 */
#include "bench.h"

#include <stdbool.h>

#include <petri/time.h>

#define ROUNDS 2000u
#define TICK_NS 16u /* QEMU's counter */

static bool over;

static void *sleeping(void *unused)
{
	uint64_t late = 0;
	petri_time deadline = petri_now() / TICK_NS * TICK_NS;

	(void)unused;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		/* an odd number of ticks, so that the interrupt hits the spinning loop here and there */
		deadline += 6151u * TICK_NS;
		thread_sleep_until(deadline);
		late += petri_now() - deadline;
	}
	__atomic_store_n(&over, true, __ATOMIC_RELAXED);
	/* reading the clock rounds down: half a tick on average */
	bench_result("irq_to_thread", late + ROUNDS * TICK_NS / 2, ROUNDS);
	return NULL;
}

void bench_interrupt(void)
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;
	thread_id id;

	attr.name = "sleeping";
	attr.priority = BENCH_PRIORITY + 4;
	attr.flags = 0;
	must(thread_create(&id, &attr, sleeping, NULL));
	while (!__atomic_load_n(&over, __ATOMIC_RELAXED))
		;
	must(thread_join(id, NULL));
}
