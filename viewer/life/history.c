/*
 * The history of the population, in a bounded number of points.
 */
#include "own.h"

/* When the points are full, every second one goes, and from then on only every second one comes. */
static void graph_thin(struct life *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->graph_count; i += 2, kept++) {
		l->graph_generation[kept] = l->graph_generation[i];
		l->graph_population[kept] = l->graph_population[i];
	}
	l->graph_count = kept;
	l->graph_stride *= 2;
}

void graph_add(struct life *l)
{
	const struct dish *d = &l->model.dish;
	size_t n = l->graph_count;

	if (n && d->generation < l->graph_generation[n - 1])
		l->graph_count = n = 0;
	if (n == 0)
		l->graph_stride = 1;
	if (n && d->generation == l->graph_generation[n - 1]) { /* edited in place */
		l->graph_population[n - 1] = d->population;
		return;
	}
	if (n && d->generation - l->graph_generation[n - 1] < l->graph_stride)
		return;
	if (n == GRAPH_POINTS)
		graph_thin(l);
	l->graph_generation[l->graph_count] = d->generation;
	l->graph_population[l->graph_count++] = d->population;
}

size_t life_graph(const struct session *s, uint64_t *generations, uint32_t *populations, size_t max)
{
	const struct life *l = session_own(s);
	size_t n = l->graph_count < max ? l->graph_count : max, from = l->graph_count - n;

	for (size_t i = 0; i < n; i++) {
		generations[i] = l->graph_generation[from + i];
		populations[i] = l->graph_population[from + i];
	}
	return n;
}
