/*
 * Cells are killed at any moment, while they step, while they stand, by a thread that knows nothing of the dish. A killed cell is dead from
 * the generation on in which it died, and all others go on exactly as a serial reference with that cell held dead.
 *
 * This is the property behind the atomic section in demos/life/cell.c: were a cell killed between counting its turn and
 * arriving, the barrier would open too early or never.
 *
 * test: mode both
 * test: seconds 120
 */
#include "../../demos/life/dish.h"

#include <petri/semaphore.h>

#include "common/test.h"
#include "life/grid.h"

#define GENERATIONS 400
#define KILLS 80
#define KILLER_PRIORITY 20 /* above the cells */

static uint32_t in_generation, at_gate; /* where the kills hit */
static bool over;
static struct semaphore gone = SEMAPHORE_INIT(0);

/* Nobody dies while main looks at the board, on whatever core: a death is booked before the next look. */
static void kill_cell(struct cell *cell)
{
	LOCK_GUARD(&grid_looked_at);
	if (cell->turns > dish.barrier.generation)
		at_gate++;
	else
		in_generation++;
	if (thread_kill(cell->thread) != PETRI_OK)
		return;
	while (!__atomic_load_n(&cell->dead, __ATOMIC_ACQUIRE))
		thread_yield(); /* the reaper is on another core */
}

/* Sleeps for about as long as a generation takes, more or less, and kills. */
static void *killer(void *arg)
{
	uint64_t random = *(uint64_t *)arg;

	for (uint32_t i = 0; i < KILLS && !__atomic_load_n(&over, __ATOMIC_RELAXED); i++) {
		thread_sleep(PETRI_US(20) + draw(&random) % PETRI_US(200));
		kill_cell(&dish.culture.cells[draw(&random) % (SIDE * SIDE)]);
	}
	semaphore_post(&gone);
	return NULL;
}

static void kills_in_flight(uint64_t seed)
{
	/* the reaper joins whoever ends, so this one is told apart by being detached */
	must(thread_detach(start("killer", killer, &seed, KILLER_PRIORITY)));
	uint32_t wrong_at = grid_run(GENERATIONS);

	check(wrong_at == 0, "as the reference with the dead held dead, %u generations (first wrong: %u)", GENERATIONS, wrong_at);
	__atomic_store_n(&over, true, __ATOMIC_RELAXED);
	must(semaphore_wait(&gone));
	dish_bury();
	grid_hold_dead();
	check(dish.deaths > KILLS / 4 && dish.living == SIDE * SIDE - dish.deaths, "%u cells died, %u live", dish.deaths,
	      dish.living);
	check(at_gate > 0 && in_generation > 0, "%u kills hit a cell at the gate, %u one on its way", at_gate, in_generation);
	check(dish_miscounts() == 0, "each living cell has stepped once per generation");
}

static void kill_at_the_gate(void)
{
	uint32_t i = 0, deaths = dish.deaths;

	while (dish.culture.cells[i].dead)
		i++;
	expect(dish_kill(i % SIDE, i / SIDE), PETRI_OK);
	expect(dish_kill(i % SIDE, i / SIDE), PETRI_ESTALE);
	check(dish.deaths == deaths + 1 && dish.culture.cells[i].dead, "it is booked when the call returns");
	dish_bury();
	grid_hold_dead();
	check(grid_run(GENERATIONS) == 0, "and the others go on");
}

static uint32_t alive_from(uint32_t i)
{
	while (dish.culture.cells[i].dead)
		i++;
	return i;
}

/* Where all stand: who is told to be dead is not on the board that goes with it. */
static void told_with_a_board_without_them(void)
{
	uint32_t one = alive_from(0), other = alive_from(one + 1), told;

	board_put(&dish.culture.board, dish_buffer(), other % SIDE, other / SIDE, 1);
	check(dish_tell_dead() && dish.told == SIDE * SIDE - dish.living, "%u are told", dish.told);
	told = dish.told;
	expect(dish_kill(one % SIDE, one / SIDE), PETRI_OK);
	dish_bury();
	check(dish.culture.cells[one].dead == CELL_BURIED, "one who is buried while a board is on its way is not told with that");
	expect(dish_kill(other % SIDE, other / SIDE), PETRI_OK);
	check(dish_tell_dead() && dish.culture.cells[one].dead == CELL_TOLD && dish.told == told + 1, "but with the next one");
	check(dish.culture.cells[other].dead == CELL_DIED &&
		      board_get(&dish.culture.board, dish_buffer(), other % SIDE, other / SIDE),
	      "one who has died, but stands on the board, is not");
	check(!dish_tell_dead() && dish.told == told + 1, "nobody is told twice");
	dish_bury();
	check(dish_tell_dead() && dish.told == told + 2, "and both in the end");
	grid_hold_dead();
}

static void everybody_back(uint64_t *random)
{
	expect(dish_revive(), PETRI_OK);
	dish_await();
	check(dish.living == SIDE * SIDE, "all cells live again");
	check(!dish_tell_dead() && dish.told == 0, "and nobody is told to be dead");
	check(grid_wrong_cells() == 0, "the board is as it was");
	grid_pour_soup(random);
	check(grid_run(GENERATIONS) == 0, "and they step as the reference");
}

int main(void)
{
	uint64_t random = info_now().seed + 1;

	grid_init();
	grid_pour_soup(&random);
	kills_in_flight(random);
	kill_at_the_gate();
	told_with_a_board_without_them();
	everybody_back(&random);
	return test_end();
}
