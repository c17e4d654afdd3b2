/*
 * While cells run free there is no generation that all of them have: the controller asks for one that is a little ahead of the foremost, each
 * cell leaves its state behind as it passes, and when all have passed that is the board that is reported. So the cells do not wait for being
 * looked at. They are called together for commands, deaths and errands, and where the run is to pause or end.
 */
#include "free_run.h"

#include <petri/mailbox.h>
#include <petri/park.h>

#include "controller.h"
#include "dish.h"
#include "errands.h"
#include "report.h"
#include "reporter.h"
#include "roam.h"

/* How often to see how far the cells are: it takes some instructions per cell. */
static uint64_t look_interval(void) { return PETRI_MS(1) + 300ull * dish.culture.count; }

/* Generations of the board that are to come, at most to this one. */
static uint64_t farthest(void)
{
	uint64_t next = errands_next();

	if (controller.state != LIFE_RUNNING && controller.goal < next)
		next = controller.goal;
	return next;
}

/* What the cells count from where they were sown, as the board counts. */
static uint64_t board_generation(uint64_t step, uint64_t base) { return step + base; }

/* A snapshot that is being taken; NULL: none. */
static struct snapshot *begin(petri_time now)
{
	controller.unreported = true;
	struct snapshot *s = report_wanted(now) ? reporter_try_take() : NULL;

	if (s != NULL)
		(void)roam_still_begin();
	return s;
}

static void note_spread(uint64_t base)
{
	struct spread s = roam_look();

	controller.hindmost = board_generation(s.first, base);
	controller.spread = (uint32_t)(s.last - s.first);
}

/* True when it is under way to the reader. (Who has died meanwhile may stand on it still: that is told before it is gone.) */
static bool complete(struct snapshot *s, uint64_t still, uint64_t base)
{
	if (!roam_still_ready() || dish.unburied)
		return false;
	controller.generation = board_generation(still, base);
	report_fill(s, BOARD_STILL);
	reporter_send();
	return true;
}

/* Until something calls for all of them to stand, or they do so. */
static void go_on(const uint64_t *bell, uint64_t base, uint64_t goal)
{
	struct snapshot *snapshot = NULL;
	uint32_t deaths = dish.deaths;
	uint64_t still = 0;

	while (dish.stop < goal || !roam_over()) {
		uint64_t heard = __atomic_load_n(bell, __ATOMIC_ACQUIRE);
		petri_time now = petri_now();

		if (dish.deaths != deaths || mailbox_await(1))
			break;
		roam_on(goal);
		if (snapshot == NULL && (snapshot = begin(now)) != NULL) {
			still = dish.still;
			note_spread(base);
		} else if (snapshot != NULL && complete(snapshot, still, base)) {
			snapshot = NULL;
		}
		enum petri_error woken = park(bell, heard, now + look_interval());

		(void)woken;
	}
	if (snapshot != NULL)
		reporter_give_back();
}

void free_run(const uint64_t *bell)
{
	uint64_t base = controller.generation - dish.stop, goal = farthest();

	/* no goal: so far that nobody gets there, yet no overflow */
	if (goal > controller.generation + (1ull << 40))
		goal = controller.generation + (1ull << 40);
	goal -= base;
	dish_open_until(goal < dish.stop + roam_lead() ? goal : dish.stop + roam_lead());
	go_on(bell, base, goal);
	roam_forget_still();
	if (!roam_over())
		roam_halt();
	dish_await();
	controller.generation = board_generation(dish.stop, base);
	controller.unreported = true;
}
