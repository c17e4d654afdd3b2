/*
 * How a run of the philosophers begins, and the commands that they alone have.
 */
#include "phil.h"

#include <string.h>
#include <time.h>

#include <petri/wire.h>

#include "../session_internal.h"
#include "../wild.h"
#include "../source.h"

#define SETUP_THREADS_PER_MS 4u /* a slow and busy emulator */

/* For a script as fast as it shows something, for a person to be watched. */
static const struct phil_times fast = {50, 50, 0, PHIL_UNIFORM}, watched = {1000000, 1000000, 300000, PHIL_UNIFORM};
#define NAIVE_REACH 1000u

static struct phil_times start_times(const struct options *o)
{
	const struct phil_options *p = &o->phil;
	struct phil_times t = o->face == FACE_HEADLESS ? fast : watched;

	if (o->face == FACE_HEADLESS && p->strategy == PHIL_NAIVE)
		t.reach = NAIVE_REACH;
	if (p->has_think)
		t.think = p->think;
	if (p->has_eat)
		t.eat = p->eat;
	if (p->has_reach)
		t.reach = p->reach;
	if (p->has_distribution)
		t.distribution = p->distribution;
	return t;
}

static uint64_t start_seed(const struct options *o)
{
	return o->has_seed ? o->seed : options_repeat(o) ? 1 : (uint64_t)time(NULL);
}

static void put_times(uint8_t *p, const struct phil_times *t)
{
	wire_put32(p, t->think);
	wire_put32(p + 4, t->eat);
	wire_put32(p + 8, t->reach);
}

struct setup {
	uint32_t philosophers;
	uint8_t strategy, flags;
	struct phil_times times;
	uint64_t seed, goal;
};

static bool put_setup(const struct setup *u, command_sink *sink, void *context)
{
	uint8_t p[WIRE_PHIL_SETUP_SIZE];

	wire_put32(p, u->philosophers);
	p[4] = u->strategy;
	p[5] = u->times.distribution;
	p[6] = u->flags;
	p[7] = 0;
	put_times(p + 8, &u->times);
	wire_put64(p + 20, u->seed);
	wire_put64(p + 28, u->goal);
	return sink(context, WIRE_CMD_PHIL_SETUP, p, sizeof p);
}

bool phil_wanted(const struct options *o) { return o->phil.wanted || source_kind_of(o->source) == SOURCE_QEMU; }

bool phil_possible(const struct options *o, char *err, size_t err_size)
{
	(void)o;
	(void)err;
	(void)err_size;
	return true;
}

bool phil_start(const struct options *o, bool end, command_sink *sink, void *context, char *err, size_t err_size)
{
	struct setup u = {
		.philosophers = o->phil.philosophers,
		.strategy = o->phil.strategy,
		.times = start_times(o),
		.seed = start_seed(o),
		.goal = o->phil.has_meals ? o->phil.meals : 0,
	};

	if (end && o->phil.until_deadlock)
		u.flags |= PHIL_END_AT_DEADLOCK;
	if (end && o->phil.has_meals)
		u.flags |= PHIL_END_AT_GOAL;
	if (put_setup(&u, sink, context) && sink(context, WIRE_CMD_PHIL_RUN, NULL, 0))
		return true;
	snprintf(err, err_size, "no memory for the commands that set the table");
	return false;
}

/* SETUP takes as long as making its threads does. */
uint64_t phil_busy_ms(uint8_t type, const uint8_t *payload, size_t length)
{
	return type == WIRE_CMD_PHIL_SETUP && length >= 4 ? wire_get32(payload) / SETUP_THREADS_PER_MS : 0;
}

bool phil_setup(struct session *s, uint32_t philosophers, uint8_t strategy)
{
	const struct table *t = phil_table(s);
	struct setup u = {.philosophers = philosophers, .strategy = strategy, .times = t->times, .seed = t->seed};

	if (!can_command(s))
		return false;
	if (!t->count) {
		u.times = start_times(s->o);
		u.seed = start_seed(s->o);
	}
	queue_clear(s); /* what waited for those before is void */
	return put_setup(&u, queue_sink, s) && session_run(s);
}

bool phil_strategy(struct session *s, uint8_t strategy) { return queue_add(s, WIRE_CMD_PHIL_STRATEGY, &strategy, 1); }

bool phil_times(struct session *s, const struct phil_times *times)
{
	struct command *last = s->queue.last;
	uint8_t p[13];

	put_times(p, times);
	p[12] = times->distribution;
	if (last && last->type == WIRE_CMD_PHIL_TIMES && !(s->queue.sent && last == s->queue.first)) {
		memcpy(last->payload, p, sizeof p); /* a key held down: only its last word counts */
		return true;
	}
	return queue_add(s, WIRE_CMD_PHIL_TIMES, p, sizeof p);
}

bool phil_freeze(struct session *s, uint32_t i, bool on)
{
	uint8_t p[5];

	wire_put32(p, i);
	p[4] = on;
	return queue_add(s, WIRE_CMD_PHIL_FREEZE, p, sizeof p);
}

bool phil_kill(struct session *s, uint32_t i)
{
	uint8_t p[4];

	wire_put32(p, i);
	return queue_add(s, WIRE_CMD_PHIL_KILL, p, sizeof p);
}

bool phil_wild(struct session *s, uint32_t i)
{
	uint8_t p[12];

	wire_put32(p, i);
	wire_put64(p + 4, wild_next(s));
	return queue_add(s, WIRE_CMD_PHIL_WILD, p, sizeof p);
}
