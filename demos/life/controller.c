/*
 * Pace, run states and reports. Runs in the main thread, which is more urgent than the cells: while it works they all stand,
 * while they work it waits to be the last at the barrier. (Cells that run free, as fast as they can, stand only where that is
 * needed: free_run.c.)
 *
 * Nothing here depends on anything but the commands and the target's clock, so a scripted run under icount is the same each time.
 */
#include "controller.h"

#include <petri/console.h>
#include <petri/heap.h>
#include <petri/park.h>
#include <petri/system.h>

#include "commands.h"
#include "dish.h"
#include "errands.h"
#include "free_run.h"
#include "report.h"
#include "reporter.h"
#include "text.h"

struct controller controller = {.speed = 30000};

/* Counts the reasons to look around. It only says that there is something: what, the controller finds out itself. */
static uint64_t bell;

void controller_wake(void)
{
	__atomic_fetch_add(&bell, 1, __ATOMIC_RELEASE);
	unpark(&bell, 1);
}

void controller_changed(bool new_epoch)
{
	controller.epoch += new_epoch;
	controller.unreported = true;
	controller.at_once = true;
}

/* ---- pace ---- */

static uint64_t interval(void) { return controller.speed == 0 ? 0 : PETRI_S(1000) / controller.speed; }

void controller_set_speed(uint32_t speed)
{
	petri_time now = petri_now();

	controller.speed = speed;
	if (controller.due > now + interval())
		controller.due = now + interval();
	controller_changed(false);
}

void controller_run(enum life_run_state state, uint64_t goal, bool end)
{
	controller.state = state;
	controller.goal = goal;
	controller.end = end;
	controller.due = petri_now();
	controller.reached = false;
	controller_changed(false);
}

/* ---- the board's history ---- */

static void forget_start(void)
{
	heap_free(controller.start);
	controller.start = NULL;
	controller.started = false;
}

/* Before the first generation of a pattern: so it can come back to it. Without memory for that, a reset is refused. */
static void remember_start(void)
{
	forget_start();
	controller.started = true;
	controller.start_generation = controller.generation;
	controller.start = heap_alloc(board_packed_size(&dish.culture.board.shape));
	if (controller.start != NULL)
		board_pack(&dish.culture.board, dish_buffer(), controller.start);
}

static const char *const agreement[LIFE_SYNCS] = {
	[LIFE_BARRIER] = "", [LIFE_NEIGHBOUR] = ", by neighbours", [LIFE_CHANNEL] = ", by channels"};

static void announce(void)
{
	char rule[RULE_TEXT_MAX], count[COUNT_TEXT_MAX];
	const struct shape *shape = &dish.culture.board.shape;

	console_printf("life: %u x %u %s %s, %s threads%s\n", shape->width, shape->height,
		       shape->topology == LIFE_TORUS ? "torus" : "plane", rule_text(rule, dish.rule),
		       count_text(count, dish.culture.count), agreement[dish.culture.sync]);
}

/* The reporter reads the list of cells, so it stands aside while that is exchanged. */
static enum petri_error reshape(const struct shape *shape, enum life_sync sync)
{
	(void)reporter_take();
	enum petri_error error = dish_too_large(shape) ? PETRI_ENOMEM : reporter_reserve(shape);

	if (error == PETRI_OK)
		error = dish_sow(shape, sync);
	dish_await();
	reporter_give_back();
	return error;
}

enum petri_error controller_setup(const struct shape *shape, uint32_t rule, enum life_sync sync)
{
	enum petri_error error = reshape(shape, sync);

	if (error != PETRI_OK)
		return error;
	dish.rule = rule;
	errands_forget();
	forget_start();
	controller.generation = 0;
	controller_run(LIFE_PAUSED, 0, false);
	controller_changed(true);
	announce();
	return PETRI_OK;
}

enum petri_error controller_revive(void)
{
	if (dish.living == dish.culture.count)
		return PETRI_OK;
	(void)reporter_take();
	enum petri_error error = dish_revive();

	dish_await();
	reporter_give_back();
	return error;
}

enum petri_error controller_set_sync(enum life_sync sync)
{
	(void)reporter_take();
	enum petri_error error = dish_set_sync(sync);

	dish_await();
	reporter_give_back();
	controller_changed(false);
	return error;
}

enum petri_error controller_reset(void)
{
	if (controller.started && controller.start == NULL)
		return PETRI_ENOMEM;
	enum petri_error error = controller_revive();

	if (error != PETRI_OK)
		return error;
	if (controller.started) {
		board_unpack(&dish.culture.board, dish_buffer(), 0, dish.culture.board.shape.height, controller.start);
		controller.generation = controller.start_generation;
	}
	controller.started = false;
	errands_forget();
	controller_run(LIFE_PAUSED, 0, false);
	controller_changed(true);
	return PETRI_OK;
}

/* ---- reports ---- */

bool report_wanted(petri_time now)
{
	if (!controller.unreported)
		return false;
	return controller.at_once || interval() >= REPORT_INTERVAL || now - controller.reported >= REPORT_INTERVAL;
}

void report_fill(struct snapshot *s, uint32_t buffer)
{
	s->epoch = controller.epoch;
	s->shape = dish.culture.board.shape;
	s->rule = dish.rule;
	s->state = (uint8_t)controller.state;
	s->sync = (uint8_t)dish.culture.sync;
	s->speed = controller.speed;
	s->goal = controller.state == LIFE_UNTIL ? controller.goal : 0;
	s->generation = controller.generation;
	s->population = board_pack(&dish.culture.board, buffer, s->bits);
	s->dead_news = dish_tell_dead();
	s->dead = dish.told;
	s->steps = dish_steps();
	s->created = dish.created;
	s->time = controller.reported = petri_now();
	s->shares_news = shares_look(s->time, controller.reached);
	s->shares = shares;
	s->hindmost = controller.spread > 0 ? controller.hindmost : controller.generation;
	s->spread = controller.spread;
	s->flags = (controller.reached ? LIFE_GEN_GOAL : 0) | (controller.state == LIFE_PAUSED ? LIFE_GEN_PAUSED : 0);
	s->key = controller.key || controller.reached;
	controller.unreported = controller.at_once = controller.key = false;
}

static void report(petri_time now)
{
	struct snapshot *s = report_wanted(now) ? reporter_try_take() : NULL;

	if (s == NULL)
		return;
	report_fill(s, dish_buffer());
	reporter_send();
}

/* ---- the end ---- */

/* Says whether each cell has stepped exactly once per generation; the exit code. */
static int verdict(void)
{
	char cells[COUNT_TEXT_MAX], steps[COUNT_TEXT_MAX];
	uint32_t wrong = dish_miscounts();

	if (wrong > 0) {
		console_printf("life: ERROR: %u of %u cells did not step exactly once per generation\n", wrong, dish.living);
		return 1;
	}
	console_printf("life: %s cells, %s steps, each cell once per generation\n", count_text(cells, dish.living),
		       count_text(steps, dish_steps()));
	return 0;
}

static __attribute__((noreturn)) void finish(void)
{
	int code = verdict();

	report_fill(reporter_take(), dish_buffer());
	reporter_send();
	(void)reporter_take();
	system_exit(code);
}

/* ---- generation by generation ---- */

static bool goal_reached(void)
{
	return (controller.state == LIFE_STEPPING || controller.state == LIFE_UNTIL) && controller.generation >= controller.goal;
}

static void pause_at_goal(void)
{
	controller.reached = controller.state == LIFE_UNTIL;
	controller.state = LIFE_PAUSED;
	controller_changed(false);
	if (controller.reached && controller.end)
		finish();
}

/* The kernel kills threads on request too, at any time: the reaper has booked it. */
static void notice_deaths(void)
{
	dish_bury();
	if (dish.untold)
		controller_changed(false);
}

/* All cells stand. Returns when the next generation is to begin. */
static void stand(void)
{
	for (;;) {
		uint64_t heard = __atomic_load_n(&bell, __ATOMIC_ACQUIRE);

		commands_execute();
		errands_execute();
		notice_deaths();
		if (goal_reached())
			pause_at_goal();
		petri_time now = petri_now();

		if (dish.culture.count > 0)
			report(now);
		if (controller.state != LIFE_PAUSED && now >= controller.due)
			return;
		/* woken, or the deadline, or a bell that rang meanwhile: a look around tells */
		enum petri_error woken = park(&bell, heard, controller.state == LIFE_PAUSED ? PETRI_FOREVER : controller.due);

		(void)woken;
	}
}

static void step(void)
{
	petri_time now = petri_now();

	if (!controller.started)
		remember_start();
	/* a run that cannot keep the pace does not owe what it missed */
	controller.due += interval();
	if (controller.due < now)
		controller.due = now;
	if (controller.speed == 0 && dish.culture.sync != LIFE_BARRIER) {
		free_run(&bell);
		return;
	}
	dish_open();
	dish_await();
	controller.generation++;
	controller.spread = 0;
	controller.unreported = true;
}

void controller_main(void)
{
	dish_await();
	for (;;) {
		stand();
		step();
	}
}
