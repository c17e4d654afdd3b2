/*
 * Errands: deaths at a generation that is known beforehand, for scripts and tests. A list in no order; it is looked through only at a
 * generation that somebody waits for, so it costs a comparison otherwise.
 */
#include "errands.h"

#include <petri/console.h>
#include <petri/heap.h>

#include "controller.h"
#include "dish.h"

static struct {
	struct errand *list;
	uint32_t count, room;
	uint64_t next; /* the soonest generation of all; nobody gets to the last one there is */
} errands = {.next = UINT64_MAX};

enum petri_error errand_execute(const struct errand *e)
{
	enum petri_error error = e->wild ? dish_run_wild(e->x, e->y, e->address) : dish_kill(e->x, e->y);

	if (error != PETRI_OK)
		return error;
	dish_bury();
	controller_changed(false);
	return PETRI_OK;
}

static bool reserve(void)
{
	uint32_t room = errands.room == 0 ? 16 : 2 * errands.room;
	struct errand *list;

	if (errands.count < errands.room)
		return true;
	list = heap_realloc(errands.list, room * sizeof *list);
	if (list == NULL)
		return false;
	errands.list = list;
	errands.room = room;
	return true;
}

enum petri_error errands_add(const struct errand *e)
{
	if (!reserve())
		return PETRI_ENOMEM;
	errands.list[errands.count++] = *e;
	if (e->generation < errands.next)
		errands.next = e->generation;
	return PETRI_OK;
}

static void execute(const struct errand *e)
{
	enum petri_error error = errand_execute(e);

	if (error != PETRI_OK)
		console_printf("life: cell %u,%u at generation %llu: %s\n", e->x, e->y, (unsigned long long)e->generation,
			       petri_strerror(error));
}

/* A generation that was skipped (the board got another number) takes its errands along. */
void errands_execute(void)
{
	uint32_t kept = 0;

	if (controller.generation < errands.next)
		return;
	errands.next = UINT64_MAX;
	for (uint32_t i = 0; i < errands.count; i++) {
		struct errand e = errands.list[i];

		if (e.generation == controller.generation)
			execute(&e);
		if (e.generation <= controller.generation)
			continue;
		errands.list[kept++] = e;
		if (e.generation < errands.next)
			errands.next = e.generation;
	}
	errands.count = kept;
}

uint64_t errands_next(void) { return errands.next; }

void errands_forget(void)
{
	errands.count = 0;
	errands.next = UINT64_MAX;
}
