/*
 * Joins cells as they end. Most end because the dish was told to; those return their own address. A cell that was
 * killed or faulted left the barrier without a word, and the others would wait for it for ever: the reaper speaks for it.
 *
 * Whether the barrier still waits for the dead is in its count of turns, which a cell changes in one atomic section with its
 * arrival (cell.c). The roll lock keeps the barrier closed meanwhile (dish.c). Of cells that run free the dead one's neighbours wait, and are told.
 */
#include "reaper.h"

#include <petri/system.h>
#include <petri/thread.h>

#include "channels.h"
#include "dish.h"
#include "neighbours.h"

/* The search is long, and rare. */
static struct cell *cell_of(const struct thread_end *end)
{
	if (end->how == PETRI_OK)
		return end->value;
	for (uint32_t i = 0; i < dish.culture.count; i++)
		if (dish.culture.cells[i].thread == end->id)
			return &dish.culture.cells[i];
	return NULL;
}

static void leave_barrier(struct cell *cell)
{
	if (cell->turns > dish.barrier.generation)
		barrier_drop_arrived(&dish.barrier);
	else
		barrier_arrive_and_drop(&dish.barrier);
}

static void book_death(struct cell *cell)
{
	__atomic_store_n(&cell->dead, CELL_DIED, __ATOMIC_RELAXED);
	dish.deaths++;
	dish.unburied = true;
	if (dish.culture.sync == LIFE_BARRIER)
		leave_barrier(cell);
	if (dish.culture.sync == LIFE_NEIGHBOUR)
		neighbours_mourn(cell);
	if (dish.culture.sync == LIFE_CHANNEL)
		channels_mourn(cell);
}

static void reap(const struct thread_end *end)
{
	bool untimely;
	struct cell *cell;

	{
		LOCK_GUARD(&dish.roll);
		cell = cell_of(end);
		if (cell == NULL || cell->thread != end->id)
			return;
		cell->thread = 0;
		untimely = !(dish_call() & DISH_END);
		/* known before the barrier can open: on another core the controller goes on at once */
		if (untimely && dish.died != NULL)
			dish.died(cell, end->how);
		/* in this order: never as many who stand as live, while one of them is still on its way */
		if (dish.culture.sync != LIFE_BARRIER)
			hold_leave(&dish.hold, cell);
		__atomic_store_n(&dish.living, dish.living - 1, __ATOMIC_RELAXED);
		if (untimely)
			book_death(cell);
		if (dish.culture.sync != LIFE_BARRIER)
			hold_tell(&dish.hold);
		if (untimely || dish.living == 0)
			cond_broadcast(&dish.changed);
	}
}

static void *reaper_main(void *unused)
{
	struct thread_end end;

	(void)unused;
	while (thread_join_any(&end, PETRI_FOREVER) == PETRI_OK)
		reap(&end);
	thread_abort("life: the reaper cannot join");
}

enum petri_error reaper_start(void)
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;

	attr.name = "reaper";
	attr.priority = REAPER_PRIORITY;
	attr.flags = THREAD_DETACHED | THREAD_VITAL;
	return thread_create(NULL, &attr, reaper_main, NULL);
}
