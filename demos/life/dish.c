/*
 * Sowing, ending and reviving the cells, and letting them go. See dish.h.
 *
 * The roll lock decides each race with a death: the barrier opens only under it, so the reaper, holding it, sees a
 * barrier that stays closed and a cell whose count of turns tells whether it has arrived.
 */
#include "dish.h"

#include <petri/console.h>
#include <petri/heap.h>
#include <petri/string.h>
#include <petri/system.h>

#include "channels.h"
#include "neighbours.h"
#include "reaper.h"

struct dish dish = {.barrier = BARRIER_INIT(1), .still = DISH_NEVER, .roll = MUTEX_INIT, .changed = COND_INIT};

static bool free_running(void) { return dish.culture.sync != LIFE_BARRIER; }

enum petri_error dish_init(void) { return reaper_start(); }

static void set_death(struct cell *cell, enum cell_death how) { __atomic_store_n(&cell->dead, how, __ATOMIC_RELAXED); }

void dish_bury(void)
{
	struct culture *c = &dish.culture;

	LOCK_GUARD(&dish.roll);
	if (!dish.unburied)
		return;
	dish.unburied = false;
	for (uint32_t i = 0; i < c->count; i++) {
		uint32_t x = i % c->board.shape.width, y = i / c->board.shape.width;

		if (c->cells[i].dead == CELL_LIVES)
			continue;
		board_put(&c->board, 0, x, y, 0);
		board_put(&c->board, 1, x, y, 0);
		if (c->board.third != NULL)
			board_put(&c->board, BOARD_STILL, x, y, 0);
		if (c->cells[i].dead == CELL_DIED)
			set_death(&c->cells[i], CELL_BURIED);
	}
	dish.untold = true;
}

bool dish_tell_dead(void)
{
	struct culture *c = &dish.culture;
	bool news = false;

	LOCK_GUARD(&dish.roll);
	if (!dish.untold)
		return false;
	dish.untold = false;
	dish.told = 0;
	for (uint32_t i = 0; i < c->count; i++) {
		news |= c->cells[i].dead == CELL_BURIED;
		if (c->cells[i].dead == CELL_BURIED)
			set_death(&c->cells[i], CELL_TOLD);
		dish.told += c->cells[i].dead == CELL_TOLD;
	}
	return news;
}

static void call_cells(uint32_t call) { __atomic_store_n(&dish.call, call, __ATOMIC_RELAXED); }

void dish_await(void)
{
	if (free_running())
		hold_await(&dish.hold);
	else
		petri_assert(barrier_await_others(&dish.barrier, PETRI_FOREVER) == PETRI_OK);
	if (dish.called != dish.barrier.generation)
		call_cells(dish_call() & ~DISH_WILD);
	dish_bury();
}

void dish_open_until(uint64_t stop)
{
	dish_bury();
	LOCK_GUARD(&dish.roll);
	dish.stop = stop;
	barrier_arrive(&dish.barrier); /* where cells run free the controller is its only member: so it counts the openings */
	if (!free_running())
		return;
	__atomic_store_n(&dish.heed, stop, __ATOMIC_RELAXED);
	hold_move(&dish.hold, stop);
}

void dish_open(void) { dish_open_until(dish.stop + 1); }

static void wait_for_change(void) { petri_assert(cond_wait(&dish.changed, &dish.roll) == PETRI_OK); }

uint64_t dish_steps_of(const struct cell *cell)
{
	if (free_running())
		return __atomic_load_n(&cell->step, __ATOMIC_RELAXED) & CELL_STEPS;
	return cell->turns > 0 ? cell->turns - 1 : 0;
}

static uint64_t steps_of_present(void)
{
	uint64_t steps = 0;

	for (uint32_t i = 0; i < dish.culture.count; i++)
		steps += dish_steps_of(&dish.culture.cells[i]);
	return steps;
}

uint64_t dish_steps(void) { return dish.past_steps + steps_of_present(); }

uint32_t dish_miscounts(void)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < dish.culture.count; i++) {
		const struct cell *cell = &dish.culture.cells[i];

		wrong += cell->thread != 0 && dish_steps_of(cell) != dish.stop;
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
		dish.culture.cells[i].turns = dish.culture.cells[i].step = 0;
}

/* What it takes to write and read letters, beside what a cell needs anyhow. */
#define CHANNEL_STACK 256u

static const thread_entry entries[LIFE_SYNCS] = {
	[LIFE_BARRIER] = cell_main, [LIFE_NEIGHBOUR] = neighbours_main, [LIFE_CHANNEL] = channels_main};

static enum petri_error create_thread(uint32_t index)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;
	struct cell *cell = &dish.culture.cells[index];
	char name[THREAD_NAME_MAX];
	uint32_t width = dish.culture.board.shape.width;
	enum petri_error error;

	petri_snprintf(name, sizeof name, "cell %u,%u", index % width, index / width);
	cell->wild = cell->early = false;
	attr.name = name;
	attr.stack_size = THREAD_COMPACT_SIZE + (dish.culture.sync == LIFE_CHANNEL ? CHANNEL_STACK : 0);
	attr.priority = CELL_PRIORITY;
	error = thread_create(&cell->thread, &attr, entries[dish.culture.sync], cell);
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
			if (!free_running())
				barrier_arrive_and_drop(&dish.barrier);
		}
	}
	return error;
}

/* Nobody has stepped, and all are to stand where they begin. */
static void begin(bool dead_too)
{
	dish.barrier = (struct barrier)BARRIER_INIT((free_running() ? 0 : (uint64_t)dish.culture.count) + 1);
	dish.stop = dish.heed = 0;
	dish.untold = true;
	hold_move(&dish.hold, 0);
	call_cells(0);
	if (dish.culture.sync == LIFE_NEIGHBOUR)
		neighbours_begin(dead_too);
	if (dish.culture.sync == LIFE_CHANNEL)
		channels_begin(dead_too);
}

/* A fresh beginning and fresh threads; the generation stands in buffer 0. ENOMEM: no threads at all. */
static enum petri_error sow(bool dead_too)
{
	begin(dead_too);
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
	heap_free(c->inboxes);
	c->cells = NULL;
	c->inboxes = NULL;
	board_free(&c->board);
}

/* What cells of that kind need beside their bytes on the board. ENOMEM: what is there stays. */
static enum petri_error reserve(struct culture *c, enum life_sync sync)
{
	if (sync == LIFE_CHANNEL && c->inboxes == NULL)
		c->inboxes = heap_calloc(c->count, channels_inbox_size());
	if (sync == LIFE_CHANNEL && c->inboxes == NULL)
		return PETRI_ENOMEM;
	return sync == LIFE_BARRIER ? PETRI_OK : board_reserve_still(&c->board);
}

static enum petri_error culture_init(struct culture *c, const struct shape *shape, enum life_sync sync)
{
	*c = (struct culture){.count = (uint32_t)shape->width * shape->height, .sync = sync};
	c->cells = heap_calloc(c->count, sizeof *c->cells);
	if (c->cells != NULL && board_init(&c->board, shape) == PETRI_OK && reserve(c, sync) == PETRI_OK)
		return PETRI_OK;
	culture_free(c);
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

/* The cells that there were, on their board. */
static void restore(void)
{
	board_renew(&dish.culture.board);
	if (sow(false) != PETRI_OK)
		thread_abort("life: no memory to bring the old cells back");
}

/* A large dish leaves no room for a second one beside it. Is the memory that it has enough for the next? Its threads' is, then. */
static bool fits_in_place(const struct shape *shape, enum life_sync sync)
{
	const struct culture *c = &dish.culture;

	return sync == c->sync && sync != LIFE_CHANNEL && (uint32_t)shape->width * shape->height <= c->count &&
	       board_fits(&c->board, shape);
}

static void sow_in_place(const struct shape *shape)
{
	struct culture *c = &dish.culture;

	end_cells();
	c->count = (uint32_t)shape->width * shape->height;
	memset(c->cells, 0, c->count * sizeof *c->cells);
	board_reuse(&c->board, shape);
	if (sow(true) != PETRI_OK)
		thread_abort("life: no memory for fewer cells than there were");
}

enum petri_error dish_sow(const struct shape *shape, enum life_sync sync)
{
	struct culture old, fresh;

	if (dish_too_large(shape))
		return PETRI_ENOMEM;
	if (culture_init(&fresh, shape, sync) != PETRI_OK) {
		if (!fits_in_place(shape, sync))
			return PETRI_ENOMEM;
		sow_in_place(shape);
		return PETRI_OK;
	}
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

enum petri_error dish_reshape(const struct shape *shape) { return dish_sow(shape, dish.culture.sync); }

/* Who is dead stays so. */
enum petri_error dish_set_sync(enum life_sync sync)
{
	uint32_t buffer = dish_buffer();

	if (sync == dish.culture.sync)
		return PETRI_OK;
	if (reserve(&dish.culture, sync) != PETRI_OK)
		return PETRI_ENOMEM;
	end_cells();
	turn_buffers(buffer);
	dish.culture.sync = sync;
	restore();
	return PETRI_OK;
}

/* But for one who was killed again already. */
static void forget_deaths(void)
{
	LOCK_GUARD(&dish.roll);
	for (uint32_t i = 0; i < dish.culture.count; i++)
		if (dish.culture.cells[i].thread != 0)
			set_death(&dish.culture.cells[i], CELL_LIVES);
}

enum petri_error dish_revive(void)
{
	if (dish.living == dish.culture.count)
		return PETRI_OK;
	uint32_t buffer = dish_buffer();

	end_cells();
	turn_buffers(buffer);
	board_renew(&dish.culture.board);
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
