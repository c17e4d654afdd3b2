/*
 * The philosophers' part of a session: the model, and what was.
 */
#ifndef VIEWER_PHIL_OWN_H
#define VIEWER_PHIL_OWN_H

#include "model.h"

struct phil {
	struct phil_model model;
	uint32_t cycle_epoch; /* the epoch that the newest reported cycle belongs to */
	bool cycle;           /* one was reported in that epoch */
	bool cycle_is_goal;   /* and it is what the options waited for: gaps in the samples do not matter */
	struct past_sample past[PAST_SAMPLES];
	size_t past_next, past_count;
};

struct phil_model *phil_model(const struct session *s);
void past_add(struct phil *p); /* past.c: the table as it is now shown */
void past_forget(struct phil *p);

#endif
