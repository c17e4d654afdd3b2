/*
 * Cells are killed at any moment, while they step, while they stand, by a thread that knows nothing of the dish. A killed cell is dead from
 * the generation on in which it died, and all others go on exactly as a serial reference with that cell held dead.
 *
 * This is the property behind the atomic section in demos/life/cell.c: were a cell killed between counting its turn and
 * arriving, the barrier would open too early or never.
 *
 * test: seconds 120
 */
#include "../../demos/life/dish.h"

#include <petri/semaphore.h>
#include <petri/string.h>
#include <petri/wire_life.h>

#include "common/test.h"

#define SIDE 16
#define GENERATIONS 400
#define KILLS 80
/* Below the controller: nobody dies while main looks at the board. Above the cells. */
#define KILLER_PRIORITY 20

static uint8_t grid[SIDE][SIDE];

static void hold_dead(void)
{
	for (uint32_t i = 0; i < SIDE * SIDE; i++)
		if (dish.culture.cells[i].dead)
			grid[i / SIDE][i % SIDE] = 0;
}

static void reference_step(void)
{
	uint8_t next[SIDE][SIDE];

	for (uint32_t y = 0; y < SIDE; y++)
		for (uint32_t x = 0; x < SIDE; x++) {
			uint32_t n = 0;

			for (uint32_t k = 0; k < 9; k++)
				n += grid[(y + SIDE - 1 + k / 3) % SIDE][(x + SIDE - 1 + k % 3) % SIDE];
			next[y][x] = n == 3 || (n == 4 && grid[y][x]);
		}
	memcpy(grid, next, sizeof grid);
}

static uint32_t wrong_cells(void)
{
	uint32_t wrong = 0;

	for (uint32_t y = 0; y < SIDE; y++)
		for (uint32_t x = 0; x < SIDE; x++)
			wrong += board_get(&dish.culture.board, dish_buffer(), x, y) != grid[y][x];
	return wrong;
}

static void pour_soup(uint64_t *random)
{
	for (uint32_t y = 0; y < SIDE; y++)
		for (uint32_t x = 0; x < SIDE; x++) {
			grid[y][x] = draw(random) % 5 < 2;
			board_put(&dish.culture.board, dish_buffer(), x, y, grid[y][x]);
		}
}

static uint32_t in_generation, at_gate; /* where the kills hit */
static bool over;
static struct semaphore gone = SEMAPHORE_INIT(0);

/* Sleeps for about as long as a generation takes, more or less, and kills. */
static void *killer(void *arg)
{
	uint64_t random = *(uint64_t *)arg;

	for (uint32_t i = 0; i < KILLS && !__atomic_load_n(&over, __ATOMIC_RELAXED); i++) {
		thread_sleep(PETRI_US(20) + draw(&random) % PETRI_US(200));
		struct cell *cell = &dish.culture.cells[draw(&random) % (SIDE * SIDE)];

		if (cell->turns > dish.barrier.generation)
			at_gate++;
		else
			in_generation++;
		thread_kill(cell->thread);
	}
	semaphore_post(&gone);
	return NULL;
}

/* 0, or the first generation that is wrong. */
static uint32_t run(void)
{
	for (uint32_t g = 1; g <= GENERATIONS; g++) {
		dish_open();
		dish_await();
		reference_step();
		hold_dead();
		if (wrong_cells() > 0)
			return g;
	}
	return 0;
}

static void kills_in_flight(uint64_t seed)
{
	/* the reaper joins whoever ends, so this one is told apart by being detached */
	must(thread_detach(start("killer", killer, &seed, KILLER_PRIORITY)));
	uint32_t wrong_at = run();

	check(wrong_at == 0, "as the reference with the dead held dead, %u generations (first wrong: %u)", GENERATIONS, wrong_at);
	__atomic_store_n(&over, true, __ATOMIC_RELAXED);
	must(semaphore_wait(&gone));
	dish_bury();
	hold_dead();
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
	hold_dead();
	check(run() == 0, "and the others go on");
}

static void everybody_back(uint64_t *random)
{
	expect(dish_revive(), PETRI_OK);
	dish_await();
	check(dish.living == SIDE * SIDE, "all cells live again");
	check(wrong_cells() == 0, "the board is as it was");
	pour_soup(random);
	check(run() == 0, "and they step as the reference");
}

int main(void)
{
	const struct shape shape = {SIDE, SIDE, LIFE_TORUS};
	uint64_t random = info_now().seed + 1;

	must(thread_set_priority(thread_self(), CONTROLLER_PRIORITY, NULL));
	must(dish_init());
	must(dish_reshape(&shape));
	dish_await();
	dish.rule = RULE_CONWAY;
	pour_soup(&random);
	kills_in_flight(random);
	kill_at_the_gate();
	everybody_back(&random);
	return test_end();
}
