/*
 * What was: the samples of some seconds, for the timeline.
 */
#include "own.h"

#include <string.h>

#define SPACING_NS 4000000u /* samples closer than this show no more */

void past_forget(struct phil *p) { p->past_next = p->past_count = 0; }

static struct past_sample *newest(struct phil *p)
{
	return p->past_count ? &p->past[(p->past_next + PAST_SAMPLES - 1) % PAST_SAMPLES] : NULL;
}

void past_add(struct phil *p)
{
	const struct table *t = &p->model.table;
	struct past_sample *s = newest(p);

	if (s && t->time_ns < s->ns) {
		past_forget(p);
		s = NULL;
	}
	if (!s || t->time_ns - s->ns >= SPACING_NS) {
		s = &p->past[p->past_next];
		p->past_next = (p->past_next + 1) % PAST_SAMPLES;
		if (p->past_count < PAST_SAMPLES)
			p->past_count++;
		s->ns = t->time_ns;
	}
	s->thinking = t->thinking;
	s->hungry = t->hungry;
	s->eating = t->eating;
	for (uint32_t i = 0; i < PAST_FACES && i < t->count; i++)
		s->states[i] = t->looks[i] & PHIL_STATE_MASK;
}

const struct past_sample *phil_past(const struct session *s, size_t back)
{
	const struct phil *p = session_own(s);

	return back < p->past_count ? &p->past[(p->past_next + PAST_SAMPLES - 1 - back) % PAST_SAMPLES] : NULL;
}
