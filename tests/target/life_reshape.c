/*
 * The dish changes its size at run time: all cells end and new ones are created, again and again, and neither threads
 * nor memory are lost. A size that cannot fit is refused, and the board stays as it was.
 *
 * test: seconds 120
 */
#include "../../demos/life/dish.h"

#include <petri/heap.h>
#include <petri/wire_life.h>

#include "common/test.h"

#define TURNS 60

static void reshape(uint16_t width, uint16_t height)
{
	const struct shape shape = {width, height, LIFE_TORUS};

	must(dish_reshape(&shape));
	dish_await();
	dish.rule = RULE_CONWAY;
}

/* One of each size, so that whatever is kept for the next time is there. */
static void sizes(void)
{
	static const uint16_t sides[][2] = {{32, 32}, {1, 1}, {5, 40}, {17, 3}};

	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
		reshape(sides[i][0], sides[i][1]);
		dish_open();
		dish_await();
	}
}

static void again_and_again(void)
{
	struct system_info before, after;
	struct heap_stats heap_before, heap_after;

	sizes();
	before = info_now();
	heap_stats(&heap_before);
	for (uint32_t i = 0; i < TURNS; i++)
		sizes();
	after = info_now();
	heap_stats(&heap_after);
	check(after.threads_alive == before.threads_alive, "%u threads before, %u after", before.threads_alive,
	      after.threads_alive);
	check(after.threads_created - before.threads_created == TURNS * (1024 + 1 + 200 + 51), "%llu threads were created",
	      (unsigned long long)(after.threads_created - before.threads_created));
	check(after.memory_free == before.memory_free, "free memory: %llu bytes before, %llu after",
	      (unsigned long long)before.memory_free, (unsigned long long)after.memory_free);
	check(heap_after.in_use == heap_before.in_use && heap_after.blocks == heap_before.blocks, "the heap is as it was");
}

/* A blinker, which is easy to know again. */
static bool blinker_stands(void)
{
	const struct board *b = &dish.culture.board;

	return board_get(b, dish_buffer(), 4, 3) && board_get(b, dish_buffer(), 4, 4) && board_get(b, dish_buffer(), 4, 5);
}

/* A board of a million cells takes a while: leave room for some tens of thousands. */
static void fill_memory(void)
{
	while (info_now().memory_free > 40u << 20)
		if (!heap_alloc(8u << 20))
			break;
	note("%llu MiB are left", (unsigned long long)(info_now().memory_free >> 20));
}

/* More threads than there can be: each has at least a stack. */
static void too_large(void)
{
	struct shape shape = {4096, 4096, LIFE_TORUS};
	uint32_t living = dish.living;

	check(dish_too_large(&shape), "16,777,216 cells are too many");
	expect(dish_reshape(&shape), PETRI_ENOMEM);
	dish_await();
	check(dish.living == living && blinker_stands(), "and the board is as it was");
}

/* The largest size that is not refused at once: it is tried, and what has been created is ended again. */
static void almost_too_large(void)
{
	struct shape shape = {256, 4096, LIFE_TORUS};
	uint32_t living = dish.living;

	while (shape.height > 1 && dish_too_large(&shape))
		shape.height--;
	uint64_t created = info_now().threads_created;
	enum petri_error error = dish_reshape(&shape);

	dish_await();
	created = info_now().threads_created - created;
	note("%u x %u: %llu threads were created, then: %s", shape.width, shape.height, (unsigned long long)created,
	     petri_strerror(error));
	check(created > 1000, "it was tried");
	if (error == PETRI_OK)
		check(dish.living == (uint32_t)shape.width * shape.height, "it fits");
	else
		check(dish.living == living && blinker_stands(), "it does not, and the board is as it was");
}

int main(void)
{
	must(thread_set_priority(thread_self(), CONTROLLER_PRIORITY, NULL));
	must(dish_init());
	again_and_again();
	reshape(9, 9);
	for (uint32_t x = 3; x <= 5; x++)
		board_put(&dish.culture.board, dish_buffer(), x, 4, 1);
	dish_open();
	dish_await();
	check(blinker_stands(), "a blinker blinks");
	fill_memory();
	too_large();
	almost_too_large();
	return test_end();
}
