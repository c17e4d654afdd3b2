/*
 * A philosopher never ends by itself: whoever is joined here was killed, or faulted. Its neighbours must not wait for it for ever: what
 * it had is given back, as its strategy says (table_bury).
 */
#include "reaper.h"

#include <petri/system.h>
#include <petri/thread.h>

#include "table.h"

/* The search is long, and rare. NULL: of a table before this one. */
static struct philosopher *philosopher_of(thread_id thread)
{
	for (uint32_t i = 0; i < table.count; i++)
		if (table.philosophers[i].thread == thread)
			return &table.philosophers[i];
	return NULL;
}

static void reap(const struct thread_end *end)
{
	struct philosopher *dead;

	{
		LOCK_GUARD(&table.roll);
		dead = philosopher_of(end->id);
		if (dead == NULL)
			return;
		table_bury(dead);
		cond_broadcast(&table.changed);
	}
	if (table.died != NULL)
		table.died(dead->number, end->how);
	if (table.news != NULL)
		table.news();
}

static void *reaper_main(void *unused)
{
	struct thread_end end;

	(void)unused;
	while (thread_join_any(&end, PETRI_FOREVER) == PETRI_OK)
		reap(&end);
	thread_abort("philosophers: the reaper cannot join");
}

enum petri_error reaper_start(void)
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;

	attr.name = "reaper";
	attr.priority = REAPER_PRIORITY;
	attr.flags = THREAD_DETACHED | THREAD_VITAL;
	return thread_create(NULL, &attr, reaper_main, NULL);
}
