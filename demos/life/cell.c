/*
 * The life of one cell, where they agree by a barrier. Each cell of the dish is a thread that runs this loop, on a stack of a few hundred
 * bytes. (And what the other ways to agree share: neighbours.c, channels.c.)
 *
 * One barrier a generation is enough, although cells read each other: in generation g all read buffer g % 2 and all
 * write buffer (g + 1) % 2. A fast cell that is already in generation g + 1 reads what all have finished writing (they
 * had to, for the barrier to open) and writes the buffer that nobody reads any more (all readers of generation g have
 * arrived). It cannot run further ahead: generation g + 2 needs everybody's arrival from g + 1.
 *
 * The gate opened, and somebody is called: the step looks at one byte for that, and asks what is wanted in a place of its own.
 *
 * Counting a turn and arriving are one atomic section: a cell that is killed has done both or neither, and whoever
 * cleans up after it can tell from the count whether the barrier still waits for it.
 */
#include "cell.h"

#include <petri/atomic.h>

#include "dish.h"

static inline uint64_t arrive(struct cell *me)
{
	uint64_t turn = 0;

	ATOMIC_SECTION {
		me->turns++;
		turn = barrier_arrive(&dish.barrier);
	}
	return turn;
}

static inline uint32_t count_neighbours(const uint8_t *cell, size_t stride)
{
	const uint8_t *above = cell - stride, *below = cell + stride;

	return (uint32_t)above[-1] + above[0] + above[1] + cell[-1] + cell[1] + below[-1] + below[0] + below[1];
}

/* False: its life is over. Not inline, so that the loop stays as short as it is without. */
static __attribute__((noinline, cold)) bool heed(const struct cell *me)
{
	uint32_t call = dish_call();

	if (me->wild && !(call & DISH_END))
		__atomic_store_n((uint8_t *)(uintptr_t)me->wild_at, 1, __ATOMIC_RELAXED);
	return !(call & DISH_END);
}

void *cell_main(void *arg)
{
	struct cell *me = arg;
	const struct board *board = &dish.culture.board;
	uint32_t index = (uint32_t)(me - dish.culture.cells);
	uint32_t x = index % board->shape.width, y = index / board->shape.width;
	size_t stride = board->stride, here = board_offset(board, x, y);
	struct ghosts ghosts;

	board_ghosts(board, &ghosts, x, y);
	for (;;) {
		uint64_t turn = arrive(me);

		if (barrier_pass(&dish.barrier, turn) != PETRI_OK || (dish_call() != 0 && !heed(me)))
			return me;

		const uint8_t *now = board->cells[turn & 1] + here;
		uint8_t *next = board->cells[~turn & 1] + here;

		board_show(next, &ghosts, rule_next(dish.rule, *now, count_neighbours(now, stride)));
	}
}

/* Somebody wants to see the board as it is at a step, while the cells go on: each shows itself as it passes. */
static void show_still(uint64_t step, const uint8_t *here)
{
	const struct board *board = &dish.culture.board;

	board->cells[BOARD_STILL][here - board->cells[step & 1]] = *here & BOARD_ALIVE;
}

bool cell_attend(struct cell *me, uint64_t step, const uint8_t *here)
{
	if (step == __atomic_load_n(&dish.still, __ATOMIC_RELAXED))
		show_still(step, here);
	/* let go because all go on, or because they are to stand elsewhere: which may be here again */
	while (hold_stand(&dish.hold, me, step))
		if (dish_call() != 0 && !heed(me))
			return false;
	return true;
}
