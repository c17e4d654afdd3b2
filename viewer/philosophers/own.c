/*
 * The philosophers' part of a session: their frames into the model, and their entry in the table of demos.
 */
#include "own.h"

#include <stdlib.h>

#include <petri/wire.h>

#include "../session_internal.h"

struct phil_model *phil_model(const struct session *s) { return &((struct phil *)session_own(s))->model; }

const struct table *phil_table(const struct session *s) { return &phil_model(s)->table; }

/* The kernel tells at once, the table's reporter when it comes to it; and only the reporter knows when it is over. */
const struct deadlock *phil_cycle(const struct session *s)
{
	const struct phil *p = session_own(s);

	return p->cycle_new || p->model.table.flags & PHIL_SAMPLE_DEADLOCK ? session_deadlock(s) : NULL;
}

/* At rest the table's clock stands; in a deadlock it is only the samples that have stopped. */
uint64_t phil_now(const struct session *s)
{
	const struct table *t = phil_table(s);
	uint64_t stats = session_counters(s)->time_ns;

	return (t->run_state == PHIL_RUNNING || phil_cycle(s)) && stats > t->time_ns ? stats : t->time_ns;
}

uint64_t phil_waiting(const struct session *s)
{
	const struct table *t = phil_table(s);

	return t->waiting_ns ? t->waiting_ns + phil_now(s) - t->time_ns : 0;
}

static void *open_own(void) { return calloc(1, sizeof(struct phil)); }

/* The table stays in sight until another has come, unless it was never to be seen. */
static void forget(void *own, bool wholly)
{
	struct phil *p = own;

	p->model.bands.configured = p->model.bands.sure = false;
	p->cycle_new = p->goal_is_cycle = false;
	p->faults_before = 0;
	past_forget(p);
	if (wholly)
		table_free(&p->model);
}

static void close_own(void *own)
{
	forget(own, true);
	free(own);
}

static void doubt(void *own) { ((struct phil *)own)->model.bands.sure = false; }

static bool configured(const void *own) { return ((const struct phil *)own)->model.bands.configured; }

static bool sure(const void *own)
{
	const struct phil *p = own;

	return p->model.bands.sure || p->goal_is_cycle;
}

static bool resting(const void *own) { return ((const struct phil *)own)->model.table.run_state != PHIL_RUNNING; }

static const char *rest_word(const struct session *s)
{
	const struct table *t = phil_table(s);

	if (phil_cycle(s))
		return "deadlock";
	return !t->shown || t->run_state == PHIL_RUNNING ? "" : t->run_state == PHIL_OVER ? "over" : "paused";
}

static uint64_t shown(const void *own) { return ((const struct phil *)own)->model.table.shown; }

static bool progress(const void *own, uint64_t *value)
{
	const struct table *t = &((const struct phil *)own)->model.table;

	*value = t->meals;
	return t->shown > 0;
}

static void replay(void *own, bool rests, const uint32_t *speed)
{
	struct table *t = &((struct phil *)own)->model.table;

	(void)speed;
	if (t->run_state != PHIL_OVER)
		t->run_state = rests ? PHIL_PAUSED : PHIL_RUNNING;
}

static void deadlock(struct session *s)
{
	struct phil *p = session_own(s);

	p->cycle_new = true;
	if (s->o->phil.until_deadlock)
		p->goal_is_cycle = s->goal_seen = true;
}

static void look_for_goal(struct session *s)
{
	const struct table *t = phil_table(s);

	if (!s->o->phil.has_meals || s->goal_seen)
		return;
	if (s->replay.active ? t->meals >= s->o->phil.meals && phil_model(s)->bands.sure : t->flags & PHIL_SAMPLE_GOAL)
		s->goal_seen = true;
}

/* The table as the cycle left it; a target that ends by itself sends its last counters first. */
static void look_for_cycle(struct session *s)
{
	const struct phil *p = s->own;

	if (p->goal_is_cycle && p->model.table.flags & PHIL_SAMPLE_DEADLOCK && !s->ends_at_goal)
		s->goal_settled = true;
}

static enum model_result take_sample(struct session *s, const uint8_t *p, size_t n)
{
	const struct table *t = phil_table(s);
	enum model_result result = table_sample(phil_model(s), p, n);

	if (result == MODEL_SHOWN || (result == MODEL_UNUSABLE && t->shown)) {
		((struct phil *)s->own)->cycle_new = false;
		rates_progress(s, t->time_ns);
		past_add(s->own);
		look_for_goal(s);
		look_for_cycle(s);
		replay_shown(s, t->time_ns, t->sample);
	}
	return result;
}

/* At a new table others bear the same names. */
static enum model_result take_config(struct session *s, const uint8_t *p, size_t n)
{
	uint32_t epoch = phil_model(s)->bands.epoch;
	enum model_result result = table_config(phil_model(s), p, n);

	if (phil_model(s)->bands.epoch != epoch)
		((struct phil *)s->own)->faults_before = session_faults(s)->count;
	return result;
}

const struct fault *phil_fault_of(const struct session *s, uint32_t i)
{
	const struct table *t = phil_table(s);
	char room[PHIL_NAME_ROOM];
	const struct fault *f = (t->looks[i] & PHIL_STATE_MASK) == PHIL_ENDED ? faults_of(session_faults(s), phil_name(t, i, room))
									      : NULL;

	return f && f->number > ((const struct phil *)session_own(s))->faults_before ? f : NULL;
}

static enum model_result take(struct session *s, uint8_t type, const uint8_t *p, size_t n)
{
	switch (type) {
	case WIRE_PHIL_CONFIG:
		return take_config(s, p, n);
	case WIRE_PHIL_BAND:
		return bands_take(&phil_model(s)->bands, p, n);
	case WIRE_PHIL_SAMPLE:
		return take_sample(s, p, n);
	case WIRE_PHIL_WAITS:
		return table_waits(phil_model(s), p, n);
	case WIRE_PHIL_NAMES:
		return table_names(phil_model(s), p, n);
	}
	return MODEL_IGNORED; /* another's, or of a later version */
}

static enum frame_result take_frame_of_ours(struct session *s, uint8_t type, const uint8_t *p, size_t n)
{
	enum model_result result = take(s, type, p, n);

	return result == MODEL_DAMAGED ? FRAME_DAMAGED : result == MODEL_UNUSABLE ? FRAME_UNUSABLE : FRAME_TAKEN;
}

static void join(struct session *s) { session_key(s); }

static const char *const commands[] = {"SETUP", "RUN",     "PAUSE",    "STRATEGY", "TIMES", "FREEZE",
				       "KILL",  "RESTART", "PRIORITY", "KEY",      "WILD",  NULL};

const struct demo demo_philosophers = {
	.app = "philosophers",
	.options = phil_option_table,
	.run = WIRE_CMD_PHIL_RUN,
	.pause = WIRE_CMD_PHIL_PAUSE,
	.reset = WIRE_CMD_PHIL_RESTART,
	.key = WIRE_CMD_PHIL_KEY,
	.commands = commands,
	.first_command = WIRE_CMD_PHIL_SETUP,
	.check = phil_check,
	.settle = phil_settle,
	.settle_headless = phil_settle_headless,
	.has_goal = phil_has_goal,
	.open = open_own,
	.close = close_own,
	.forget = forget,
	.doubt = doubt,
	.take = take_frame_of_ours,
	.deadlock = deadlock,
	.configured = configured,
	.sure = sure,
	.resting = resting,
	.rest_word = rest_word,
	.shown = shown,
	.progress = progress,
	.replay = replay,
	.wanted = phil_wanted,
	.possible = phil_possible,
	.start = phil_start,
	.join = join,
	.busy_ms = phil_busy_ms,
	.where = phil_where,
	.goal = phil_goal,
	.hopeless = phil_hopeless,
	.exit_expected = phil_exit_expected,
	.finish = phil_finish,
	.print = phil_print,
	.picture = phil_picture,
	.tui = &phil_tui,
#ifdef WITH_WINDOW
	.window = &phil_window,
#endif
};
