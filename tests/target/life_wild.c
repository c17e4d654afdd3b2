/*
 * A hundred cells write where they may not, one after another, and then a row of them at once. Each write ends its cell and nobody else: the cell
 * is dead from the next generation on, and all others go on exactly as a serial reference with that cell held dead.
 *
 * test: mode both
 * test: seconds 120
 * test: fault 1 cell* x116
 */
#include "../../demos/life/dish.h"

#include "common/test.h"
#include "life/grid.h"

#define VICTIMS 100

extern const char app_text_begin[];

static uint32_t faulted, killed; /* counted by the reaper, who is more urgent than main */

static void died(struct cell *cell, enum petri_error how)
{
	(void)cell;
	faulted += how == PETRI_EFAULTED;
	killed += how != PETRI_EFAULTED;
}

/* Null, the app's text, and for user threads what lies below the app: the RAM of one machine or another, with the kernel, and devices. */
static uint64_t target(uint32_t i)
{
	const uint64_t targets[] = {0, (uintptr_t)app_text_begin + 8, 1u << 20, 3u << 19, 513u << 21, 63u << 24};

	return targets[i % (thread_is_user() ? 6 : 2)];
}

static uint32_t somebody_alive(uint64_t *random)
{
	uint32_t i;

	do
		i = (uint32_t)(draw(random) % (SIDE * SIDE));
	while (dish.culture.cells[i].dead);
	return i;
}

/* 0, or the first death after which something is wrong. */
static uint32_t one_after_another(uint64_t *random)
{
	for (uint32_t n = 1; n <= VICTIMS; n++) {
		uint32_t i = somebody_alive(random);

		must(dish_run_wild(i % SIDE, i / SIDE, target(n)));
		bool stood = grid_wrong_cells() == 0;

		if (grid_run(1) != 0 || !stood || !dish.culture.cells[i].dead || faulted != n || grid_run(n % 3) != 0)
			return n;
	}
	return 0;
}

static void a_row_at_once(void)
{
	expect(dish_revive(), PETRI_OK);
	dish_await();
	for (uint32_t x = 0; x < SIDE; x++)
		must(dish_run_wild(x, 5, target(x)));
	check(grid_run(1) == 0, "as the reference when a whole row dies in one step");
	check(faulted == VICTIMS + SIDE && dish.living == SIDE * (SIDE - 1), "%u have faulted, %u live", faulted, dish.living);
	expect(dish_run_wild(3, 5, 0), PETRI_ESTALE);
	check(grid_run(100) == 0, "and the others go on");
}

/* Who is replaced before his step does not take it, and his successor knows nothing of it. */
static void nobody_after_a_revival(void)
{
	must(dish_run_wild(7, 7, 0));
	expect(dish_revive(), PETRI_OK);
	dish_await();
	check(grid_run(20) == 0 && dish.living == SIDE * SIDE, "all live again, and nobody runs wild");
	must(dish_run_wild(8, 8, 0));
	expect(dish_kill(8, 8), PETRI_OK);
	dish_bury();
	grid_hold_dead();
	check(grid_run(20) == 0 && faulted == VICTIMS + SIDE && killed == 1, "who is killed first does not fault");
}

int main(void)
{
	uint64_t random = info_now().seed + 1;

	grid_init();
	dish.died = died;
	grid_pour_soup(&random);
	uint32_t wrong_at = one_after_another(&random);

	check(wrong_at == 0, "as the reference with the dead held dead, after each of %u deaths (first wrong: %u)", VICTIMS,
	      wrong_at);
	check(dish.deaths == VICTIMS && dish.living == SIDE * SIDE - VICTIMS, "%u cells died, %u live", dish.deaths, dish.living);
	check(dish_miscounts() == 0, "each living cell has stepped once per generation");
	a_row_at_once();
	nobody_after_a_revival();
	return test_end();
}
