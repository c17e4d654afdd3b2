/*
 * Life's options: parsing, what goes together, what is left open.
 */
#include "options.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <petri/wire_life.h>

#include "../demo.h"
#include "../option.h"
#include "../text.h"
#include "life.h"

#define ERRANDS_MAX 4096u

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

/* "X,Y@GEN"; *end: what follows. */
static bool parse_errand(const char *text, struct life_errand *e, const char **end)
{
	uint64_t x, y;

	if (!number_parse(text, end, LIFE_SIDE_MAX - 1, &x) || **end != ',' ||
	    !number_parse(*end + 1, end, LIFE_SIDE_MAX - 1, &y) || **end != '@')
		return false;
	e->x = (uint16_t)x;
	e->y = (uint16_t)y;
	return number_parse(*end + 1, end, UINT64_MAX - 1, &e->generation);
}

/* The command line is one, and so is this list. */
static bool add_errand(struct parsing *p, const struct life_errand *e)
{
	static struct life_errand list[ERRANDS_MAX];

	if (p->o->life.errand_count == ERRANDS_MAX)
		return fail(p->err, p->err_size, "%s: more than %u of them", p->name, ERRANDS_MAX);
	p->o->life.errands = list;
	list[p->o->life.errand_count++] = *e;
	return true;
}

static bool take_kill(struct parsing *p, const char *value)
{
	struct life_errand e = {0};
	const char *end;

	if (!parse_errand(value, &e, &end) || *end)
		return option_wrong(p, value, "a cell and a generation, as in --kill 3,4@100");
	return add_errand(p, &e);
}

static bool parse_place(const char *text, struct life_errand *e)
{
	static const char *const names[] = {"null", "kernel", "device", "text"};
	char *end;

	for (e->place = WILD_NULL; e->place < WILD_PLACES; e->place++)
		if (strcmp(text, names[e->place]) == 0)
			return true;
	e->address = strtoull(text, &end, 16);
	return strncmp(text, "0x", 2) == 0 && end > text + 2 && !*end;
}

static bool take_wild(struct parsing *p, const char *value)
{
	struct life_errand e = {.wild = true};
	const char *end;

	if (!parse_errand(value, &e, &end) || (*end && (*end != ':' || !parse_place(end + 1, &e))))
		return option_wrong(
			p, value,
			"a cell, a generation and a place (null, kernel, device, text or an address in hexadecimal), as in --wild 3,4@100:null");
	return add_errand(p, &e);
}

static bool take_sync(struct parsing *p, const char *value)
{
	for (uint8_t sync = 0; sync < LIFE_SYNCS; sync++)
		if (strcmp(value, life_sync_word(sync)) == 0) {
			p->o->life.sync = sync;
			p->o->life.has_sync = true;
		}
	return p->o->life.has_sync || option_wrong(p, value, "barrier, neighbour or channel");
}

static bool take_grid(struct parsing *p, const char *value)
{
	(void)value;
	p->o->life.grid = true;
	return true;
}

const struct option life_option_table[] = {
	{"--load", true, take_load},  {"--rule", true, take_rule},   {"--random", true, take_random},
	{"--soup", true, take_soup},  {"--until", true, take_until}, {"--save", true, take_save},
	{"--grid", false, take_grid}, {"--kill", true, take_kill},   {"--wild", true, take_wild},
	{"--sync", true, take_sync},  {NULL, false, NULL},
};

/* Who is to die behind the end never does. A wild cell dies in the step behind its generation. */
static bool check_errands(const struct options *o, char *err, size_t err_size)
{
	for (size_t i = 0; o->life.has_until && i < o->life.errand_count; i++) {
		const struct life_errand *e = &o->life.errands[i];

		if (e->generation + e->wild > o->life.until)
			return fail(err, err_size, "%s %u,%u@%llu never happens: the run ends at generation %llu",
				    e->wild ? "--wild" : "--kill", e->x, e->y, (unsigned long long)e->generation,
				    (unsigned long long)o->life.until);
	}
	return true;
}

bool life_check(const struct options *o, char *err, size_t err_size)
{
	const struct life_options *l = &o->life;

	if (l->load && l->has_random)
		return fail(err, err_size, "--load and --random exclude each other");
	if (l->has_rule && l->rule.birth & 1)
		return fail(err, err_size, "--rule: birth with no neighbours (B0) is not possible");
	return check_errands(o, err, err_size);
}

void life_settle(struct options *o)
{
	if (!o->life.has_soup)
		o->life.soup = options_repeat(o) ? 1 : (uint64_t)time(NULL);
}

bool life_has_goal(const struct options *o) { return o->life.has_until; }
