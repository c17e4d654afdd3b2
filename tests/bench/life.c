/*
 * Life's own engine at full speed, with nobody watching: instructions per cell and generation, everything included that
 * a generation costs (the cells' arithmetic, the barrier, the switches, the controller).
 */
#include "bench.h"

#include <petri/wire_life.h>

#include <petri/console.h>

#include "../../demos/life/dish.h"
#include "../../demos/life/shares.h"

static void pour_soup(struct board *b)
{
	uint32_t random = 1;

	for (uint32_t y = 0; y < b->shape.height; y++)
		for (uint32_t x = 0; x < b->shape.width; x++) {
			random = random * 1664525u + 1013904223u;
			board_put(b, dish_buffer(), x, y, random >> 30 == 0);
		}
}

/* Cells that run free of each other do so: at a stretch. */
static void generations(uint32_t n)
{
	if (dish.culture.sync != LIFE_BARRIER) {
		dish_open_until(dish.stop + n);
		dish_await();
		return;
	}
	for (; n > 0; n--) {
		dish_open();
		dish_await();
	}
}

/* So many that all of them make some 320,000 steps, but at least one. */
static uint32_t enough(uint32_t cells)
{
	uint32_t n = 320000 / cells;

	return (uint32_t)bench_rounds(n < 1 ? 1 : n);
}

/* Once more, and how many steps each core has made of it: looked at after each generation, so not while it is measured. */
static void print_shares(const char *key, uint32_t n)
{
	struct shares before;

	shares_look(0, true);
	before = shares;
	for (; n > 0; n--) {
		generations(1);
		shares_look(0, true);
	}
	console_printf("shares %s", key);
	for (uint32_t i = 0; i < SHARES_CORES; i++)
		console_printf(" %llu", (unsigned long long)(shares.steps[i] - before.steps[i]));
	console_printf("\n");
}

void bench_life(const struct bench *self)
{
	static bool prepared;
	uint16_t side = (uint16_t)self->argument;
	enum life_sync sync = (enum life_sync)(self->argument >> 16);
	const struct shape shape = {side, side, LIFE_TORUS};
	uint32_t n = enough((uint32_t)side * side);
	petri_time began;

	must(thread_set_affinity(thread_self(), 0));
	must(thread_set_priority(thread_self(), CONTROLLER_PRIORITY, NULL));
	if (!prepared)
		must(dish_init());
	prepared = true;
	must(dish_sow(&shape, sync));
	dish_await();
	dish.rule = RULE_CONWAY;
	pour_soup(&dish.culture.board);
	generations(1);
	began = bench_begin();
	generations(n);
	bench_result(self, bench_end(began), (uint64_t)n * side * side);
	if (bench_wants_shares)
		print_shares(self->key, n);
	must(thread_set_priority(thread_self(), BENCH_PRIORITY, NULL));
	must(thread_set_affinity(thread_self(), BENCH_CORE));
}
