/*
 * See roam.h. All of it rests on one hand-shake. A cell counts a step, and then looks at dish.heed, with a full fence between; whoever wants
 * something of a generation says so in dish.heed, and then looks at all counts, with a full fence between. If all counts are lower,
 * each cell will see it in time. If not, some cell may have passed without a look, and a later generation is tried. That ends, since
 * nobody passes dish.stop.
 *
 * To call them together sooner none may pass the new place, nor, while it is sought, the old one: a cell whose neighbours are all dead waits
 * for nobody, and on another core it makes hundreds of steps meanwhile. So all are to rest first, wherever they are: by the hand-shake
 * each has then made at most one step more than it had counted.
 */
#include "roam.h"

#include "dish.h"

static uint64_t step_of(const struct cell *cell) { return __atomic_load_n(&cell->step, __ATOMIC_ACQUIRE); }

struct spread roam_look(void)
{
	struct spread s = {UINT64_MAX, 0};

	for (uint32_t i = 0; i < dish.culture.count; i++) {
		uint64_t step = step_of(&dish.culture.cells[i]);

		if (step & CELL_GONE)
			continue;
		step &= CELL_STEPS;
		s.first = step < s.first ? step : s.first;
		s.last = step > s.last ? step : s.last;
	}
	return s.first <= s.last ? s : (struct spread){dish.stop, dish.stop};
}

bool roam_over(void) { return hold_is_full(&dish.hold); }

static void set_heed(void)
{
	__atomic_store_n(&dish.heed, dish.still < dish.stop ? dish.still : dish.stop, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* On small boards more, for there the controller could not keep up. */
uint64_t roam_lead(void) { return 16 + 16384 / dish.culture.count; }

static void move_stop(uint64_t stop)
{
	dish.stop = stop;
	hold_move(&dish.hold, stop);
	set_heed();
}

void roam_on(uint64_t goal)
{
	uint64_t lead = roam_lead(), stop = roam_look().first + lead;

	if (stop > goal)
		stop = goal;
	/* not at each step of the hindmost, but before the foremost has to stand */
	if (stop <= dish.stop || (stop < goal && stop < dish.stop + lead / 2 && !roam_over()))
		return;
	LOCK_GUARD(&dish.roll);
	move_stop(stop);
}

static void begin_rest(void)
{
	hold_rest_begin(&dish.hold);
	__atomic_store_n(&dish.heed, 0, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Under the roll lock, so that the reaper sees no place but the last. Who stands where all were to stand is let go again. */
void roam_halt(void)
{
	LOCK_GUARD(&dish.roll);
	begin_rest();
	uint64_t next = roam_look().last + 1;

	move_stop(next < dish.stop ? next : dish.stop);
	hold_rest_end(&dish.hold);
}

uint64_t roam_still_begin(void)
{
	struct spread s = roam_look();

	do {
		__atomic_store_n(&dish.still, s.last + 1, __ATOMIC_RELAXED);
		set_heed();
		s = roam_look();
	} while (s.last >= dish.still);
	dish.still_seen = 0;
	return dish.still;
}

/* Who has made one step more has shown itself before, and nobody waits for the dead. */
static bool has_passed(const struct cell *cell)
{
	uint64_t step = step_of(cell);

	return (step & CELL_GONE) || (step & CELL_STEPS) > dish.still;
}

/* Those that were seen to have passed need no second look. */
bool roam_still_ready(void)
{
	const struct culture *c = &dish.culture;

	while (dish.still_seen < c->count && has_passed(&c->cells[dish.still_seen]))
		dish.still_seen++;
	if (dish.still_seen < c->count)
		return false;
	roam_forget_still();
	return true;
}

void roam_forget_still(void)
{
	__atomic_store_n(&dish.still, DISH_NEVER, __ATOMIC_RELAXED);
	set_heed();
}
