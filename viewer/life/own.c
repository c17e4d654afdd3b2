/*
 * Life's part of a session: its frames into the model, and Life's entry in the table of demos.
 */
#include "own.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <petri/wire.h>
#include <petri/wire_life.h>

#include "../session_internal.h"

struct model *life_model(const struct session *s) { return &((struct life *)session_own(s))->model; }

const struct dish *life_dish(const struct session *s) { return &life_model(s)->dish; }

bool life_snapshot(const struct session *s, struct board *out)
{
	const struct dish *d = life_dish(s);
	size_t cells = (size_t)d->width * d->height;

	memset(out, 0, sizeof *out);
	if (!d->shown || !d->cells)
		return false;
	out->cells = malloc(cells);
	if (!out->cells)
		return false;
	memcpy(out->cells, d->cells, cells);
	out->rule = (struct rule){d->birth, d->survive, d->topology, d->width, d->height};
	out->generation = d->generation;
	return true;
}

static void *open_own(void) { return calloc(1, sizeof(struct life)); }

/* The dish stays in sight until another has come, unless it was never to be seen. */
static void forget(void *own, bool wholly)
{
	struct life *l = own;

	l->model.bands.configured = l->model.bands.sure = false;
	if (!wholly)
		return;
	model_free(&l->model);
	l->graph_count = 0;
}

static void close_own(void *own)
{
	forget(own, true);
	free(own);
}

static void doubt(void *own) { model_doubt(&((struct life *)own)->model); }

static bool configured(const void *own) { return ((const struct life *)own)->model.bands.configured; }

static bool sure(const void *own) { return ((const struct life *)own)->model.bands.sure; }

static bool resting(const void *own) { return ((const struct life *)own)->model.dish.run_state == LIFE_PAUSED; }

static const char *rest_word(const struct session *s) { return resting(s->own) ? "paused" : ""; }

static uint64_t shown(const void *own) { return ((const struct life *)own)->model.dish.shown; }

static bool progress(const void *own, uint64_t *value)
{
	const struct dish *d = &((const struct life *)own)->model.dish;

	*value = d->generation;
	return d->shown > 0;
}

static void replay(void *own, bool rests, const uint32_t *speed)
{
	struct dish *d = &((struct life *)own)->model.dish;

	d->run_state = rests ? LIFE_PAUSED : LIFE_RUNNING;
	if (speed)
		d->speed = *speed;
}

/* A live target says itself that the goal is reached; a recording may have been made with another goal, or none. */
static void look_for_goal(struct session *s)
{
	const struct dish *d = life_dish(s);

	if (!s->o->life.has_until || d->generation != s->o->life.until || s->goal_seen)
		return;
	if (s->replay.active ? life_model(s)->bands.sure : d->goal_reached)
		s->goal_seen = true;
}

static enum model_result take_generation(struct session *s, const uint8_t *p, size_t n)
{
	const struct dish *d = life_dish(s);
	uint64_t before = d->shown;
	enum model_result result = model_generation(life_model(s), p, n);

	if (d->shown != before) {
		uint64_t ns = wire_get64(p + 32);

		rates_progress(s, ns);
		graph_add(s->own);
		look_for_goal(s);
		replay_shown(s, ns, d->generation);
	}
	return result;
}

/* In a recording without an end at the goal, the counters before the next generation are the ones that belong to it. */
static enum model_result take_band(struct session *s, const uint8_t *p, size_t n)
{
	enum model_result result = model_band(life_model(s), p, n);

	if (s->replay.active && s->goal_seen && n >= WIRE_LIFE_BAND_SIZE && wire_get64(p + 4) != life_dish(s)->generation)
		s->goal_settled = true;
	return result;
}

static enum model_result take(struct session *s, uint8_t type, const uint8_t *p, size_t n)
{
	switch (type) {
	case WIRE_LIFE_CONFIG:
		return model_config(life_model(s), p, n);
	case WIRE_LIFE_BAND:
		return take_band(s, p, n);
	case WIRE_LIFE_GENERATION:
		return take_generation(s, p, n);
	case WIRE_LIFE_DEAD:
		return model_dead(life_model(s), p, n);
	case WIRE_LIFE_CORES:
		return model_cores(life_model(s), p, n);
	}
	return MODEL_IGNORED; /* another's, or of a later version */
}

enum frame_result life_take(struct session *s, uint8_t type, const uint8_t *p, size_t n)
{
	enum model_result result = take(s, type, p, n);

	return result == MODEL_DAMAGED ? FRAME_DAMAGED : result == MODEL_UNUSABLE ? FRAME_UNUSABLE : FRAME_TAKEN;
}

/* Cells are called by their places. */
bool life_cell_of(const char *name, uint32_t *x, uint32_t *y)
{
	int end = 0;

	return sscanf(name, "cell %" SCNu32 ",%" SCNu32 "%n", x, y, &end) == 2 && !name[end];
}

void life_fault(struct session *s, const struct fault *f)
{
	uint32_t x, y;

	if (life_cell_of(f->name, &x, &y))
		model_fault(life_model(s), x, y);
}

const struct fault *life_fault_of(const struct session *s, uint32_t x, uint32_t y)
{
	const struct dish *d = life_dish(s);
	char name[32];

	if (!d->faulted || !d->faulted[(size_t)y * d->width + x])
		return NULL;
	snprintf(name, sizeof name, "cell %" PRIu32 ",%" PRIu32, x, y);
	return faults_of(session_faults(s), name);
}

static const char *const commands[] = {"SETUP", "CELLS", "EDIT",       "RUN", "PAUSE", "STEP", "UNTIL", "SPEED", "RESET",
				       "RULE",  "KILL",  "GENERATION", "KEY", "WHO",   "WILD", "SYNC",  NULL};

const struct demo demo_life = {
	.app = "life",
	.options = life_option_table,
	.run = WIRE_CMD_LIFE_RUN,
	.pause = WIRE_CMD_LIFE_PAUSE,
	.reset = WIRE_CMD_LIFE_RESET,
	.key = WIRE_CMD_LIFE_KEY,
	.commands = commands,
	.first_command = WIRE_CMD_LIFE_SETUP,
	.check = life_check,
	.settle = life_settle,
	.settle_headless = life_settle_headless,
	.has_goal = life_has_goal,
	.open = open_own,
	.close = close_own,
	.forget = forget,
	.doubt = doubt,
	.take = life_take,
	.fault = life_fault,
	.configured = configured,
	.sure = sure,
	.resting = resting,
	.rest_word = rest_word,
	.shown = shown,
	.progress = progress,
	.replay = replay,
	.wanted = life_wanted,
	.possible = life_possible,
	.start = life_start,
	.join = life_join,
	.busy_ms = life_busy_ms,
	.where = life_where,
	.goal = life_goal,
	.save = life_save,
	.print = life_print,
	.picture = life_picture,
	.tui = &life_tui,
#ifdef WITH_WINDOW
	.window = &life_window,
#endif
};
