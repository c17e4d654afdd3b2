/*
 * The pace of a recording: by the clock in its frames, or by a speed of the person's choice; play, pause, step, rewind.
 */
#include <string.h>

#include "session_internal.h"
#include "text.h"

#define LONGEST_GAP_MS 1000.0 /* a recorded pause is cut to this */

void replay_begin(struct session *s)
{
	struct replay *r = &s->replay;

	r->active = true;
	r->own_speed = s->o->has_speed || s->o->face == FACE_HEADLESS;
	r->speed = s->o->has_speed && s->o->face != FACE_HEADLESS ? s->o->speed : 0;
}

bool replay_holds(struct session *s)
{
	const struct replay *r = &s->replay;

	return r->active && (r->paused || s->goal_settled || (double)clock_ms() < r->due_ms);
}

void replay_go(struct session *s, uint32_t steps)
{
	s->replay.paused = false;
	s->replay.steps_left = steps;
	s->replay.due_ms = 0;
}

void replay_tell(struct session *s)
{
	const struct replay *r = &s->replay;

	s->demo->replay(s->own, r->paused || s->goal_settled || s->state == SESSION_ENDED, r->own_speed ? &r->speed : NULL);
}

/* How long the step just shown stays. */
static double delay_ms(const struct replay *r, uint64_t ns, uint64_t step)
{
	double ms = (double)(ns - r->last_ns) / 1e6;

	if (!r->begun || ns < r->last_ns || step < r->last_step)
		return 0;
	if (r->own_speed)
		return r->speed ? (double)(step - r->last_step) * 1e6 / r->speed : 0;
	return ms < LONGEST_GAP_MS ? ms : LONGEST_GAP_MS;
}

void replay_shown(struct session *s, uint64_t ns, uint64_t step)
{
	struct replay *r = &s->replay;
	double now = (double)clock_ms();
	bool moved = !r->begun || step != r->last_step;

	if (!r->active)
		return;
	if (r->due_ms < now - 100) /* fell behind: do not hurry after it */
		r->due_ms = now;
	r->due_ms += delay_ms(r, ns, step);
	r->last_ns = ns;
	r->last_step = step;
	r->begun = true;
	if (moved && r->steps_left && --r->steps_left == 0)
		r->paused = true;
}

/* Back to the first byte, at rest there: everything that was understood is forgotten but the person's choices. */
static bool rewind_recording(struct session *s)
{
	if (!source_rewind(s->source))
		return false;
	s->demo->forget(s->own, true);
	deadlock_free(&s->deadlock);
	s->faults.count = 0;
	memset(&s->decoder, 0, sizeof s->decoder);
	memset(&s->counters, 0, sizeof s->counters);
	memset(&s->link, 0, sizeof s->link);
	rates_forget(s);
	s->chunk_at = s->chunk_size = 0;
	s->has_seq = s->over = s->goal_seen = s->goal_settled = false;
	s->end_code = -1;
	s->state = SESSION_CONNECTING;
	s->replay.begun = s->replay.paused = false;
	s->replay.due_ms = 0;
	s->replay.steps_left = 1; /* to the first step, and rest */
	return true;
}

bool session_reset(struct session *s)
{
	if (!s->replay.active)
		return queue_add(s, s->demo->reset, NULL, 0);
	if (!rewind_recording(s))
		session_notify(s, "This recording cannot be read again from its start.");
	return true;
}
