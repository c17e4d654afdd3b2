/* The dish beside a serial reference, round by round: see reference.h. */
#include "reference.h"

#include <petri/wire_life.h>

#include "../../../demos/life/dish.h"
#include "../../../demos/life/roam.h"
#include "../common/test.h"

#define SIDE_MAX 16
/* From here on preemptions are rare by design, and none are demanded. */
#define SMALL_QUANTUM PETRI_US(20)

static const struct round {
	struct shape shape;
	uint16_t birth, survival;
	uint32_t generations;
	const char *name;
} rounds[] = {
	{{16, 16, LIFE_TORUS}, 0x008, 0x00C, 1000, "16 x 16 torus B3/S23"},
	{{16, 16, LIFE_PLANE}, 0x008, 0x00C, 100, "16 x 16 plane B3/S23"},
	{{13, 11, LIFE_TORUS}, 0x048, 0x00C, 100, "13 x 11 torus B36/S23"},
	{{7, 16, LIFE_PLANE}, 0x1D8, 0x1D0, 100, "7 x 16 plane B34678/S4678"},
	{{9, 8, LIFE_TORUS}, 0x0AA, 0x0AA, 100, "9 x 8 torus B1357/S1357"},
	{{1, 1, LIFE_TORUS}, 0x008, 0x100, 20, "1 x 1 torus B3/S8"},
	{{1, 1, LIFE_PLANE}, 0x008, 0x001, 20, "1 x 1 plane B3/S0"},
	{{1, 7, LIFE_TORUS}, 0x02A, 0x0AC, 40, "1 x 7 torus B135/S2357"},
	{{7, 1, LIFE_TORUS}, 0x02A, 0x0AC, 40, "7 x 1 torus B135/S2357"},
	{{1, 7, LIFE_PLANE}, 0x002, 0x004, 40, "1 x 7 plane B1/S2"},
	{{2, 2, LIFE_TORUS}, 0x14A, 0x16C, 40, "2 x 2 torus B1368/S23568"},
	{{2, 2, LIFE_PLANE}, 0x008, 0x00C, 40, "2 x 2 plane B3/S23"},
	{{3, 3, LIFE_TORUS}, 0x02A, 0x0AC, 40, "3 x 3 torus B135/S2357"},
	{{3, 3, LIFE_PLANE}, 0x008, 0x00C, 40, "3 x 3 plane B3/S23"},
};

/* The reference: a plain grid, a plain rule, coordinates instead of ghosts. */
static uint8_t grid[SIDE_MAX][SIDE_MAX];

static int alive_at(const struct shape *s, int x, int y)
{
	if (s->topology == LIFE_TORUS)
		return grid[(y + s->height) % s->height][(x + s->width) % s->width];
	return x >= 0 && y >= 0 && x < s->width && y < s->height && grid[y][x];
}

static void reference_step(const struct round *r)
{
	uint8_t next[SIDE_MAX][SIDE_MAX];

	for (int y = 0; y < r->shape.height; y++)
		for (int x = 0; x < r->shape.width; x++) {
			int n = -grid[y][x];

			for (int dy = -1; dy <= 1; dy++)
				for (int dx = -1; dx <= 1; dx++)
					n += alive_at(&r->shape, x + dx, y + dy);
			next[y][x] = (grid[y][x] ? r->survival : r->birth) >> n & 1;
		}
	for (int y = 0; y < r->shape.height; y++)
		for (int x = 0; x < r->shape.width; x++)
			grid[y][x] = next[y][x];
}

static void pour_soup(const struct round *r, uint64_t *random)
{
	for (uint32_t y = 0; y < r->shape.height; y++)
		for (uint32_t x = 0; x < r->shape.width; x++) {
			grid[y][x] = draw(random) % 5 < 2;
			board_put(&dish.culture.board, dish_buffer(), x, y, grid[y][x]);
		}
}

static void sow(const struct round *r, uint64_t *random)
{
	must(dish_reshape(&r->shape));
	dish_await();
	dish.rule = rule_of(r->birth, r->survival);
	pour_soup(r, random);
}

static uint32_t wrong_cells_in(const struct round *r, uint32_t buffer)
{
	uint32_t wrong = 0;

	for (uint32_t y = 0; y < r->shape.height; y++)
		for (uint32_t x = 0; x < r->shape.width; x++)
			wrong += board_get(&dish.culture.board, buffer, x, y) != grid[y][x];
	return wrong;
}

static uint32_t wrong_cells(const struct round *r) { return wrong_cells_in(r, dish_buffer()); }

/* The first generation that is wrong, or one past the last. */
static uint32_t run(const struct round *r, uint32_t generations)
{
	for (uint32_t g = 1; g <= generations; g++) {
		dish_open();
		dish_await();
		reference_step(r);
		if (wrong_cells(r) > 0)
			return g;
	}
	return generations + 1;
}

/* ---- at a stretch ---- */

static const char *const names[LIFE_SYNCS] = {"barrier", "neighbour", "channel"};

/* The stills on the way: how many, and how many of them were wrong. The reference follows. */
static uint32_t stills, wrong_stills;
static struct spread widest;

/* Other threads of main's priority there are none: it has to sleep for the cells to run. */
static void keep_still(const struct round *r, uint64_t *at)
{
	uint64_t generation = roam_still_begin();
	struct spread s = roam_look();

	while (!roam_still_ready() && !roam_over())
		thread_sleep(PETRI_US(5));
	if (s.last - s.first > widest.last - widest.first)
		widest = s;
	if (dish.still != DISH_NEVER) {
		/* all stand before it, or right there */
		dish.still = DISH_NEVER;
		return;
	}
	for (; *at < generation; ++*at)
		reference_step(r);
	stills++;
	wrong_stills += wrong_cells_in(r, BOARD_STILL) > 0;
}

static void stretch(const struct round *r, uint32_t generations, uint32_t photographs, bool halt, const char *name)
{
	uint64_t at = dish.stop, goal = dish.stop + generations;

	stills = wrong_stills = 0;
	dish_open_until(goal);
	for (uint32_t i = 0; i < photographs; i++)
		keep_still(r, &at);
	if (halt)
		roam_halt();
	dish_await();
	for (; at < dish.stop; at++)
		reference_step(r);
	check(wrong_cells(r) == 0 && dish_miscounts() == 0, "%s, %s: generation %llu after a stretch is as the reference",
	      names[dish.culture.sync], name, (unsigned long long)dish.stop);
	check(halt ? dish.stop <= goal : dish.stop == goal, "it stopped %s", halt ? "before the goal" : "exactly there");
	check(wrong_stills == 0, "%u boards kept still on the way, none wrong", stills);
}

static void stretches(const struct round *r, uint64_t *random)
{
	sow(r, random);
	uint32_t cells = (uint32_t)r->shape.width * r->shape.height;

	stretch(r, 20, 0, false, r->name);
	stretch(r, 20000 / (cells + 100), 6, false, r->name);
	check(stills > 0, "some were kept (%u); cells were up to %llu steps apart", stills,
	      (unsigned long long)(widest.last - widest.first));
	stretch(r, 1000000, 5, true, r->name);
	stretch(r, 7, 1, true, r->name);
	stretch(r, 1, 1, false, r->name);
}

/* ---- all of it ---- */

/* Cells that run free are stopped at each generation here, which is slow, and not what is of most interest about them. */
static void play(const struct round *r, uint64_t *random)
{
	uint32_t cells = (uint32_t)r->shape.width * r->shape.height;
	uint32_t generations = dish.culture.sync == LIFE_BARRIER ? r->generations : 20;
	uint64_t steps = dish_steps();

	sow(r, random);
	struct system_info before = info_now();
	uint32_t wrong_at = run(r, generations);

	check(wrong_at > generations, "%s, %s as the reference, %u generations (first wrong: %u)", names[dish.culture.sync],
	      r->name, generations, wrong_at > generations ? 0 : wrong_at);
	steps = dish_steps() - steps;
	check(steps == (uint64_t)cells * (wrong_at > generations ? generations : wrong_at) && dish_miscounts() == 0,
	      "%s: %llu steps, each cell once per generation", r->name, (unsigned long long)steps);
	if (r == rounds && before.quantum_ns <= SMALL_QUANTUM)
		check_preempted(&before, steps);
}

static void play_all(uint64_t *random)
{
	for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++)
		play(&rounds[i], random);
	if (dish.culture.sync == LIFE_BARRIER)
		return;
	for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++)
		stretches(&rounds[i], random);
}

int reference_test(enum life_sync sync)
{
	struct system_info info = info_now();
	uint64_t random = info.seed + 1;
	const struct shape least = {1, 1, LIFE_PLANE};

	must(thread_set_priority(thread_self(), CONTROLLER_PRIORITY, NULL));
	must(dish_init());
	must(dish_sow(&least, sync));
	dish_await();
	play_all(&random);
	must(dish_reshape(&least));
	check(info_now().threads_alive == info.threads_alive + 2, "the threads of all boards are gone");
	struct system_info end = info_now();

	note("quantum %llu ns, seed %llu: %llu steps, %llu preemptions, %llu voluntary switches",
	     (unsigned long long)info.quantum_ns, (unsigned long long)info.seed, (unsigned long long)dish_steps(),
	     (unsigned long long)end.preemptions, (unsigned long long)end.switches);
	return test_end();
}
