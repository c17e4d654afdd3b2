/*
 * How a run of the philosophers ends, and what is printed of it.
 */
#include <stdio.h>

#include "phil.h"

void phil_where(const struct session *s, char *out, size_t size)
{
	snprintf(out, size, "at %llu meals", (unsigned long long)phil_table(s)->meals);
}

void phil_goal(const struct options *o, char *out, size_t size)
{
	if (o->phil.has_meals)
		snprintf(out, size, "%llu meals%s", (unsigned long long)o->phil.meals,
			 o->phil.until_deadlock ? " or a deadlock" : "");
	else
		snprintf(out, size, "a deadlock");
}

/* Nobody will eat any more, or something has happened that must not. */
bool phil_hopeless(struct session *s, const struct options *o, char *reason, size_t size)
{
	const struct table *t = phil_table(s);
	const struct deadlock *d = phil_cycle(s);

	if (t->violations)
		snprintf(reason, size, "%u violations of the invariants at %llu meals", t->violations,
			 (unsigned long long)t->meals);
	else if (d && !o->phil.until_deadlock)
		snprintf(reason, size, "a deadlock of %u at %llu meals: %llu cannot be reached", d->members,
			 (unsigned long long)t->meals, (unsigned long long)o->phil.meals);
	else
		return false;
	return true;
}

int phil_exit_expected(const struct session *s, const struct options *o)
{
	(void)o;
	return session_deadlock(s) ? PHIL_EXIT_DEADLOCK : 0;
}

void phil_finish(struct session *s, const struct options *o, struct run_end *end)
{
	const struct table *t = phil_table(s);

	if (t->violations)
		phil_hopeless(s, o, end->reason, sizeof end->reason);
	else if (o->phil.until_deadlock && session_deadlock(s))
		end->code = PHIL_EXIT_DEADLOCK;
	else if (o->phil.has_meals && t->meals != o->phil.meals)
		snprintf(end->reason, sizeof end->reason, "%llu meals were eaten, not %llu", (unsigned long long)t->meals,
			 (unsigned long long)o->phil.meals);
}

static void print_cycle(const struct table *t, const struct deadlock *d)
{
	char holds[32], wants[32];

	for (uint32_t i = 0; i < d->members; i++) {
		const struct deadlock_member *m = &d->list[i], *next = &d->list[(i + 1) % d->members];

		printf("%s holds %s waits for %s held by %s\n", m->name, phil_lock_name(t, m->holds, holds, sizeof holds),
		       phil_lock_name(t, m->wants, wants, sizeof wants), next->name);
	}
}

/* One line of names and numbers; they stay, further ones may come at its end. */
static void print_summary(FILE *out, const struct session *s)
{
	const struct table *t = phil_table(s);
	const struct counters *c = session_counters(s);

	fprintf(out,
		"philosophers %u strategy %s meals %llu meals_min %u meals_max %u thinking %u hungry %u eating %u fairness %.3f ",
		t->count, phil_strategy_name(t->strategy), (unsigned long long)t->meals, t->fewest, t->most, t->thinking,
		t->hungry, t->eating, t->fairness_millionths / 1e6);
	fprintf(out, "wait_mean_us %.1f wait_median_us %.1f wait_p99_us %.1f wait_max_us %.1f violations %u ",
		t->wait_mean_ns / 1e3, t->median_ns / 1e3, t->p99_ns / 1e3, t->wait_max_ns / 1e3, t->violations);
	fprintf(out, "voluntary_switches %llu preemptions %llu\n", (unsigned long long)c->switches,
		(unsigned long long)c->preemptions);
}

/* After a deadlock stdout has the cycle and nothing else. */
void phil_print(const struct session *s, const struct options *o, int code)
{
	(void)o;
	if (code == PHIL_EXIT_DEADLOCK)
		print_cycle(phil_table(s), session_deadlock(s));
	print_summary(code == PHIL_EXIT_DEADLOCK ? stderr : stdout, s);
}
