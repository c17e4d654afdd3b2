/*
 * How a run of Life is told of: where it is, its line at the end, what is saved.
 */
#include <stdio.h>
#include <string.h>

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

void life_print(const struct session *s, const struct options *o, int code)
{
	const struct dish *d = life_dish(s);
	const struct counters *c = session_counters(s);

	(void)o;
	(void)code;
	printf("generation %llu population %u threads_created %llu cell_steps %llu voluntary_switches %llu preemptions %llu\n",
	       (unsigned long long)d->generation, d->population, (unsigned long long)d->created, (unsigned long long)d->steps,
	       (unsigned long long)c->switches, (unsigned long long)c->preemptions);
}

bool life_picture(const struct session *s, const struct options *o, const char *path, char *err, size_t err_size)
{
	return dish_screenshot(life_dish(s), o->palette, path, err, err_size);
}
