/*
 * Who is frozen stops where it stands, with what it holds; thawed, it goes on, and so do all who waited for it. While the table
 * is paused nobody begins a meal, and the clock of waiting stands.
 *
 * test: seconds 120
 * test: seeds 2
 * test: quantum 1
 */
#include "common/test.h"
#include "philosophers/dinner.h"

#define SEATS 7

static uint8_t look_now(uint32_t i)
{
	uint8_t looks[SEATS];
	struct census c;

	census_take(&c, looks);
	return looks[i];
}

/* Who is past its last look at whether it is told to stop ends this meal, and stops later: then once more. */
static void freeze_at_a_meal(uint32_t who)
{
	for (int i = 0; i < 20; i++) {
		while ((look_now(who) & PHIL_STATE_MASK) != PHIL_EATING)
			thread_sleep(PETRI_US(3));
		table_freeze(who, true);
		thread_sleep(PETRI_MS(3));
		if ((look_now(who) & PHIL_STATE_MASK) == PHIL_EATING)
			return;
		table_freeze(who, false);
	}
}

/* Freezes one while it eats: the neighbours wait for its forks, whatever the strategy. */
static void freeze_an_eater(uint8_t strategy)
{
	uint32_t who = 3;

	freeze_at_a_meal(who);
	uint64_t meals = meals_of(who), left = meals_of(who - 1), right = meals_of(who + 1);

	thread_sleep(PETRI_MS(3));
	check(look_now(who) == (PHIL_EATING | PHIL_HAS_LEFT | PHIL_HAS_RIGHT | PHIL_FROZEN),
	      "%s: frozen at a meal, with both forks", strategies[strategy].name);
	check(meals_of(who) == meals && meals_of(who - 1) == left && meals_of(who + 1) == right,
	      "it does not finish, its neighbours do not eat");
	table_freeze(who, false);
	check(dinner_all_eat(5), "thawed, and all eat");
}

static void freeze_anywhere(uint64_t *random)
{
	uint32_t wrong = 0;

	for (int i = 0; i < 20; i++) {
		uint32_t who = (uint32_t)(draw(random) % SEATS);

		thread_sleep(draw(random) % PETRI_US(100));
		table_freeze(who, true);
		reaches(table.philosophers[who].thread, THREAD_BLOCKED); /* at its gate, or for a fork */
		thread_sleep(PETRI_US(200));
		uint64_t meals = meals_of(who);
		uint8_t look = look_now(who) & (uint8_t) ~(PHIL_HAS_LEFT | PHIL_HAS_RIGHT);

		thread_sleep(PETRI_US(400));
		/* a fork it was waiting for may still come, or a dirty one go: that is all that moves */
		wrong += meals_of(who) != meals || ((look_now(who) ^ look) & (PHIL_STATE_MASK | PHIL_FROZEN)) != 0;
		table_freeze(who, false);
	}
	check(wrong == 0, "20 times frozen, wherever it was: it does not move");
	check(dinner_all_eat(5), "and then all eat");
}

static void pause(uint8_t strategy)
{
	struct census before, after;

	table_pause();
	thread_sleep(PETRI_MS(2));
	census_take(&before, NULL);
	thread_sleep(PETRI_MS(5));
	census_take(&after, NULL);
	check(before.eating == 0 && after.meals == before.meals, "%s: paused, who ate has ended that, nobody begins",
	      strategies[strategy].name);
	check(after.waiting == before.waiting && after.longest == before.longest, "no time passes for who waits");
	table_run();
	check(dinner_all_eat(5), "and on");
	census_take(&after, NULL);
	check(after.longest < PETRI_MS(5) || !time_is_exact(), "the pause is no part of a wait: the longest is %lu us",
	      after.longest / 1000);
}

int main(void)
{
	uint64_t random = info_now().seed + 1;

	dinner_init();
	for (uint8_t strategy = PHIL_ORDERED; strategy < PHIL_STRATEGIES; strategy++) {
		dinner_lay(SEATS, strategy, 0);
		table_run();
		check(dinner_all_eat(2), "%s: all eat", strategies[strategy].name);
		pause(strategy);
		freeze_an_eater(strategy);
		freeze_anywhere(&random);
		struct census c;

		census_take(&c, NULL);
		check(c.violations == 0, "%u violations", c.violations);
	}
	return test_end();
}
