/* The reference: see grid.h. */
#include "grid.h"

#include <petri/string.h>
#include <petri/wire_life.h>

#include "../../../demos/life/dish.h"
#include "../common/test.h"

uint8_t grid[SIDE][SIDE];
struct mutex grid_looked_at = MUTEX_INIT;

void grid_init(void)
{
	const struct shape shape = {SIDE, SIDE, LIFE_TORUS};

	must(thread_set_priority(thread_self(), CONTROLLER_PRIORITY, NULL));
	must(dish_init());
	must(dish_reshape(&shape));
	dish_await();
	dish.rule = RULE_CONWAY;
}

void grid_pour_soup(uint64_t *random)
{
	for (uint32_t y = 0; y < SIDE; y++)
		for (uint32_t x = 0; x < SIDE; x++) {
			grid[y][x] = draw(random) % 5 < 2;
			board_put(&dish.culture.board, dish_buffer(), x, y, grid[y][x]);
		}
}

void grid_hold_dead(void)
{
	for (uint32_t i = 0; i < SIDE * SIDE; i++)
		if (dish.culture.cells[i].dead)
			grid[i / SIDE][i % SIDE] = 0;
}

static void step(void)
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

uint32_t grid_wrong_cells(void)
{
	uint32_t wrong = 0;

	for (uint32_t y = 0; y < SIDE; y++)
		for (uint32_t x = 0; x < SIDE; x++)
			wrong += board_get(&dish.culture.board, dish_buffer(), x, y) != grid[y][x];
	return wrong;
}

uint32_t grid_run(uint32_t generations)
{
	LOCK_GUARD(&grid_looked_at);
	dish_bury(); /* who died, on another core, before this looked */
	grid_hold_dead();
	for (uint32_t g = 1; g <= generations; g++) {
		dish_open();
		must(mutex_unlock(&grid_looked_at));
		dish_await();
		must(mutex_lock(&grid_looked_at));
		dish_bury(); /* who died at the gate after the last had come */
		step();
		grid_hold_dead();
		if (grid_wrong_cells() > 0)
			return g;
	}
	return 0;
}
