/*
 * The table while they eat: its clock, the count of meals, and what must never be seen. Called by philosophers, on compact
 * stacks, at any time.
 */
#include <petri/park.h>
#include <petri/thread.h>

#include "table.h"

/* ---- the clock ---- */

uint64_t table_clock(void)
{
	uint64_t stopped = __atomic_load_n(&table.stopped_at, __ATOMIC_ACQUIRE);

	return (stopped != 0 ? stopped : petri_now()) - __atomic_load_n(&table.stopped_for, __ATOMIC_ACQUIRE);
}

/* ---- meals: taken before they begin, so that nobody begins one too many ---- */

bool table_take_meal(void)
{
	uint64_t left = __atomic_load_n(&table.meals_left, __ATOMIC_RELAXED);

	while (left > 0)
		if (__atomic_compare_exchange_n(&table.meals_left, &left, left - 1, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return true;
	return false;
}

bool table_meal_eaten(void) { return __atomic_add_fetch(&table.meals_eaten, 1, __ATOMIC_RELEASE) == table.plan.goal; }

bool table_goal_reached(void)
{
	return table.plan.goal > 0 && __atomic_load_n(&table.meals_eaten, __ATOMIC_ACQUIRE) >= table.plan.goal;
}

/* A meal comes back when somebody dies over it. */
void table_await_meals(void)
{
	while (__builtin_expect(table_is_bare(), 0)) {
		/* there is one again: the loop looks */
		enum petri_error woken = park(&table.meals_left, 0, PETRI_FOREVER);

		(void)woken;
	}
}

/* ---- what must never be seen ---- */

void table_violation(enum violation kind, const struct philosopher *by)
{
	uint32_t nobody = 0;

	__atomic_compare_exchange_n(&table.violations[kind].first, &nobody, by->number + 1, false, __ATOMIC_RELAXED,
				    __ATOMIC_RELAXED);
	__atomic_fetch_add(&table.violations[kind].count, 1, __ATOMIC_RELAXED);
	if (nobody == 0 && table.news != NULL)
		table.news();
}

bool table_is_gone(uint32_t number)
{
	struct thread_info info;

	return thread_info(table.philosophers[number].thread, &info) != PETRI_OK || info.state == THREAD_ZOMBIE;
}

/* Told once for each time of hunger. */
static void check_limit(struct philosopher *p, uint64_t since, uint64_t wait)
{
	if (table.limit == 0 || wait <= table.limit || since < __atomic_load_n(&table.calm_since, __ATOMIC_RELAXED))
		return;
	if (!__atomic_exchange_n(&p->starved, true, __ATOMIC_RELAXED))
		table_violation(STARVED, p);
}

uint64_t table_waited(struct philosopher *me)
{
	uint64_t since = me->hungry_since, now = table_clock();
	uint64_t wait = now > since ? now - since : 0;

	check_limit(me, since, wait);
	return wait;
}

void table_look_for_starving(void)
{
	if (table.limit == 0 || table_is_bare())
		return;
	for (uint32_t i = 0; i < table.count; i++)
		if (philosopher_state(&table.philosophers[i]) == PHIL_HUNGRY)
			table_waited(&table.philosophers[i]);
}
