/*
 * Rates by the target's own clock, and the history of the population in a bounded number of points.
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
	s->counters.gens_per_s = s->counters.switches_per_s = s->counters.preemptions_per_s = 0;
}

static const struct sample *sample_back(const struct session *s, unsigned back)
{
	return &s->samples[(s->sample_next + RATE_SAMPLES - 1 - back) % RATE_SAMPLES];
}

/* Generations per second between the oldest sample inside the window and now. */
static double generation_rate(const struct session *s, uint64_t ns, uint64_t generation)
{
	const struct sample *from = NULL;

	for (unsigned back = 0; back < s->sample_count; back++) {
		const struct sample *p = sample_back(s, back);

		if (from && ns - p->ns > WINDOW_NS && ns - from->ns >= SHORTEST_NS)
			break;
		from = p;
	}
	if (!from || from->ns >= ns)
		return s->counters.gens_per_s;
	return (double)(generation - from->generation) * 1e9 / (double)(ns - from->ns);
}

/* A recording runs by our clock, a target by its own. */
static void sample(struct session *s, uint64_t target_ns, uint64_t generation)
{
	const struct sample *last = s->sample_count ? sample_back(s, 0) : NULL;
	uint64_t ns = s->replay.active ? clock_ms() * 1000000 : target_ns;

	if (last && (ns + WINDOW_NS < last->ns || generation < last->generation))
		s->sample_count = s->sample_next = 0;
	else if (last && ns <= last->ns) /* frames may overtake each other by a little */
		return;
	s->counters.gens_per_s = generation_rate(s, ns, generation);
	if (s->sample_count && ns - sample_back(s, 0)->ns < SPACING_NS)
		return;
	s->samples[s->sample_next] = (struct sample){ns, generation};
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
	if (s->model.dish.shown)
		sample(s, c->time_ns, s->model.dish.generation);
}

/* When the points are full, every second one goes, and from then on only every second one comes. */
static void graph_thin(struct session *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->graph_count; i += 2, kept++) {
		s->graph_generation[kept] = s->graph_generation[i];
		s->graph_population[kept] = s->graph_population[i];
	}
	s->graph_count = kept;
	s->graph_stride *= 2;
}

static void graph_add(struct session *s)
{
	const struct dish *d = &s->model.dish;
	size_t n = s->graph_count;

	if (n && d->generation < s->graph_generation[n - 1])
		s->graph_count = n = 0;
	if (n == 0)
		s->graph_stride = 1;
	if (n && d->generation == s->graph_generation[n - 1]) { /* edited in place */
		s->graph_population[n - 1] = d->population;
		return;
	}
	if (n && d->generation - s->graph_generation[n - 1] < s->graph_stride)
		return;
	if (n == GRAPH_POINTS)
		graph_thin(s);
	s->graph_generation[s->graph_count] = d->generation;
	s->graph_population[s->graph_count++] = d->population;
}

void rates_generation(struct session *s, uint64_t ns)
{
	sample(s, ns, s->model.dish.generation);
	graph_add(s);
}

size_t session_graph(const struct session *s, uint64_t *generations, uint32_t *populations, size_t max)
{
	size_t n = s->graph_count < max ? s->graph_count : max, from = s->graph_count - n;

	for (size_t i = 0; i < n; i++) {
		generations[i] = s->graph_generation[from + i];
		populations[i] = s->graph_population[from + i];
	}
	return n;
}
