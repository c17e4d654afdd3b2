/*
 * Sowing, ending and reviving the cells, and opening the gate. See dish.h.
 *
 * The roll lock decides each race with a death: the barrier opens only under it, so the reaper, holding it, sees a
 * barrier that stays closed and a cell whose count of turns tells whether it has arrived.
 */
#include "dish.h"

#include <petri/console.h>
#include <petri/heap.h>
#include <petri/system.h>

#include "reaper.h"

struct dish dish = {.barrier = BARRIER_INIT(1), .roll = MUTEX_INIT, .changed = COND_INIT};

enum petri_error dish_init(void) { return reaper_start(); }

void dish_bury(void)
{
	struct culture *c = &dish.culture;

	LOCK_GUARD(&dish.roll);
	if (!dish.unburied)
		return;
	dish.unburied = false;
	for (uint32_t i = 0; i < c->count; i++) {
		uint32_t x = i % c->board.shape.width, y = i / c->board.shape.width;

		if (!c->cells[i].dead)
			continue;
		board_put(&c->board, 0, x, y, 0);
		board_put(&c->board, 1, x, y, 0);
	}
}

static void call_cells(uint32_t call) { __atomic_store_n(&dish.call, call, __ATOMIC_RELAXED); }

void dish_await(void)
{
	petri_assert(barrier_await_others(&dish.barrier, PETRI_FOREVER) == PETRI_OK);
	if (dish.called != dish.barrier.generation)
		call_cells(dish_call() & ~DISH_WILD);
	dish_bury();
}

void dish_open(void)
{
	dish_bury();
	LOCK_GUARD(&dish.roll);
	barrier_arrive(&dish.barrier);
}

static void wait_for_change(void) { petri_assert(cond_wait(&dish.changed, &dish.roll) == PETRI_OK); }

static uint64_t steps_of_present(void)
{
	uint64_t steps = 0;

	for (uint32_t i = 0; i < dish.culture.count; i++)
		if (dish.culture.cells[i].turns > 0)
			steps += dish.culture.cells[i].turns - 1;
	return steps;
}

uint64_t dish_steps(void) { return dish.past_steps + steps_of_present(); }

uint32_t dish_miscounts(void)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < dish.culture.count; i++) {
		const struct cell *cell = &dish.culture.cells[i];

		wrong += cell->thread != 0 && cell->turns != dish.barrier.generation + 1;
	}
	return wrong;
}

/* Tells all cells to end, and waits until they are reaped. Their steps are kept. */
static void end_cells(void)
{
	dish_await();
	call_cells(DISH_END);
	dish_open();
	LOCK_GUARD(&dish.roll);
	while (dish.living > 0)
		wait_for_change();
	dish.past_steps = dish_steps();
	for (uint32_t i = 0; i < dish.culture.count; i++)
		dish.culture.cells[i].turns = 0;
}

static enum petri_error create_thread(uint32_t index)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;
	struct cell *cell = &dish.culture.cells[index];
	char name[THREAD_NAME_MAX];
	uint32_t width = dish.culture.board.shape.width;
	enum petri_error error;

	petri_snprintf(name, sizeof name, "cell %u,%u", index % width, index / width);
	cell->wild = false;
	attr.name = name;
	attr.priority = CELL_PRIORITY;
	error = thread_create(&cell->thread, &attr, cell_main, cell);
	dish.created += error == PETRI_OK;
	return error;
}

/*
 * A thread per cell, the dead left out or not. Whoever gets none takes leave of the barrier. ENOMEM: some got none.
 * The roll is locked, so that nobody is reaped before his id is known.
 */
static enum petri_error create_threads(bool dead_too)
{
	enum petri_error error = PETRI_OK;

	LOCK_GUARD(&dish.roll);
	for (uint32_t i = 0; i < dish.culture.count; i++) {
		bool wanted = dead_too || !dish.culture.cells[i].dead;

		if (wanted && error == PETRI_OK)
			error = create_thread(i);
		if (wanted && error == PETRI_OK)
			dish.living++;
		else {
			dish.culture.cells[i].thread = 0;
			barrier_arrive_and_drop(&dish.barrier);
		}
	}
	return error;
}

/* A fresh barrier and fresh threads; the generation stands in buffer 0. ENOMEM: no threads at all. */
static enum petri_error sow(bool dead_too)
{
	dish.barrier = (struct barrier)BARRIER_INIT((uint64_t)dish.culture.count + 1);
	call_cells(0);
	enum petri_error error = create_threads(dead_too);

	if (error != PETRI_OK)
		end_cells();
	return error;
}

/* After end_cells(): where the generation stands is buffer 0 again. */
static void turn_buffers(uint32_t buffer)
{
	struct board *b = &dish.culture.board;
	uint8_t *now = b->cells[buffer], *other = b->cells[!buffer];

	b->cells[0] = now;
	b->cells[1] = other;
}

static void culture_free(struct culture *c)
{
	heap_free(c->cells);
	c->cells = NULL;
	board_free(&c->board);
}

static enum petri_error culture_init(struct culture *c, const struct shape *shape)
{
	c->count = (uint32_t)shape->width * shape->height;
	c->cells = heap_calloc(c->count, sizeof *c->cells);
	if (c->cells != NULL && board_init(&c->board, shape) == PETRI_OK)
		return PETRI_OK;
	heap_free(c->cells);
	return PETRI_ENOMEM;
}

bool dish_too_large(const struct shape *shape)
{
	struct system_info info;

	system_info(&info);
	/* a thread has its stack and a control block of at least a register frame; the old ones' memory is used again */
	uint64_t room = info.memory_free / (THREAD_COMPACT_SIZE + 256) + info.threads_resident;

	return (uint64_t)shape->width * shape->height > room;
}

/* After a sowing that failed, the cells that lived before it. */
static void restore(void)
{
	if (sow(false) != PETRI_OK)
		thread_abort("life: no memory to bring the old cells back");
}

enum petri_error dish_reshape(const struct shape *shape)
{
	struct culture old, fresh;

	if (dish_too_large(shape) || culture_init(&fresh, shape) != PETRI_OK)
		return PETRI_ENOMEM;
	uint32_t buffer = dish_buffer();

	end_cells();
	turn_buffers(buffer);
	old = dish.culture;
	dish.culture = fresh;
	enum petri_error error = sow(true);

	if (error != PETRI_OK) {
		dish.culture = old;
		old = fresh;
		restore();
	}
	culture_free(&old);
	return error;
}

/* But for one who was killed again already. */
static void forget_deaths(void)
{
	LOCK_GUARD(&dish.roll);
	for (uint32_t i = 0; i < dish.culture.count; i++)
		dish.culture.cells[i].dead = dish.culture.cells[i].thread == 0;
}

enum petri_error dish_revive(void)
{
	if (dish.living == dish.culture.count)
		return PETRI_OK;
	uint32_t buffer = dish_buffer();

	end_cells();
	turn_buffers(buffer);
	enum petri_error error = sow(true);

	if (error == PETRI_OK)
		forget_deaths();
	else
		restore();
	return error;
}

enum petri_error dish_kill(uint32_t x, uint32_t y)
{
	struct cell *cell = dish_cell(x, y);
	thread_id thread = cell->thread;

	if (thread == 0)
		return PETRI_ESTALE;
	enum petri_error error = thread_kill(thread);

	if (error != PETRI_OK && error != PETRI_ESTALE)
		return error;
	LOCK_GUARD(&dish.roll);
	while (cell->thread == thread)
		wait_for_change();
	return PETRI_OK;
}

enum petri_error dish_run_wild(uint32_t x, uint32_t y, uint64_t address)
{
	struct cell *cell = dish_cell(x, y);

	LOCK_GUARD(&dish.roll);
	if (cell->thread == 0)
		return PETRI_ESTALE;
	cell->wild = true;
	cell->wild_at = address;
	dish.called = dish.barrier.generation;
	call_cells(dish_call() | DISH_WILD);
	return PETRI_OK;
}
