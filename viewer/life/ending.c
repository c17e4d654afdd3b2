/*
 * How a run of Life is told of: where it is, its line at the end, what is saved.
 */
#include <stdio.h>
#include <string.h>

#include <petri/wire_life.h>

#include "../text.h"
#include "life.h"

void life_where(const struct session *s, char *out, size_t size)
{
	snprintf(out, size, "at generation %llu", (unsigned long long)life_dish(s)->generation);
}

void life_goal(const struct options *o, char *out, size_t size)
{
	snprintf(out, size, "generation %llu", (unsigned long long)o->life.until);
}

bool life_save(struct session *s, const struct options *o, char *err, size_t err_size)
{
	struct board b = {0};
	bool good;

	if (!o->life.save)
		return true;
	if (!life_snapshot(s, &b))
		return fail(err, err_size, "no dish has come yet, so there is nothing to save");
	good = board_save(&b, o->life.save, err, err_size);
	board_free(&b);
	return good;
}

/* Of several cores: their shares of the steps in percent, and how many threads each has taken from others. */
static void print_cores(const struct dish *d, const struct counters *c)
{
	if (c->cores < 2 || d->cores != c->cores || life_core_share(d, 0) < 0)
		return;
	printf(" core_shares");
	for (unsigned i = 0; i < d->cores; i++)
		printf("%c%.1f", i ? ',' : ' ', 100 * life_core_share(d, i));
	printf(" core_steals");
	for (unsigned i = 0; i < c->cores; i++)
		printf("%c%llu", i ? ',' : ' ', (unsigned long long)c->core[i].steals);
}

void life_print(const struct session *s, const struct options *o, int code)
{
	const struct dish *d = life_dish(s);
	const struct counters *c = session_counters(s);

	(void)o;
	(void)code;
	printf("generation %llu population %u threads_created %llu cell_steps %llu voluntary_switches %llu preemptions %llu",
	       (unsigned long long)d->generation, d->population, (unsigned long long)d->created, (unsigned long long)d->steps,
	       (unsigned long long)c->switches, (unsigned long long)c->preemptions);
	print_cores(d, c);
	if (d->sync != LIFE_BARRIER)
		printf(" sync %s", life_sync_word(d->sync));
	printf("\n");
}

bool life_picture(const struct session *s, const struct options *o, const char *path, char *err, size_t err_size)
{
	return dish_screenshot(life_dish(s), o->palette, path, err, err_size);
}
