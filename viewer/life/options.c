/*
 * Life's options: parsing, what goes together, what is left open.
 */
#include "options.h"

#include <string.h>
#include <time.h>

#include "../demo.h"
#include "../option.h"
#include "../text.h"
#include "life.h"

static bool take_load(struct parsing *p, const char *value)
{
	p->o->life.load = value;
	return true;
}

static bool take_rule(struct parsing *p, const char *value)
{
	char reason[120];

	if (!rule_parse(&p->o->life.rule, value, reason, sizeof reason))
		return fail(p->err, p->err_size, "--rule: %s", reason);
	p->o->life.has_rule = true;
	return true;
}

static bool take_random(struct parsing *p, const char *value)
{
	p->o->life.has_random = option_decimal(value, 0, 1, &p->o->life.random);
	return p->o->life.has_random || option_wrong(p, value, "a density from 0 to 1, as in --random 0.25");
}

static bool take_soup(struct parsing *p, const char *value)
{
	p->o->life.has_soup = option_whole(value, UINT64_MAX, &p->o->life.soup);
	return p->o->life.has_soup || option_wrong(p, value, "a whole number");
}

static bool take_until(struct parsing *p, const char *value)
{
	p->o->life.has_until = option_whole(value, UINT64_MAX - 1, &p->o->life.until);
	return p->o->life.has_until || option_wrong(p, value, "a generation, as in --until 120");
}

static bool take_save(struct parsing *p, const char *value)
{
	p->o->life.save = value;
	return true;
}

static bool take_grid(struct parsing *p, const char *value)
{
	(void)value;
	p->o->life.grid = true;
	return true;
}

const struct option life_option_table[] = {
	{"--load", true, take_load},   {"--rule", true, take_rule}, {"--random", true, take_random}, {"--soup", true, take_soup},
	{"--until", true, take_until}, {"--save", true, take_save}, {"--grid", false, take_grid},    {NULL, false, NULL},
};

bool life_check(const struct options *o, char *err, size_t err_size)
{
	const struct life_options *l = &o->life;

	if (l->load && l->has_random)
		return fail(err, err_size, "--load and --random exclude each other");
	if (l->has_rule && l->rule.birth & 1)
		return fail(err, err_size, "--rule: birth with no neighbours (B0) is not possible");
	return true;
}

void life_settle(struct options *o)
{
	if (!o->life.has_soup)
		o->life.soup = options_repeat(o) ? 1 : (uint64_t)time(NULL);
}

bool life_has_goal(const struct options *o) { return o->life.has_until; }
