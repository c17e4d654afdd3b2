/*
 * What the options ask for at the start: the dish, and the speed.
 */
#include "life.h"

#include <string.h>

#include <petri/wire.h>
#include <petri/wire_life.h>

#include "../session_internal.h"
#include "../source.h"
#include "../text.h"
#include "commands.h"

#define SOUP_DENSITY 0.25     /* of the default dish: alive, and soon full of small things */
#define SPEED_WATCHING 30000u /* for a person: 30 generations a second */
#define SETUP_CELLS_PER_MS 4u /* a slow and busy emulator */
#define HEADLESS_GENERATIONS 200u

static bool load(struct board *b, const struct options *o, char *err, size_t err_size)
{
	struct pattern p;
	bool good;

	if (!pattern_load(&p, o->life.load, err, err_size))
		return false;
	good = board_from_pattern(b, &p, o->life.has_rule ? &o->life.rule : NULL, o->life.load, err, err_size);
	pattern_free(&p);
	return good;
}

static bool start_board(struct board *b, const struct options *o, char *err, size_t err_size)
{
	struct rule life = {.birth = 1u << 3, .survive = 1u << 2 | 1u << 3, .topology = LIFE_TORUS};
	bool good = o->life.load ? load(b, o, err, err_size)
				 : board_random(b, o->life.has_rule ? &o->life.rule : &life,
						o->life.has_random ? o->life.random : SOUP_DENSITY, o->life.soup, err, err_size);

	if (good && b->rule.birth & 1) {
		board_free(b);
		return fail(err, err_size, "%s: birth with no neighbours (B0) is not possible", o->life.load);
	}
	if (good && o->life.has_until && o->life.until < b->generation) {
		fail(err, err_size, "--until %llu is past: %s begins at generation %llu", (unsigned long long)o->life.until,
		     o->life.load, (unsigned long long)b->generation);
		board_free(b);
		return false;
	}
	return good;
}

bool life_wanted(const struct options *o)
{
	return o->life.load || o->life.has_random || (o->life.has_rule && o->life.rule.width) ||
	       source_kind_of(o->source) == SOURCE_QEMU;
}

static uint32_t start_speed(const struct options *o)
{
	if (o->has_speed)
		return o->speed;
	return o->face == FACE_HEADLESS ? 0 : SPEED_WATCHING;
}

/* Found out now, not after the boot. */
bool life_possible(const struct options *o, char *err, size_t err_size)
{
	struct board b;

	if (!start_board(&b, o, err, err_size))
		return false;
	board_free(&b);
	return true;
}

/* Where kernel and devices are depends on the board: one that is not known counts as virt. */
static bool put_errands(const struct options *o, command_sink *sink, void *context)
{
	const char *board = source_kind_of(o->source) == SOURCE_QEMU ? o->source + strlen("qemu:") : "";

	for (size_t i = 0; i < o->life.errand_count; i++)
		if (!commands_errand(&o->life.errands[i], board, sink, context))
			return false;
	return true;
}

bool life_start(const struct options *o, bool end, command_sink *sink, void *context, char *err, size_t err_size)
{
	struct board b;
	bool good;

	if (!start_board(&b, o, err, err_size))
		return false;
	fail(err, err_size, "no memory for the commands that make the dish");
	good = commands_board(&b, o->life.sync, sink, context) && put_errands(o, sink, context) &&
	       commands_speed(start_speed(o), sink, context);
	board_free(&b);
	if (!good)
		return false;
	if (o->life.has_until)
		return commands_until(o->life.until, end, sink, context);
	return sink(context, WIRE_CMD_LIFE_RUN, NULL, 0);
}

/* A target that is busy with its own dish: only what was asked for is changed. */
void life_join(struct session *s)
{
	uint8_t p[4];

	if (s->o->life.has_rule) {
		wire_put16(p, s->o->life.rule.birth);
		wire_put16(p + 2, s->o->life.rule.survive);
		queue_add(s, WIRE_CMD_LIFE_RULE, p, sizeof p);
	}
	if (s->o->has_speed)
		life_speed(s, s->o->speed);
	if (s->o->life.has_sync)
		commands_sync(s->o->life.sync, queue_sink, s);
	put_errands(s->o, queue_sink, s);
	session_key(s);
	if (s->o->life.has_until)
		commands_until(s->o->life.until, false, queue_sink, s);
}

/* SETUP takes as long as making its threads does. */
uint64_t life_busy_ms(uint8_t type, const uint8_t *payload, size_t length)
{
	if (type != WIRE_CMD_LIFE_SETUP || length < 4)
		return 0;
	return (uint64_t)wire_get16(payload) * wire_get16(payload + 2) / SETUP_CELLS_PER_MS;
}

/* Nobody watches and nobody said how far: 200 generations from where the dish begins. */
bool life_settle_headless(struct options *o, bool *chosen, char *err, size_t err_size)
{
	struct board b = {0};

	if (o->life.has_until)
		return true;
	if (life_wanted(o) && !start_board(&b, o, err, err_size))
		return false;
	o->life.has_until = *chosen = true;
	o->life.until = b.generation + HEADLESS_GENERATIONS;
	board_free(&b);
	return true;
}
