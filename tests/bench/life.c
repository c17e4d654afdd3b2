/*
 * Life's own engine at full speed, with nobody watching: instructions per cell and generation, everything included that
 * a generation costs (the cells' arithmetic, the barrier, the switches, the controller).
 */
#include "bench.h"

#include <petri/time.h>
#include <petri/wire_life.h>

#include "../../demos/life/dish.h"

static void pour_soup(struct board *b)
{
	uint32_t random = 1;

	for (uint32_t y = 0; y < b->shape.height; y++)
		for (uint32_t x = 0; x < b->shape.width; x++) {
			random = random * 1664525u + 1013904223u;
			board_put(b, dish_buffer(), x, y, random >> 30 == 0);
		}
}

static void generations(uint32_t n)
{
	for (; n > 0; n--) {
		dish_open();
		dish_await();
	}
}

static void life(const char *key, uint16_t side, uint32_t n)
{
	const struct shape shape = {side, side, LIFE_TORUS};

	must(dish_reshape(&shape));
	dish_await();
	dish.rule = RULE_CONWAY;
	pour_soup(&dish.culture.board);
	generations(2);
	petri_time began = petri_now();

	generations(n);
	bench_result(key, petri_now() - began, (uint64_t)n * side * side);
}

void bench_life(void)
{
	must(thread_set_priority(thread_self(), CONTROLLER_PRIORITY, NULL));
	must(dish_init());
	life("life_barrier_1024", 32, 200);
	life("life_barrier_16384", 128, 20);
}
