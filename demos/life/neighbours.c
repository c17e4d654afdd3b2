/*
 * Cells that agree with their neighbours only. See neighbours.h.
 *
 * A cell at step g reads its neighbours' states of step g in buffer g % 2, and writes its own of step g + 1 into the other. That buffer
 * held step g - 1, which all neighbours have read when they have finished step g: so waiting for what it reads is all the waiting there is, and of
 * two neighbours one is at most one step ahead. (Of two cells far apart by as many as the steps between them.)
 *
 * The byte that tells the state also tells the step: a bit that is g / 2 % 2. With the neighbour at g - 1, g or g + 1, what stands in
 * buffer g % 2 is of step g - 2 or g, and the bit tells which. The sum over the eight bytes is therefore both: how many live, in its low half, and
 * how many are ready, in its high half. Whoever is ready costs no instruction more than at the barrier.
 *
 * Where somebody is not ready, the others are given their turn first, once: who is only behind in the same run queue, as mostly, will have stepped by
 * then, and nobody has to be woken. Who still is not ready is waited for, alone: the waiter sets CELL_AWAITED in the other's count of steps, if that
 * still is the old one, and parks on it; the other changes count and mark in one exchange, and wakes if the mark was there. Nobody else is woken.
 * The last in the order of the board is asked first: when it has stepped, the others mostly have.
 *
 * The dead: the reaper marks the bytes (so no sum comes out even, and the neighbours look at each), leaving what they tell: the cell is dead
 * from the step on that it has not finished, for all neighbours alike, however far behind they are.
 */
#include "neighbours.h"

#include <petri/park.h>

#include "dish.h"

#define STEP_BIT 0x10u
#define LIVING 0x0Fu /* of the sum */
/* Eight neighbours with one of these among them add up to more than any eight without. */
#define DEAD_MARK 0xC0u

static inline uint8_t bit_of(uint64_t step) { return (uint8_t)((step & 2) * (STEP_BIT / 2)); }

static inline uint32_t look(const uint8_t *at) { return __atomic_load_n(at, __ATOMIC_RELAXED); }

static inline uint32_t sum_of_neighbours(const uint8_t *cell, size_t stride)
{
	const uint8_t *above = cell - stride, *below = cell + stride;

	return look(above - 1) + look(above) + look(above + 1) + look(cell - 1) + look(cell + 1) + look(below - 1) + look(below) +
	       look(below + 1);
}

/* The sum tells of eight that are ready. all_ready: what its high half is then. */
static inline bool is_even(uint32_t sum, uint32_t all_ready) { return (sum & ~LIVING) == all_ready; }

/* In the order in which they are waited for. */
static const int8_t directions[8][2] = {{1, 1}, {0, 1}, {-1, 1}, {1, 0}, {-1, 0}, {1, -1}, {0, -1}, {-1, -1}};

static bool into_board(int32_t *at, int32_t side, bool torus)
{
	if (*at < 0 || *at >= side) {
		*at += *at < 0 ? side : -side;
		return torus;
	}
	return true;
}

struct cell *neighbour_of(uint32_t x, uint32_t y, uint32_t direction)
{
	const struct shape *shape = &dish.culture.board.shape;
	int32_t there_x = (int32_t)x + directions[direction][0], there_y = (int32_t)y + directions[direction][1];
	bool torus = shape->topology == LIFE_TORUS;

	if (!into_board(&there_x, shape->width, torus) || !into_board(&there_y, shape->height, torus))
		return NULL;
	return dish_cell((uint32_t)there_x, (uint32_t)there_y);
}

uint32_t neighbours_count(uint32_t x, uint32_t y)
{
	uint32_t count = 0;

	for (uint32_t d = 0; d < 8; d++)
		count += neighbour_of(x, y, d) != NULL;
	return count;
}

/* ---- waiting ---- */

/* A neighbour's state at a step; -1: it has not got there. */
static int32_t state_at(const struct cell *neighbour, uint32_t byte, uint64_t step)
{
	if (byte & DEAD_MARK)
		return step <= (__atomic_load_n(&neighbour->step, __ATOMIC_ACQUIRE) & CELL_STEPS) ? (int32_t)(byte & BOARD_ALIVE)
												  : 0;
	return (byte & STEP_BIT) == bit_of(step) ? (int32_t)(byte & BOARD_ALIVE) : -1;
}

/* Until the neighbour has counted another step, if it has not counted this one. (It may be two behind: shown, and not yet counted.) */
static void wait_for(struct cell *neighbour, uint64_t step)
{
	uint64_t seen = __atomic_load_n(&neighbour->step, __ATOMIC_ACQUIRE);

	while (!(seen & CELL_GONE) && (seen & CELL_STEPS) < step) {
		if (!(seen & CELL_AWAITED) && !__atomic_compare_exchange_n(&neighbour->step, &seen, seen | CELL_AWAITED, false,
									   __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
			continue;
		enum petri_error error = park(&neighbour->step, seen | CELL_AWAITED, PETRI_FOREVER);

		(void)error; /* EAGAIN: it has stepped just now */
		return;
	}
}

/* The first that is not ready, in the order of directions, and then waits for it; NULL: all are, and *living of them live. */
static struct cell *somebody_late(const struct cell *me, const uint8_t *now, uint64_t step, uint32_t *living)
{
	uint32_t width = dish.culture.board.shape.width, index = (uint32_t)(me - dish.culture.cells);
	ptrdiff_t stride = (ptrdiff_t)dish.culture.board.stride;

	*living = 0;
	for (uint32_t d = 0; d < 8; d++) {
		struct cell *neighbour = neighbour_of(index % width, index / width, d);

		if (neighbour == NULL)
			continue;
		int32_t state = state_at(neighbour, look(now + directions[d][1] * stride + directions[d][0]), step);

		if (state < 0)
			return neighbour;
		*living += (uint32_t)state;
	}
	return NULL;
}

/* Not inline, so that the loop stays short. Returns how many neighbours live. */
static __attribute__((noinline)) uint32_t await_neighbours(const struct cell *me, const uint8_t *now, uint64_t step,
							   uint32_t all_ready)
{
	struct cell *late;
	uint32_t living;

	while ((late = somebody_late(me, now, step, &living)) != NULL) {
		wait_for(late, step);
		living = sum_of_neighbours(now, dish.culture.board.stride);
		if (is_even(living, all_ready))
			return living & LIVING;
	}
	return living;
}

/* ---- stepping ---- */

/* The state is there; whoever waits for it is told. */
static inline void count_step(struct cell *me, uint64_t step)
{
	if (__atomic_exchange_n(&me->step, step, __ATOMIC_ACQ_REL) & CELL_AWAITED)
		unpark(&me->step, UNPARK_ALL);
	/* the count, and then what others may have made of dish.heed because of it (roam.c) */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline void make_step(const struct cell *me, uint64_t step, const uint8_t *now, uint8_t *next, uint32_t ready,
			     const struct ghosts *ghosts)
{
	uint32_t all_ready = step & 2 ? ready : 0;
	size_t stride = dish.culture.board.stride;
	uint32_t sum = sum_of_neighbours(now, stride);

	if (!is_even(sum, all_ready)) {
		thread_yield();
		sum = sum_of_neighbours(now, stride);
	}
	if (__builtin_expect(!is_even(sum, all_ready), 0))
		sum = await_neighbours(me, now, step, all_ready);
	/* their states are read, and only then is ours written over what they have read */
	__atomic_thread_fence(__ATOMIC_ACQ_REL);
	board_show(next, ghosts, bit_of(step + 1) | rule_next(dish.rule, *now & BOARD_ALIVE, sum & LIVING));
}

void *neighbours_main(void *arg)
{
	struct cell *me = arg;
	const struct board *board = &dish.culture.board;
	uint32_t index = (uint32_t)(me - dish.culture.cells);
	uint32_t x = index % board->shape.width, y = index / board->shape.width;
	uint8_t *here[2] = {board->cells[0] + board_offset(board, x, y), board->cells[1] + board_offset(board, x, y)};
	uint32_t ready = neighbours_count(x, y) * STEP_BIT;
	struct ghosts ghosts;

	board_ghosts(board, &ghosts, x, y);
	for (uint64_t step = 0;; count_step(me, ++step)) {
		if (step >= __atomic_load_n(&dish.heed, __ATOMIC_RELAXED) && !cell_attend(me, step, here[step & 1]))
			return me;
		make_step(me, step, here[step & 1], here[~step & 1], ready, &ghosts);
	}
}

/* ---- beginnings and ends ---- */

static void mark(uint32_t buffer, uint32_t x, uint32_t y)
{
	struct board *b = &dish.culture.board;

	board_write(b, buffer, x, y, b->cells[buffer][board_offset(b, x, y)] | DEAD_MARK);
}

void neighbours_begin(bool dead_too)
{
	struct board *b = &dish.culture.board;

	for (uint32_t i = 0; i < dish.culture.count; i++) {
		uint32_t x = i % b->shape.width, y = i / b->shape.width;

		/* what a step before the first would have left */
		board_write(b, 1, x, y, STEP_BIT);
		if (dead_too || !dish.culture.cells[i].dead)
			continue;
		mark(0, x, y);
		mark(1, x, y);
		dish.culture.cells[i].step = CELL_GONE;
	}
}

/*
 * It may have shown a step without having counted it: then it counts. In the buffer of the step after its count stands either that or
 * the one before the count, with the other bit. (It may also have shown it to some and not to others.)
 */
static uint64_t last_step(const struct cell *cell, uint32_t x, uint32_t y)
{
	const struct board *b = &dish.culture.board;
	uint64_t step = __atomic_load_n(&cell->step, __ATOMIC_ACQUIRE) & CELL_STEPS;
	uint8_t other = b->cells[~step & 1][board_offset(b, x, y)];

	return step + ((other & STEP_BIT) == bit_of(step + 1));
}

void neighbours_mourn(struct cell *cell)
{
	uint32_t index = (uint32_t)(cell - dish.culture.cells), width = dish.culture.board.shape.width;
	uint32_t x = index % width, y = index / width;
	uint64_t last = last_step(cell, x, y);

	/* First the count, for who sees a mark will ask for it. Last that it is gone: until then who sees no mark may go to sleep on it. */
	__atomic_store_n(&cell->step, last, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	mark(0, x, y);
	mark(1, x, y);
	__atomic_exchange_n(&cell->step, last | CELL_GONE, __ATOMIC_ACQ_REL);
	unpark(&cell->step, UNPARK_ALL);
}
