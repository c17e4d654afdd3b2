/*
 * Life's own commands to the target.
 */
#include "life.h"

#include <stdlib.h>
#include <string.h>

#include <petri/wire_life.h>

#include "../session_internal.h"
#include "../wild.h"
#include "commands.h"
#include "own.h"

#define EDITS_MAX (WIRE_PAYLOAD_MAX / 5)

bool life_step(struct session *s, uint32_t n)
{
	uint8_t p[4];

	if (s->replay.active) {
		replay_go(s, n);
		return true;
	}
	wire_put32(p, n);
	return queue_add(s, WIRE_CMD_LIFE_STEP, p, sizeof p);
}

bool life_speed(struct session *s, uint32_t gens_per_1000s)
{
	struct command *last = s->queue.last;

	if (s->replay.active) {
		s->replay.own_speed = true;
		s->replay.speed = gens_per_1000s;
		s->replay.due_ms = 0;
		return true;
	}
	if (last && last->type == WIRE_CMD_LIFE_SPEED && !(s->queue.sent && last == s->queue.first)) {
		wire_put32(last->payload, gens_per_1000s); /* a slider in motion: only its last word counts */
		return true;
	}
	return commands_speed(gens_per_1000s, queue_sink, s);
}

static bool on_the_dish(struct session *s, uint32_t x, uint32_t y)
{
	const struct model *m = life_model(s);

	if (m->bands.configured && x < m->width && y < m->height)
		return true;
	session_notify(s, "There is no cell %u,%u.", x, y);
	return false;
}

/* Edits in a row share a command as long as it has room and is not yet on its way. */
static bool join_edit(struct session *s, const uint8_t *p)
{
	struct command *c = s->queue.last, **link = &s->queue.first;

	if (!c || c->type != WIRE_CMD_LIFE_EDIT || (s->queue.sent && c == s->queue.first) || c->length >= EDITS_MAX * 5)
		return false;
	while (*link != c)
		link = &(*link)->next;
	c = realloc(c, sizeof *c + c->length + 5);
	if (!c)
		return false;
	memcpy(c->payload + c->length, p, 5);
	c->length = (uint16_t)(c->length + 5);
	s->queue.bytes += 5;
	*link = s->queue.last = c;
	return true;
}

bool life_edit(struct session *s, uint32_t x, uint32_t y, bool alive)
{
	uint8_t p[5];

	if (!can_command(s) || !on_the_dish(s, x, y))
		return false;
	wire_put16(p, (uint16_t)x);
	wire_put16(p + 2, (uint16_t)y);
	p[4] = alive;
	return join_edit(s, p) || queue_add(s, WIRE_CMD_LIFE_EDIT, p, sizeof p);
}

static bool add_cell(struct session *s, uint8_t type, uint32_t x, uint32_t y)
{
	uint8_t p[4];

	if (!can_command(s) || !on_the_dish(s, x, y))
		return false;
	wire_put16(p, (uint16_t)x);
	wire_put16(p + 2, (uint16_t)y);
	return queue_add(s, type, p, sizeof p);
}

bool life_kill(struct session *s, uint32_t x, uint32_t y) { return add_cell(s, WIRE_CMD_LIFE_KILL, x, y); }

bool life_wild(struct session *s, uint32_t x, uint32_t y)
{
	uint8_t p[12];

	if (!can_command(s) || !on_the_dish(s, x, y))
		return false;
	wire_put16(p, (uint16_t)x);
	wire_put16(p + 2, (uint16_t)y);
	wire_put64(p + 4, wild_next(s));
	return queue_add(s, WIRE_CMD_LIFE_WILD, p, sizeof p);
}

const char *life_sync_word(uint8_t sync)
{
	static const char *const words[LIFE_SYNCS] = {"barrier", "neighbour", "channel"};

	return sync < LIFE_SYNCS ? words[sync] : "?";
}

bool life_sync_next(struct session *s)
{
	return can_command(s) && commands_sync((uint8_t)((life_dish(s)->sync + 1) % LIFE_SYNCS), queue_sink, s);
}

bool life_who(struct session *s, uint32_t x, uint32_t y) { return add_cell(s, WIRE_CMD_LIFE_WHO, x, y); }

/* What waited for the old dish is void. */
bool life_load(struct session *s, const struct board *b)
{
	if (!can_command(s))
		return false;
	if (b->rule.birth & 1) {
		session_notify(s, "Birth with no neighbours (B0) is not possible.");
		return false;
	}
	queue_clear(s);
	return commands_board(b, life_dish(s)->sync, queue_sink, s);
}
