/*
 * Tables are laid and cleared away in the middle of everything, with every strategy and number: memory and threads stay what they
 * were. A table too large is refused, and those who sat there sit there still.
 *
 * test: seconds 120
 * test: seeds 2
 */
#include <petri/heap.h>

#include "common/test.h"
#include "philosophers/dinner.h"

#define ROUNDS 120
#define LARGEST 200
/* Tables of all sizes come and go: now and then no gap fits, and the heap takes another piece. */
#define HEAP_MAY_GROW (128u << 10)

static void storm(uint64_t *random, uint32_t rounds)
{
	for (uint32_t i = 0; i < rounds; i++) {
		uint8_t strategy = (uint8_t)(draw(random) % PHIL_STRATEGIES);

		dinner_lay_with(2 + (uint32_t)(draw(random) % (LARGEST - 1)), strategy, 0,
				&(struct times){10, 10, 10, PHIL_EXPONENTIAL});
		if (draw(random) % 8 == 0)
			continue; /* nobody has even begun */
		table_run();
		thread_sleep(draw(random) % PETRI_US(400));
		if (draw(random) % 4 == 0)
			table_freeze((uint32_t)(draw(random) % table.count), true);
		if (draw(random) % 4 == 0)
			must(table_kill((uint32_t)(draw(random) % table.count)));
	}
}

static void end_small(void) { dinner_lay(2, PHIL_ORDERED, 0); }

static void too_large(void)
{
	/* more than the memory holds, of whatever machine this is: the engine itself knows no largest table */
	struct plan plan = {.philosophers = 4000000, .strategy = PHIL_WAITER};

	dinner_lay(20, PHIL_WAITER, 0);
	table_run();
	expect(table_sit(&plan), PETRI_ENOMEM);
	check(table.count == 20 && table.living == 20 && dinner_all_eat(3), "those who sat there eat on");
}

int main(void)
{
	uint64_t random = info_now().seed + 1;

	dinner_init();
	/* the largest table once, so that all is there that will be kept for the next */
	dinner_lay(LARGEST, PHIL_TRYLOCK, 0);
	storm(&random, 20);
	end_small();
	struct system_info before = info_now(), after;
	struct heap_stats heap_before, heap_after;

	heap_stats(&heap_before);
	storm(&random, ROUNDS);
	end_small();
	after = info_now();
	heap_stats(&heap_after);

	check(after.threads_alive == before.threads_alive, "%u threads alive, as before", after.threads_alive);
	check(after.threads_resident == before.threads_resident, "%u control blocks, as before", after.threads_resident);
	check(heap_after.blocks == heap_before.blocks && heap_after.in_use == heap_before.in_use,
	      "%lu bytes of heap in use, as before", heap_after.in_use);
	check(after.memory_free + HEAP_MAY_GROW >= before.memory_free, "%lu bytes free, as before (%lu)", after.memory_free,
	      before.memory_free);
	check(after.threads_created - before.threads_created > ROUNDS * LARGEST / 4, "after %lu threads",
	      after.threads_created - before.threads_created);
	too_large();
	return test_end();
}
