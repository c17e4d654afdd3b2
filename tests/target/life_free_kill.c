/*
 * Cells that run free of each other are killed at any moment, and write where they may not, while the others make many generations at a
 * stretch, and while they stand. A cell is dead from the step on that it has not finished, for all its neighbours alike, however far behind
 * they are: the board is that of a serial reference in which it dies just there. And nobody waits for the dead.
 *
 * test: mode both
 * test: seeds 3
 * test: seconds 120
 * test: faults any
 */
#include "../../demos/life/dish.h"
#include "../../demos/life/roam.h"

#include <petri/semaphore.h>
#include <petri/string.h>
#include <petri/wire_life.h>

#include "common/test.h"
#include "life/grid.h"

#define STRETCHES 12
#define GENERATIONS 40
#define KILLS 5
/* Below the controller, above the cells. */
#define KILLER_PRIORITY 20

static uint64_t random = 1;
static struct semaphore go = SEMAPHORE_INIT(0), gone = SEMAPHORE_INIT(0);

static void *killer(void *unused)
{
	uint64_t mine = info_now().seed + 77;

	(void)unused;
	while (semaphore_wait(&go) == PETRI_OK) {
		for (uint32_t i = 0; i < KILLS; i++) {
			thread_sleep(draw(&mine) % PETRI_US(150));
			thread_kill(dish.culture.cells[draw(&mine) % (SIDE * SIDE)].thread);
		}
		semaphore_post(&gone);
	}
	return NULL;
}

static bool dead_at(uint32_t x, uint32_t y, uint64_t step)
{
	const struct cell *cell = dish_cell(x, y);

	return cell->dead && (cell->step & CELL_STEPS) < step + (dish.culture.sync == LIFE_CHANNEL && cell->early);
}

/* The reference makes this step. */
static void step_to(uint64_t step)
{
	uint8_t next[SIDE][SIDE];

	for (uint32_t y = 0; y < SIDE; y++)
		for (uint32_t x = 0; x < SIDE; x++) {
			uint32_t n = 0;

			for (uint32_t k = 0; k < 9; k++)
				n += grid[(y + SIDE - 1 + k / 3) % SIDE][(x + SIDE - 1 + k % 3) % SIDE];
			next[y][x] = !dead_at(x, y, step) && (n == 3 || (n == 4 && grid[y][x]));
		}
	memcpy(grid, next, sizeof grid);
}

/* True if all cells are as the reference has them in the end. The kills are over before. */
static bool stretch(uint32_t generations)
{
	uint64_t from = dish.stop;

	dish_open_until(from + generations);
	semaphore_post(&go);
	dish_await();
	must(semaphore_wait(&gone));
	dish_bury();
	for (uint64_t step = from + 1; step <= dish.stop; step++)
		step_to(step);
	grid_hold_dead();
	return grid_wrong_cells() == 0;
}

/* Some stand in the middle of the stretch, and some of them die there: where they were to stand has been moved. */
static bool halted_stretch(void)
{
	uint64_t from = dish.stop;

	dish_open_until(from + roam_lead());
	semaphore_post(&go);
	for (uint32_t i = 0; i < 10; i++) {
		thread_sleep(PETRI_US(20));
		roam_on(from + 100 * GENERATIONS);
	}
	roam_halt();
	dish_await();
	must(semaphore_wait(&gone));
	dish_bury();
	for (uint64_t step = from + 1; step <= dish.stop; step++)
		step_to(step);
	grid_hold_dead();
	return dish.stop <= from + 100 * GENERATIONS && grid_wrong_cells() == 0;
}

static bool wild_stretch(void)
{
	uint32_t x = (uint32_t)(draw(&random) % SIDE), y = (uint32_t)(draw(&random) % SIDE);

	if (dish_cell(x, y)->dead)
		return true;
	must(dish_run_wild(x, y, 0));
	return stretch(3) && dish_cell(x, y)->dead;
}

static void deaths_in_flight(void)
{
	uint32_t deaths = dish.deaths, wrong = 0, middle = 0;

	for (uint32_t i = 0; i < STRETCHES; i++)
		wrong += !stretch(GENERATIONS) + !halted_stretch() + !wild_stretch();
	for (uint32_t i = 0; i < SIDE * SIDE; i++)
		middle += dish.culture.cells[i].dead && (dish.culture.cells[i].step & CELL_STEPS) % GENERATIONS != 0;
	check(wrong == 0, "%u stretches as the reference with the dead dead from their own step on (%u wrong)", 3 * STRETCHES,
	      wrong);
	check(dish.deaths > deaths + STRETCHES && middle > STRETCHES / 2, "%u cells died, %u of them on their way",
	      dish.deaths - deaths, middle);
	check(dish.living == SIDE * SIDE - (dish.deaths - deaths) && dish_miscounts() == 0,
	      "%u live, each has stepped once per generation", dish.living);
}

/* Dead ones beside each other, and all around a living one. */
static void kill_a_ring(void)
{
	for (uint32_t k = 0; k < 9; k++)
		if (k != 4 && !dish_cell(5 + k % 3, 5 + k / 3)->dead)
			expect(dish_kill(5 + k % 3, 5 + k / 3), PETRI_OK);
	dish_bury();
	grid_hold_dead();
	check(grid_run(10) == 0, "the board is right with a cell whose neighbours are all dead");
}

static void everybody_back(void)
{
	expect(dish_revive(), PETRI_OK);
	dish_await();
	check(dish.living == SIDE * SIDE && grid_wrong_cells() == 0, "all cells live again on the same board");
	check(grid_run(10) == 0, "and they step as the reference");
}

static void play(enum life_sync sync)
{
	const struct shape shape = {SIDE, SIDE, LIFE_TORUS};

	note("%s", sync == LIFE_NEIGHBOUR ? "by neighbours" : "by channels");
	must(dish_sow(&shape, sync));
	dish_await();
	dish.rule = RULE_CONWAY;
	grid_pour_soup(&random);
	deaths_in_flight();
	kill_a_ring();
	everybody_back();
}

/* Another way to agree, with some dead: the board and the dead stay. */
static void change(enum life_sync sync)
{
	uint32_t living = dish.living;

	expect(dish_set_sync(sync), PETRI_OK);
	dish_await();
	check(dish.culture.sync == sync && dish.living == living && grid_wrong_cells() == 0,
	      "another way to agree: the board and the dead stay");
	check(grid_run(10) == 0 && dish.living == living, "and the others step as the reference");
}

int main(void)
{
	random = info_now().seed + 1;
	grid_init();
	must(thread_detach(start("killer", killer, NULL, KILLER_PRIORITY)));
	play(LIFE_NEIGHBOUR);
	play(LIFE_CHANNEL);
	for (uint32_t x = 0; x < 4; x++)
		expect(dish_kill(x, x / 2), PETRI_OK);
	dish_bury();
	grid_hold_dead();
	change(LIFE_BARRIER);
	change(LIFE_NEIGHBOUR);
	change(LIFE_CHANNEL);
	change(LIFE_NEIGHBOUR);
	return test_end();
}
