/*
 * The philosophers' part of a session: the model, and what was.
 */
#ifndef VIEWER_PHIL_OWN_H
#define VIEWER_PHIL_OWN_H

#include "model.h"

struct phil {
	struct phil_model model;
	bool cycle_new;         /* one was reported since the last sample, which did not yet know of it */
	bool goal_is_cycle;     /* one was reported, and it is what the options wait for: gaps in the samples do not matter */
	uint32_t faults_before; /* threads that had faulted when this table was laid */
	struct past_sample past[PAST_SAMPLES];
	size_t past_next, past_count;
};

struct phil_model *phil_model(const struct session *s);
void past_add(struct phil *p); /* past.c: the table as it is now shown */
void past_forget(struct phil *p);

#endif
