/*
 * Each strategy, with two, five and fifty: exactly as many meals as were asked for, none begins after that, no fork is ever in
 * two hands, nobody eats with one; and the fair ones are fair.
 *
 * test: seconds 120
 * test: seeds 4
 * test: quantum 1
 */
#include "common/test.h"
#include "philosophers/dinner.h"

#define MEALS_EACH 100

/* In real time a host with fewer processors takes one of the cores away for as long as a whole dinner lasts: who thinks there does not ask. */
static bool cores_go_on_together(void) { return time_is_exact() || info_now().cores == 1; }
static bool is_said_to_be_equal(uint8_t strategy) { return strategy == PHIL_WAITER || strategy == PHIL_CHANDY_MISRA; }

static void nobody_goes_on(uint64_t goal)
{
	struct census c;

	for (int i = 0; i < 1000; i++) {
		thread_sleep(PETRI_MS(1));
		census_take(&c, NULL);
		if (i > 2 && c.forks == 0)
			break;
	}
	check(c.meals == goal && c.eating == 0 && c.forks == 0, "and then nothing: %lu meals, %u eat, %u forks in hands", c.meals,
	      c.eating, c.forks);
}

static void dine(uint32_t philosophers, uint8_t strategy)
{
	uint64_t goal = philosophers * MEALS_EACH;

	dinner_lay(philosophers, strategy, goal);
	table_run();
	bool done = dinner_await(20);
	uint32_t fairness = dinner_check();

	check(done && (fairness >= 950000 || !is_said_to_be_equal(strategy) || !cores_go_on_together()),
	      "the goal is reached, in fairness");
	nobody_goes_on(goal);
}

/*
 * Who is more urgent may eat first, but it gives the forks to its neighbour, who has asked: under a strategy that hands them over
 * nobody starves beside it. (They never think. While the urgent one eats, the other comes to run, and asks.)
 */
static void urgent_neighbour(uint8_t strategy)
{
	dinner_lay_with(2, strategy, 400, &(struct times){0, 20, 0, PHIL_FIXED});
	must(table_set_priority(0, 15));
	must(table_set_priority(1, 1));
	table_run();
	bool done = dinner_await(20);

	uint32_t fairness = dinner_check();

	check(done && (fairness >= 990000 || !time_is_exact()), "%s: beside one who is more urgent", strategies[strategy].name);
}

int main(void)
{
	static const uint32_t sizes[] = {2, 5, 50};
	struct system_info before = info_now();

	dinner_init();
	for (uint8_t strategy = PHIL_ORDERED; strategy < PHIL_STRATEGIES; strategy++)
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
			dine(sizes[i], strategy);
	urgent_neighbour(PHIL_ORDERED);
	urgent_neighbour(PHIL_WAITER);
	urgent_neighbour(PHIL_CHANDY_MISRA);
	check_preempted(&before, 4 * MEALS_EACH * (2 + 5 + 50));
	return test_end();
}
