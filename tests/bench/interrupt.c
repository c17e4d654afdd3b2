/*
 * From a timer interrupt to the thread that waits for it: a more urgent thread sleeps until a moment while a lower one computes;
 * counted from that moment to its first instruction after the call.
 */
#include "bench.h"

#include <stdbool.h>

#define ROUNDS 2000u
#define TICK_NS 16u /* QEMU's counter */

static bool over;
static uint64_t rounds, late;

static void *sleeping(void *unused)
{
	petri_time deadline = petri_now() / TICK_NS * TICK_NS;

	(void)unused;
	late = 0;
	for (uint64_t i = 0; i < rounds; i++) {
		/* an odd number of ticks, so that the interrupt hits the spinning loop here and there */
		deadline += 6151u * TICK_NS;
		thread_sleep_until(deadline);
		late += petri_now() - deadline;
	}
	__atomic_store_n(&over, true, __ATOMIC_RELAXED);
	return NULL;
}

void bench_irq_to_thread(const struct bench *self)
{
	struct thread_attr attr = BENCH_ATTR;
	petri_time began;
	thread_id id;

	rounds = bench_rounds(ROUNDS);
	over = false;
	attr.name = "sleeping";
	attr.priority = BENCH_PRIORITY + 4;
	must(thread_create(&id, &attr, sleeping, NULL));
	began = bench_begin();
	while (!__atomic_load_n(&over, __ATOMIC_RELAXED))
		;
	bench_end(began);
	must(thread_join(id, NULL));
	/* reading the clock rounds down: half a tick on average */
	bench_result(self, late + rounds * TICK_NS / 2, rounds);
}
