/*
 * Each command is checked as a whole before anything is done, and answered exactly once: done, or refused with the reason
 * in words. Payloads may be longer than they need (later versions append fields), never shorter.
 *
 * Runs in the controller, while all cells stand.
 */
#include "commands.h"

#include <petri/heap.h>
#include <petri/mailbox.h>
#include <petri/system.h>
#include <petri/thread.h>
#include <petri/wild.h>
#include <petri/wire.h>
#include <petri/wire_life.h>

#include "controller.h"
#include "dish.h"
#include "errands.h"

#define REFUSE mailbox_remark /* (error, reason in words): gives back the error */

static const struct shape *shape_now(void) { return &dish.culture.board.shape; }

static enum petri_error check_rule(uint32_t birth, uint32_t survival)
{
	if (birth & 1)
		return REFUSE(PETRI_EINVAL, "B0 is refused: an empty dish would flash");
	if (birth >= 1u << 9 || survival >= 1u << 9)
		return REFUSE(PETRI_EINVAL, "a cell has no more than 8 neighbours");
	return PETRI_OK;
}

static enum petri_error check_place(uint32_t x, uint32_t y)
{
	if (x < shape_now()->width && y < shape_now()->height)
		return PETRI_OK;
	return REFUSE(PETRI_EINVAL, "cell %u,%u is not on the board of %u x %u", x, y, shape_now()->width, shape_now()->height);
}

static enum petri_error check_shape(const struct shape *shape)
{
	if (shape->width < 1 || shape->width > LIFE_SIDE_MAX || shape->height < 1 || shape->height > LIFE_SIDE_MAX)
		return REFUSE(PETRI_EINVAL, "%u x %u: a side is 1 to %u", shape->width, shape->height, LIFE_SIDE_MAX);
	if (shape->topology > LIFE_PLANE)
		return REFUSE(PETRI_EINVAL, "topology %u: 0 is a torus, 1 a plane", shape->topology);
	return PETRI_OK;
}

static enum petri_error check_sync(uint8_t sync)
{
	if (sync < LIFE_SYNCS)
		return PETRI_OK;
	return REFUSE(PETRI_EINVAL, "synchronisation %u: 0 is a barrier, 1 waits for neighbours, 2 are channels", sync);
}

static enum petri_error no_memory(uint32_t threads)
{
	struct system_info info;

	system_info(&info);
	return REFUSE(PETRI_ENOMEM, "%u threads do not fit into %u MiB of memory; the board stays as it was", threads,
		      (uint32_t)(info.memory >> 20));
}

static enum petri_error setup(const uint8_t *p, size_t length)
{
	struct shape shape = {wire_get16(p), wire_get16(p + 2), p[4]};
	uint32_t birth = wire_get16(p + 6), survival = wire_get16(p + 8);
	enum petri_error error = check_shape(&shape);

	(void)length;
	if (error == PETRI_OK)
		error = check_rule(birth, survival);
	if (error == PETRI_OK)
		error = check_sync(p[5]);
	if (error != PETRI_OK)
		return error;
	error = controller_setup(&shape, rule_of(birth, survival), (enum life_sync)p[5]);
	return error == PETRI_ENOMEM ? no_memory((uint32_t)shape.width * shape.height) : error;
}

static enum petri_error load_rows(uint32_t first, uint32_t rows, const uint8_t *bits)
{
	enum petri_error error = controller_revive();

	if (error != PETRI_OK)
		return no_memory(dish.culture.count);
	board_unpack(&dish.culture.board, dish_buffer(), first, rows, bits);
	controller.started = false;
	controller.reached = false;
	controller_changed(true);
	return PETRI_OK;
}

static enum petri_error cells(const uint8_t *p, size_t length)
{
	uint32_t first = wire_get16(p), rows = wire_get16(p + 2);
	size_t size = (size_t)life_row_bytes(shape_now()->width) * rows;

	if (rows < 1 || first + rows > shape_now()->height)
		return REFUSE(PETRI_EINVAL, "rows %u to %u of a board of %u rows", first, first + rows - 1, shape_now()->height);
	uint8_t *bits = heap_alloc(size);

	if (bits == NULL)
		return REFUSE(PETRI_ENOMEM, "no memory for %u rows", rows);
	enum petri_error error = PETRI_EDAMAGED;

	if (life_band_decode(bits, size, p[4], true, p + WIRE_LIFE_CELLS_SIZE, length - WIRE_LIFE_CELLS_SIZE))
		error = load_rows(first, rows, bits);
	else
		(void)REFUSE(error, "the cells of rows %u to %u cannot be decoded", first, first + rows - 1);
	heap_free(bits);
	return error;
}

#define EDIT_SIZE 5u

static enum petri_error check_edit(const uint8_t *p)
{
	uint32_t x = wire_get16(p), y = wire_get16(p + 2);
	enum petri_error error = check_place(x, y);

	if (error == PETRI_OK && p[4] != 0 && dish_cell(x, y)->thread == 0)
		return REFUSE(PETRI_ESTALE, "cell %u,%u has no thread any more; a reset gives it a new one", x, y);
	return error;
}

static enum petri_error edit(const uint8_t *p, size_t length)
{
	if (length % EDIT_SIZE != 0)
		return REFUSE(PETRI_EINVAL, "%u bytes: an edit is %u bytes a cell", (uint32_t)length, EDIT_SIZE);
	for (size_t i = 0; i < length; i += EDIT_SIZE) {
		enum petri_error error = check_edit(p + i);

		if (error != PETRI_OK)
			return error;
	}
	for (size_t i = 0; i < length; i += EDIT_SIZE, p += EDIT_SIZE)
		board_put(&dish.culture.board, dish_buffer(), wire_get16(p), wire_get16(p + 2), p[4] != 0);
	controller.reached = false;
	controller_changed(true);
	return PETRI_OK;
}

static enum petri_error run(const uint8_t *p, size_t length)
{
	(void)p, (void)length;
	controller_run(LIFE_RUNNING, 0, false);
	return PETRI_OK;
}

static enum petri_error pause(const uint8_t *p, size_t length)
{
	(void)p, (void)length;
	controller_run(LIFE_PAUSED, 0, false);
	return PETRI_OK;
}

static enum petri_error step(const uint8_t *p, size_t length)
{
	uint32_t n = wire_get32(p);

	(void)length;
	if (n == 0)
		return REFUSE(PETRI_EINVAL, "0 generations is no step");
	controller_run(LIFE_STEPPING, controller.generation + n, false);
	return PETRI_OK;
}

static enum petri_error past(uint64_t generation)
{
	return REFUSE(PETRI_EINVAL, "generation %llu is past: the board is at %llu", (unsigned long long)generation,
		      (unsigned long long)controller.generation);
}

static enum petri_error until(const uint8_t *p, size_t length)
{
	uint64_t goal = wire_get64(p);

	(void)length;
	if (goal < controller.generation)
		return past(goal);
	controller_run(LIFE_UNTIL, goal, p[8] != 0);
	return PETRI_OK;
}

static enum petri_error speed(const uint8_t *p, size_t length)
{
	(void)length;
	controller_set_speed(wire_get32(p));
	return PETRI_OK;
}

static enum petri_error reset(const uint8_t *p, size_t length)
{
	(void)p, (void)length;
	return controller_reset() == PETRI_OK ? PETRI_OK : no_memory(dish.culture.count);
}

static enum petri_error rule(const uint8_t *p, size_t length)
{
	uint32_t birth = wire_get16(p), survival = wire_get16(p + 2);
	enum petri_error error = check_rule(birth, survival);

	(void)length;
	if (error != PETRI_OK)
		return error;
	dish.rule = rule_of(birth, survival);
	controller_changed(true);
	return PETRI_OK;
}

static enum petri_error sync(const uint8_t *p, size_t length)
{
	enum petri_error error = check_sync(p[0]);

	(void)length;
	if (error != PETRI_OK)
		return error;
	error = controller_set_sync((enum life_sync)p[0]);
	return error == PETRI_ENOMEM ? no_memory(dish.culture.count) : error;
}

/* Now, or at the generation behind the fixed part of the payload, if there is one. */
static enum petri_error do_errand(struct errand *e, const uint8_t *generation, bool given)
{
	enum petri_error error = check_place(e->x, e->y);

	e->generation = given ? wire_get64(generation) : controller.generation;
	if (error != PETRI_OK)
		return error;
	if (e->generation < controller.generation)
		return past(e->generation);
	if (e->generation > controller.generation)
		return errands_add(e);
	error = errand_execute(e);
	return error == PETRI_ESTALE ? REFUSE(error, "cell %u,%u has no thread any more", e->x, e->y) : error;
}

#define KILL_SIZE 4u
#define WILD_SIZE 12u

static enum petri_error kill(const uint8_t *p, size_t length)
{
	struct errand e = {.x = wire_get16(p), .y = wire_get16(p + 2)};

	return do_errand(&e, p + KILL_SIZE, length >= KILL_SIZE + 8);
}

static enum petri_error wild(const uint8_t *p, size_t length)
{
	struct errand e = {.x = wire_get16(p), .y = wire_get16(p + 2), .wild = true, .address = wire_get64(p + 4)};

	if (!wild_is_harmless(e.address))
		return REFUSE(PETRI_EADDRESS, "nothing would stop a %s thread from writing to 0x%llx",
			      thread_is_user() ? "user" : "kernel", (unsigned long long)e.address);
	return do_errand(&e, p + WILD_SIZE, length >= WILD_SIZE + 8);
}

static enum petri_error generation(const uint8_t *p, size_t length)
{
	(void)length;
	if (controller.state != LIFE_PAUSED)
		return REFUSE(PETRI_EBUSY, "it runs: pause it first");
	controller.generation = wire_get64(p);
	controller.reached = false;
	controller_changed(true);
	return PETRI_OK;
}

static enum petri_error key(const uint8_t *p, size_t length)
{
	(void)p, (void)length;
	controller.key = true;
	controller_changed(false);
	return PETRI_OK;
}

static enum petri_error who(const uint8_t *p, size_t length)
{
	static const char *const state[] = {"FREE", "READY", "RUNNING", "BLOCKED", "SLEEPING", "ZOMBIE"};
	uint32_t x = wire_get16(p), y = wire_get16(p + 2);
	enum petri_error error = check_place(x, y);
	struct thread_info info;

	(void)length;
	if (error != PETRI_OK)
		return error;
	const struct cell *cell = dish_cell(x, y);

	if (thread_info(cell->thread, &info) != PETRI_OK)
		return REFUSE(PETRI_ESTALE, "cell %u,%u has no thread any more", x, y);
	return REFUSE(PETRI_OK, "thread %llu %s steps %llu", (unsigned long long)cell->thread,
		      info.state <= THREAD_ZOMBIE ? state[info.state] : "?", (unsigned long long)dish_steps_of(cell));
}

static enum petri_error check_board(void)
{
	return dish.culture.count > 0 ? PETRI_OK : REFUSE(PETRI_EINVAL, "there is no board yet");
}

static const struct mailbox_command list[] = {
	{WIRE_CMD_LIFE_SETUP, 10, NULL, setup},
	{WIRE_CMD_LIFE_CELLS, WIRE_LIFE_CELLS_SIZE, check_board, cells},
	{WIRE_CMD_LIFE_EDIT, EDIT_SIZE, check_board, edit},
	{WIRE_CMD_LIFE_RUN, 0, check_board, run},
	{WIRE_CMD_LIFE_PAUSE, 0, check_board, pause},
	{WIRE_CMD_LIFE_STEP, 4, check_board, step},
	{WIRE_CMD_LIFE_UNTIL, 9, check_board, until},
	{WIRE_CMD_LIFE_SPEED, 4, NULL, speed},
	{WIRE_CMD_LIFE_RESET, 0, check_board, reset},
	{WIRE_CMD_LIFE_RULE, 4, check_board, rule},
	{WIRE_CMD_LIFE_KILL, KILL_SIZE, check_board, kill},
	{WIRE_CMD_LIFE_WILD, WILD_SIZE, check_board, wild},
	{WIRE_CMD_LIFE_GENERATION, 8, check_board, generation},
	{WIRE_CMD_LIFE_KEY, 0, check_board, key},
	{WIRE_CMD_LIFE_WHO, 4, check_board, who},
	{WIRE_CMD_LIFE_SYNC, 1, check_board, sync},
};

void commands_execute(void) { mailbox_execute(list, sizeof list / sizeof *list); }
