/*
 * The barrier at any interleaving: nobody enters a generation before all have finished the one before, nobody counts twice, the
 * coordinator acts while all others stand, and members come to an end in both ways that the header offers.
 *
 * test: quantum 0.5
 * test: seeds 4
 */
#include <petri/atomic.h>
#include <petri/barrier.h>

#include "common/test.h"

#define MEMBERS 16
#define GENERATIONS 400

static struct barrier b;
static uint64_t steps[MEMBERS];
static uint64_t ahead; /* how often a member saw another in a wrong generation */

/* Each looks whether all others are at the same generation as itself or have just finished it. */
static void look_around(uint64_t generation)
{
	for (int i = 0; i < MEMBERS; i++) {
		uint64_t n = __atomic_load_n(&steps[i], __ATOMIC_RELAXED);

		if (n != generation && n != generation + 1)
			__atomic_fetch_add(&ahead, 1, __ATOMIC_RELAXED);
	}
}

static void *member(void *arg)
{
	uint64_t *mine = arg;

	for (uint64_t g = 0; g < GENERATIONS; g++) {
		look_around(g);
		__atomic_store_n(mine, g + 1, __ATOMIC_RELAXED);
		must(barrier_wait(&b));
	}
	return NULL;
}

static void check_plain(void)
{
	thread_id ids[MEMBERS];
	struct system_info before = info_now();

	b = (struct barrier)BARRIER_INIT(MEMBERS);
	for (int i = 0; i < MEMBERS; i++)
		ids[i] = start_compact("member", member, &steps[i], 10);
	for (int i = 0; i < MEMBERS; i++)
		join(ids[i]);
	check(ahead == 0, "nobody is in another generation than the others (%lu times)", ahead);
	check(b.generation == GENERATIONS && b.missing == MEMBERS, "it opened %lu times", b.generation);
	check_preempted(&before, MEMBERS * GENERATIONS);
}

/* ---- the coordinator: while it works, all others stand ---- */

static uint64_t moving; /* members between two barriers */
static uint64_t total;

static void *worker(void *arg)
{
	for (int g = 0; g < GENERATIONS; g++) {
		__atomic_fetch_add(&moving, 1, __ATOMIC_RELAXED);
		__atomic_fetch_add(&total, 1, __ATOMIC_RELAXED);
		__atomic_fetch_sub(&moving, 1, __ATOMIC_RELAXED);
		must(barrier_wait(&b));
	}
	return arg;
}

static void check_coordinator(void)
{
	thread_id ids[MEMBERS];
	uint64_t disturbed = 0;

	b = (struct barrier)BARRIER_INIT(MEMBERS + 1);
	for (int i = 0; i < MEMBERS; i++)
		ids[i] = start_compact("worker", worker, NULL, 10);
	for (uint64_t g = 0; g < GENERATIONS; g++) {
		must(barrier_await_others(&b, PETRI_FOREVER));
		disturbed += total != (g + 1) * MEMBERS || moving != 0;
		burn(PETRI_US(1));
		disturbed += total != (g + 1) * MEMBERS || moving != 0;
		must(barrier_wait(&b));
	}
	for (int i = 0; i < MEMBERS; i++)
		join(ids[i]);
	check(disturbed == 0, "while the coordinator works all others stand (%lu times not)", disturbed);
	check(b.missing == MEMBERS + 1, "the coordinator's mark is gone");
}

static void *arrive_later(void *arg)
{
	thread_sleep(PETRI_US(500));
	must(barrier_wait(&b));
	return arg;
}

static void check_coordinator_gives_up(void)
{
	thread_id id;

	b = (struct barrier)BARRIER_INIT(2);
	expect(barrier_await_others(&b, in_us(100)), PETRI_ETIMEDOUT);
	check(b.missing == 2, "a coordinator that gave up leaves no mark");
	id = start("late", arrive_later, NULL, 20);
	expect(barrier_await_others(&b, in_us(1000000)), PETRI_OK);
	expect(barrier_wait(&b), PETRI_OK);
	join(id);
}

/* ---- members that end: a third drops out at each generation's start; another dies at the gate and is dropped by us ---- */

static void *leave_at_third(void *arg)
{
	must(barrier_wait(&b));
	must(barrier_wait(&b));
	barrier_arrive_and_drop(&b);
	return arg;
}

static void *arrive_and_die(void *arg)
{
	uint64_t generation;

	ATOMIC_SECTION
		generation = barrier_arrive(&b);
	must(barrier_pass(&b, generation));
	return arg;
}

static void check_leaving(void)
{
	thread_id leaver, dying;

	b = (struct barrier)BARRIER_INIT(3);
	leaver = start("leaver", leave_at_third, NULL, 20);
	dying = start("dying", arrive_and_die, NULL, 20);
	expect(barrier_await_others(&b, in_us(100000)), PETRI_OK);
	thread_kill(dying);
	expect(thread_join(dying, NULL), PETRI_EKILLED);
	barrier_drop_arrived(&b);
	expect(barrier_wait(&b), PETRI_OK); /* three had arrived */
	expect(barrier_wait(&b), PETRI_OK); /* two of two */
	expect(barrier_wait(&b), PETRI_OK); /* the leaver counts here for the last time */
	join(leaver);
	check(b.members == 1 && b.missing == 1 && b.generation == 3, "one member is left: %lu", b.members);
	expect(barrier_wait(&b), PETRI_OK); /* alone */
}

int main(void)
{
	check_plain();
	check_coordinator();
	check_coordinator_gives_up();
	check_leaving();
	return test_end();
}
