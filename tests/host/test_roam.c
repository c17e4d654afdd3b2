/*
 * Cells that run free are called together. One of them waits for nobody, as if all its neighbours were dead, and runs on another core: here it is a
 * thread that goes on, for a hundred steps or until it parks, whenever the controller wakes anybody. It never comes past where it is to stand.
 */
#include <pthread.h>
#include <semaphore.h>

#include "../../demos/life/dish.h"
#include "../../demos/life/hold.c"
#include "../../demos/life/roam.c"

#include "tap.h"

#define STEPS 100u

struct dish dish;

static struct cell cell;
static sem_t its_turn, my_turn;
static bool is_controller = true, over, stands, parked;
static uint32_t left;
static uint64_t seen_past;

/* ---- the lonely cell ---- */

static void give_turn_back(void)
{
	sem_post(&my_turn);
	sem_wait(&its_turn);
}

enum petri_error park(const uint64_t *word, uint64_t expected, petri_time deadline)
{
	(void)deadline;
	if (is_controller || __atomic_load_n(word, __ATOMIC_RELAXED) != expected)
		return PETRI_EAGAIN;
	stands = word == &dish.hold.at;
	parked = true;
	give_turn_back();
	parked = stands = false;
	return PETRI_OK;
}

static void *be_lonely(void *unused)
{
	(void)unused;
	sem_wait(&its_turn);
	for (uint64_t step = 0; !over; step++) {
		__atomic_store_n(&cell.step, step, __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		seen_past += step > dish.stop;
		if (step >= __atomic_load_n(&dish.heed, __ATOMIC_RELAXED))
			while (!over && hold_stand(&dish.hold, &cell, step))
				;
		if (left-- == 0)
			give_turn_back();
	}
	sem_post(&my_turn);
	return NULL;
}

static void let_it_go_on(uint32_t steps)
{
	left = steps;
	is_controller = false;
	sem_post(&its_turn);
	sem_wait(&my_turn);
	is_controller = true;
}

uint64_t unpark(const uint64_t *word, uint64_t count)
{
	(void)word;
	(void)count;
	if (is_controller)
		let_it_go_on(STEPS);
	return is_controller;
}

/* ---- the controller ---- */

static void open_until(uint64_t stop, uint32_t steps)
{
	dish.stop = stop;
	set_heed();
	__atomic_exchange_n(&dish.hold.at, stop << PLACE_SHIFT | ((dish.hold.at >> HOLD_COUNT_BITS) + 1) << HOLD_COUNT_BITS,
			    __ATOMIC_ACQ_REL);
	let_it_go_on(steps);
}

static bool stands_where_it_should(void) { return parked && stands && dish.stop == cell.step && roam_over(); }

/* With so many steps to go, it is called together after so many. */
static void call(uint32_t way, uint32_t after)
{
	uint64_t from = dish.stop;

	open_until(from + way, after);
	roam_halt();
	for (int i = 0; i < 3 && !stands_where_it_should(); i++)
		let_it_go_on(STEPS);
	if (!EXPECT(stands_where_it_should()) || !EXPECT(dish.stop <= from + way) || !EXPECT_EQ(seen_past, 0))
		printf("# %u steps to go, called after %u\n", way, after);
}

static void run_called(void)
{
	pthread_t thread;

	dish = (struct dish){.culture = {.cells = &cell, .count = 1}, .still = DISH_NEVER, .roll = MUTEX_INIT, .living = 1};
	sem_init(&its_turn, 0, 0);
	sem_init(&my_turn, 0, 0);
	pthread_create(&thread, NULL, be_lonely, NULL);
	open_until(3, 10);
	EXPECT(stands_where_it_should());
	for (uint32_t way = 1; way < 2 * STEPS && tap.complaints == 0; way++)
		call(way, tap_below(way));
	if (tap.complaints > 0)
		return; /* it is lost */
	over = true;
	hold_move(&dish.hold, dish.stop + 1);
	pthread_join(thread, NULL);
}

static const struct tap_test tests[] = {{"who waits for nobody stands where all are called to", run_called}};

TAP_MAIN(tests)
