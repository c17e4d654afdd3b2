/*
 * Rates by the target's own clock.
 */
#include "session_internal.h"
#include "text.h"

#define WINDOW_NS 1500000000u  /* a rate looks back this far */
#define SHORTEST_NS 300000000u /* but over less than this it says nothing: one step after a pause is no speed */
#define SPACING_NS 40000000u   /* samples closer than this add nothing */

void rates_forget(struct session *s)
{
	s->sample_count = s->sample_next = 0;
	s->stats_before.ns = 0;
	s->counters.progress_per_s = s->counters.switches_per_s = s->counters.preemptions_per_s = 0;
}

static const struct sample *sample_back(const struct session *s, unsigned back)
{
	return &s->samples[(s->sample_next + RATE_SAMPLES - 1 - back) % RATE_SAMPLES];
}

/* Steps per second between the oldest sample inside the window and now. */
static double progress_rate(const struct session *s, uint64_t ns, uint64_t progress)
{
	const struct sample *from = NULL;

	for (unsigned back = 0; back < s->sample_count; back++) {
		const struct sample *p = sample_back(s, back);

		if (from && ns - p->ns > WINDOW_NS && ns - from->ns >= SHORTEST_NS)
			break;
		from = p;
	}
	if (!from || from->ns >= ns)
		return s->counters.progress_per_s;
	return (double)(progress - from->progress) * 1e9 / (double)(ns - from->ns);
}

/* A recording runs by our clock, a target by its own. */
static void sample(struct session *s, uint64_t target_ns, uint64_t progress)
{
	const struct sample *last = s->sample_count ? sample_back(s, 0) : NULL;
	uint64_t ns = s->replay.active ? clock_ms() * 1000000 : target_ns;

	if (last && (ns + WINDOW_NS < last->ns || progress < last->progress))
		s->sample_count = s->sample_next = 0;
	else if (last && ns <= last->ns) /* frames may overtake each other by a little */
		return;
	s->counters.progress_per_s = progress_rate(s, ns, progress);
	if (s->sample_count && ns - sample_back(s, 0)->ns < SPACING_NS)
		return;
	s->samples[s->sample_next] = (struct sample){ns, progress};
	s->sample_next = (s->sample_next + 1) % RATE_SAMPLES;
	if (s->sample_count < RATE_SAMPLES)
		s->sample_count++;
}

void rates_stats(struct session *s)
{
	struct counters *c = &s->counters;
	uint64_t before = s->stats_before.ns;

	if (before && c->time_ns > before && c->switches >= s->stats_before.switches &&
	    c->preemptions >= s->stats_before.preemptions) {
		double seconds = (double)(c->time_ns - before) / 1e9;

		c->switches_per_s = (double)(c->switches - s->stats_before.switches) / seconds;
		c->preemptions_per_s = (double)(c->preemptions - s->stats_before.preemptions) / seconds;
	}
	s->stats_before.ns = c->time_ns;
	s->stats_before.switches = c->switches;
	s->stats_before.preemptions = c->preemptions;
	rates_progress(s, c->time_ns);
}

void rates_progress(struct session *s, uint64_t ns)
{
	uint64_t progress;

	if (s->demo->progress(s->own, &progress))
		sample(s, ns, progress);
}
