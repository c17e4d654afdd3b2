/*
 * The philosophers' options: parsing, what goes together.
 */
#include "options.h"

#include <string.h>

#include <petri/wire_phil.h>

#include "../demo.h"
#include "../option.h"
#include "../text.h"
#include "phil.h"

#define US_MAX 1000000000u
#define PHILOSOPHERS 5u
#define HEADLESS_MEALS 1000u

static bool take_philosophers(struct parsing *p, const char *value)
{
	uint64_t n;

	p->o->phil.wanted = true;
	if (!option_whole(value, PHIL_MAX, &n) || n < PHIL_MIN)
		return option_wrong(p, value, "a number from 2 to 10000");
	p->o->phil.philosophers = (uint32_t)n;
	return true;
}

static bool take_strategy(struct parsing *p, const char *value)
{
	p->o->phil.wanted = true;
	return phil_strategy_of(value, &p->o->phil.strategy) ||
	       option_wrong(p, value, "naive, ordered, waiter, trylock or chandy-misra");
}

static bool take_distribution(struct parsing *p, const char *value)
{
	p->o->phil.wanted = true;
	p->o->phil.has_distribution = phil_distribution_of(value, &p->o->phil.distribution);
	return p->o->phil.has_distribution || option_wrong(p, value, "fixed, uniform or exponential");
}

static bool take_time(struct parsing *p, const char *value, bool *has, uint32_t *us)
{
	uint64_t n;

	p->o->phil.wanted = true;
	if (!option_whole(value, US_MAX, &n))
		return option_wrong(p, value, "whole microseconds, at most 1000000000");
	*has = true;
	*us = (uint32_t)n;
	return true;
}

static bool take_think(struct parsing *p, const char *value)
{
	return take_time(p, value, &p->o->phil.has_think, &p->o->phil.think);
}

static bool take_eat(struct parsing *p, const char *value) { return take_time(p, value, &p->o->phil.has_eat, &p->o->phil.eat); }

static bool take_reach(struct parsing *p, const char *value)
{
	return take_time(p, value, &p->o->phil.has_reach, &p->o->phil.reach);
}

static bool take_meals(struct parsing *p, const char *value)
{
	p->o->phil.wanted = true;
	p->o->phil.has_meals = option_whole(value, UINT64_MAX, &p->o->phil.meals) && p->o->phil.meals;
	return p->o->phil.has_meals || option_wrong(p, value, "a number of meals, as in --meals 1000");
}

static bool take_until_deadlock(struct parsing *p, const char *value)
{
	(void)value;
	p->o->phil.wanted = p->o->phil.until_deadlock = true;
	return true;
}

const struct option phil_option_table[] = {
	{"--philosophers", true, take_philosophers},
	{"--strategy", true, take_strategy},
	{"--distribution", true, take_distribution},
	{"--think", true, take_think},
	{"--eat", true, take_eat},
	{"--reach", true, take_reach},
	{"--meals", true, take_meals},
	{"--until-deadlock", false, take_until_deadlock},
	{NULL, false, NULL},
};

bool phil_check(const struct options *o, char *err, size_t err_size)
{
	if (o->demo == &demo_philosophers && o->has_speed)
		return fail(err, err_size, "--speed is for generations; philosophers have --think, --eat and --reach");
	return true;
}

void phil_settle(struct options *o)
{
	if (!o->phil.philosophers)
		o->phil.philosophers = PHILOSOPHERS;
}

/* Nobody watches and nobody said how far. Naive philosophers get stuck: that is their end. */
bool phil_settle_headless(struct options *o, bool *chosen, char *err, size_t err_size)
{
	(void)err;
	(void)err_size;
	if (phil_has_goal(o))
		return true;
	*chosen = true;
	o->phil.until_deadlock = o->phil.strategy == PHIL_NAIVE;
	o->phil.has_meals = !o->phil.until_deadlock;
	o->phil.meals = HEADLESS_MEALS;
	return true;
}

bool phil_has_goal(const struct options *o) { return o->phil.has_meals || o->phil.until_deadlock; }
