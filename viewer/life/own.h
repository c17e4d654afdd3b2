/*
 * Life's part of a session: the model, and the history of the population.
 */
#ifndef VIEWER_LIFE_OWN_H
#define VIEWER_LIFE_OWN_H

#include "life.h"
#include "model.h"

struct life {
	struct model model;
	uint64_t graph_generation[GRAPH_POINTS];
	uint32_t graph_population[GRAPH_POINTS];
	size_t graph_count;
	uint64_t graph_stride;
};

struct model *life_model(const struct session *s);
void graph_add(struct life *l); /* history.c: the dish as it is now shown */

#endif
