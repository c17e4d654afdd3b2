/*
 * How the cells' steps are shared out among the cores, for who watches.
 *
 * A cell does not know on which core it runs, and counting there would lengthen each step. So the controller looks at the cells four times
 * a second, some at a time if they are many, and puts what a cell has stepped since it was last looked at down to the core that it is on. Where cells never change
 * cores (without stealing) that is exact; else it is as good as a sample of that size, and nothing is counted twice or left out.
 */
#include "shares.h"

#include <petri/thread.h>

#include "dish.h"

#define LOOK_EVERY PETRI_MS(250)
#define LOOK_AT 16384u

struct shares shares;

static uint32_t next; /* the cell at which the next look begins */

/* Counted modulo 2^32, in what is left over in a struct cell. Those sown anew begin at 0. */
static uint32_t news_of(struct cell *cell)
{
	uint32_t steps = (uint32_t)dish_steps_of(cell), news = steps - cell->looked_at;

	if (steps < cell->looked_at)
		news = steps;
	cell->looked_at = steps;
	return news;
}

static void look_at(struct cell *cells, uint32_t n)
{
	thread_id ids[THREAD_CORES_MAX] = {0};
	uint8_t on[THREAD_CORES_MAX];

	for (uint32_t i = 0; i < n; i++)
		ids[i] = cells[i].thread;
	if (thread_cores(ids, n, on) != PETRI_OK)
		return;
	for (uint32_t i = 0; i < n; i++)
		if (on[i] < SHARES_CORES)
			shares.steps[on[i]] += news_of(&cells[i]);
}

bool shares_look(petri_time now, bool everything)
{
	static petri_time due;
	uint32_t left = dish.culture.count;

	if (now < due && !everything)
		return false;
	due = now + LOOK_EVERY;
	if (left > LOOK_AT && !everything)
		left = LOOK_AT;
	while (left > 0) {
		uint32_t n = left < THREAD_CORES_MAX ? left : THREAD_CORES_MAX;

		if (next >= dish.culture.count)
			next = 0;
		if (n > dish.culture.count - next)
			n = dish.culture.count - next;
		look_at(&dish.culture.cells[next], n);
		next += n;
		left -= n;
	}
	return true;
}
