/* See dinner.h. */
#include "dinner.h"

#include <petri/heap.h>
#include <petri/string.h>

#include "../common/test.h"

static struct semaphore news = SEMAPHORE_INIT(0);

static void ring(void) { semaphore_post(&news); }

void dinner_init(void)
{
	must(thread_set_priority(thread_self(), CONTROLLER_PRIORITY, NULL));
	table.news = ring;
	must(table_init());
}

void dinner_lay_with(uint32_t philosophers, uint8_t strategy, uint64_t goal, const struct times *times)
{
	struct plan plan = {
		.philosophers = philosophers, .strategy = strategy, .times = *times, .seed = info_now().seed, .goal = goal};

	must(table_sit(&plan));
}

void dinner_lay(uint32_t philosophers, uint8_t strategy, uint64_t goal)
{
	dinner_lay_with(philosophers, strategy, goal, &(struct times){20, 20, 5, PHIL_UNIFORM});
}

bool dinner_await(uint32_t seconds)
{
	petri_time give_up = in_us(seconds * 1000000ull);

	while (!table_goal_reached())
		if (semaphore_wait_until(&news, give_up) != PETRI_OK)
			break;
	return table_goal_reached();
}

uint64_t meals_of(uint32_t philosopher) { return table.philosophers[philosopher].ledger.meals; }

static bool all_have(const uint64_t *wanted)
{
	for (uint32_t i = 0; i < table.count; i++)
		if (table.philosophers[i].thread != 0 && !table.philosophers[i].frozen && meals_of(i) < wanted[i])
			return false;
	return true;
}

bool dinner_all_eat(uint64_t meals)
{
	uint64_t *wanted = heap_calloc(table.count, sizeof *wanted);
	petri_time give_up = in_us(1000000);
	bool done = false;

	petri_assert(wanted != NULL);
	for (uint32_t i = 0; i < table.count; i++)
		wanted[i] = meals_of(i) + meals;
	while (!done && petri_now() < give_up) {
		thread_sleep(PETRI_US(100));
		done = all_have(wanted) || table_is_bare();
	}
	heap_free(wanted);
	return done;
}

static uint64_t waits_booked(void)
{
	struct waits w;
	uint64_t waits = 0;

	census_waits(&w);
	for (uint32_t i = 0; i < PHIL_BUCKETS; i++)
		waits += w.meals[i];
	return waits;
}

bool dinner_is_right(void)
{
	struct census c;

	table_look_for_starving();
	census_take(&c, NULL);
	return c.meals == table.plan.goal && waits_booked() == c.meals && table.meals_eaten == c.meals && c.violations == 0;
}

uint32_t dinner_check(void)
{
	bool right = dinner_is_right();
	struct census c;

	census_take(&c, NULL);
	check(right, "%u %s: %lu meals of %lu, %lu counted, %lu waits, %u violations; fairness %u, longest wait %lu us",
	      table.count, strategies[table.plan.strategy].name, c.meals, table.plan.goal, table.meals_eaten, waits_booked(),
	      c.violations, c.fairness, c.longest / 1000);
	return c.fairness;
}
