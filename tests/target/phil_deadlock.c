/*
 * naive, with a pause between the forks: all hold the left one, and the kernel tells of a cycle of all of them, once. A kill opens it, and
 * the rest eat. The other strategies give no reason for a report.
 *
 * test: seconds 60
 */
#include <petri/deadlock.h>

#include "common/test.h"
#include "philosophers/dinner.h"

static const struct times eager = {.think = 50, .eat = 50, .reach = 20000};
static uint64_t cycles;

static bool cycle_within(uint64_t us) { return deadlock_await(cycles, &cycles, in_us(us)) == PETRI_OK; }

static void closes(uint32_t philosophers)
{
	struct census c;
	uint64_t before = cycles;

	dinner_lay_with(philosophers, PHIL_NAIVE, philosophers, &eager);
	table_run();
	check(cycle_within(5000000) && cycles == before + 1, "%u naive: a cycle is reported", philosophers);
	census_take(&c, NULL);
	check(c.hungry == philosophers && c.forks == philosophers && c.eating == 0, "%u hungry, %u forks in hands", c.hungry,
	      c.forks);
	check(!cycle_within(20000), "once");
	expect(table_kill(philosophers / 2), PETRI_OK);
	check(dinner_await(20), "a kill opens it");
	dinner_check();
}

static void closes_not(uint8_t strategy)
{
	dinner_lay_with(5, strategy, 50, &eager);
	table_run();
	check(dinner_await(20) && !cycle_within(1000), "%s: no cycle", strategies[strategy].name);
	dinner_check();
}

/* From the beginning: who sits in a deadlock is sent away like everybody else. */
static void begin_again(void)
{
	for (int i = 0; i < 5; i++) {
		dinner_lay_with(20, PHIL_NAIVE, 0, &eager);
		table_run();
		if (!cycle_within(5000000))
			break;
	}
	check(cycles == 7, "five times from the beginning: %lu cycles in all", cycles);
}

int main(void)
{
	dinner_init();
	closes(5);
	closes(100);
	begin_again();
	for (uint8_t strategy = PHIL_ORDERED; strategy < PHIL_STRATEGIES; strategy++)
		closes_not(strategy);
	return test_end();
}
