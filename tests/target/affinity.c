/*
 * Affinity: a thread runs only where it may, whatever it did when that was changed: ready, running here or on another core, blocked, woken with others,
 * asleep; and a thread that may run anywhere is not kept from an idle core by those before it that may not run there.
 *
 * On one core little of this can be seen, but it holds.
 *
 * test: mode both
 * test: seeds 4
 */
#include <petri/atomic.h>
#include <petri/park.h>
#include <petri/semaphore.h>

#include "common/test.h"

#define MOVES 40

static uint32_t cores, all;

static struct thread_info info_of(thread_id id)
{
	struct thread_info info = {0};

	must(thread_info(id, &info));
	return info;
}

/* A thread of these cores. */
static thread_id start_on(const char *name, thread_entry entry, void *arg, unsigned int priority, uint32_t where)
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;
	thread_id id = 0;

	attr.name = name;
	attr.priority = (uint8_t)priority;
	attr.affinity = (uint8_t)where;
	must(thread_create(&id, &attr, entry, arg));
	return id;
}

static bool within(uint32_t core, uint32_t where) { return where >> core & 1; }
static uint32_t next_core(uint32_t core) { return (core + 1) % cores; }

/* ---- errors and what thread_info tells ------------------------------------------------------------------------------------ */

static void *nothing(void *arg) { return arg; }

static void check_errors(void)
{
	thread_id id = start("gone", nothing, NULL, 20);
	struct thread_attr nowhere = {.stack = THREAD_GUARDED, .affinity = 0xf0};

	expect(thread_set_affinity(thread_self(), 0xf0), PETRI_EINVAL);
	expect(thread_set_affinity(thread_self(), 0xfffffff0), PETRI_EINVAL);
	expect(thread_create(NULL, &nowhere, nothing, NULL), PETRI_EINVAL);
	check(info_of(thread_self()).affinity == all, "all cores it was, and is: 0x%x", info_of(thread_self()).affinity);
	expect(thread_set_affinity(thread_self(), 0xffffffff), PETRI_OK);
	check(info_of(thread_self()).affinity == all, "bits of cores that take no part count for nothing");
	expect(thread_set_affinity(thread_self(), 1), PETRI_OK);
	check(info_of(thread_self()).affinity == 1, "it is told");
	expect(thread_set_affinity(thread_self(), 0), PETRI_OK);
	check(info_of(thread_self()).affinity == all, "0 is all");
	join(id);
	expect(thread_set_affinity(id, 1), PETRI_ESTALE);
	expect(thread_set_affinity(0, 1), PETRI_ESTALE);
	id = start("zombie", nothing, NULL, 20);
	reaches(id, THREAD_ZOMBIE);
	expect(thread_set_affinity(id, 1), PETRI_ESTALE);
	join(id);
}

/* ---- who moves himself ------------------------------------------------------------------------------------------------------ */

static void check_self(void)
{
	unsigned int wrong = 0, inside = 0;

	for (uint32_t n = 0; n < MOVES; n++) {
		must(thread_set_affinity(thread_self(), 1u << n % cores));
		wrong += thread_core() != n % cores;
	}
	check(wrong == 0, "it goes from core to core %u times (%u wrong)", MOVES, wrong);
	wrong = 0;
	for (uint32_t n = 0; n < MOVES; n++) {
		uint32_t before = thread_core();

		ATOMIC_SECTION {
			must(thread_set_affinity(thread_self(), 1u << next_core(before)));
			inside += thread_core() != before;
		}
		wrong += thread_core() != next_core(before);
	}
	check(wrong == 0, "from within an atomic section too: at its end it is there (%u wrong)", wrong);
	check(inside <= MOVES / 4, "and not before (%u, all late by the host's doing)", inside);
	must(thread_set_affinity(thread_self(), 0));
}

/* ---- one that runs ---------------------------------------------------------------------------------------------------------- */

struct runner {
	uint64_t steps, on[4], stop;
};

static void *run(void *arg)
{
	struct runner *r = arg;

	while (!__atomic_load_n(&r->stop, __ATOMIC_RELAXED)) {
		__atomic_store_n(&r->steps, r->steps + 1, __ATOMIC_RELAXED);
		__atomic_store_n(&r->on[thread_core() % 4], r->on[thread_core() % 4] + 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* It gets on, and nowhere else. */
static bool runs_only_on(const struct runner *r, uint32_t where)
{
	uint64_t before[4], steps = __atomic_load_n(&r->steps, __ATOMIC_RELAXED);
	bool right = true;

	while (__atomic_load_n(&r->steps, __ATOMIC_RELAXED) < steps + 2)
		thread_sleep(PETRI_US(20)); /* what it found out before the move is written now */
	for (int c = 0; c < 4; c++)
		before[c] = __atomic_load_n(&r->on[c], __ATOMIC_RELAXED);
	steps = __atomic_load_n(&r->steps, __ATOMIC_RELAXED);
	while (__atomic_load_n(&r->steps, __ATOMIC_RELAXED) < steps + 20)
		thread_sleep(PETRI_US(20));
	for (uint32_t c = 0; c < 4; c++)
		right &= within(c, where) || __atomic_load_n(&r->on[c], __ATOMIC_RELAXED) == before[c];
	return right;
}

static void check_running(void)
{
	struct runner r = {0};
	unsigned int wrong = 0, late = 0;
	thread_id id = start("runner", run, &r, 14);

	for (uint32_t n = 0; n < MOVES; n++) {
		uint32_t where = 1u << n % cores | (n % 3 == 0 ? 1u << (n + 2) % cores : 0);

		must(thread_set_affinity(id, where));
		late += !within(info_of(id).core, where);
		wrong += !runs_only_on(&r, where);
	}
	__atomic_store_n(&r.stop, 1, __ATOMIC_RELAXED);
	join(id);
	check(late == 0, "one that runs is moved off before the call returns (%u late)", late);
	check(wrong == 0, "and runs where it may, and gets on (%u wrong)", wrong);
}

/* ---- one that is ready ------------------------------------------------------------------------------------------------------- */

static void check_ready(void)
{
	struct runner hogs[4] = {{0}}, r = {0};
	thread_id id, ids[4];
	unsigned int wrong = 0;

	for (uint32_t c = 0; c < cores; c++)
		ids[c] = start_on("hog", run, &hogs[c], 15, 1u << c);
	id = start("ready", run, &r, 14);
	for (uint32_t n = 0; n < MOVES; n++) {
		must(thread_set_affinity(id, 1u << n % cores));
		wrong += info_of(id).core != n % cores || info_of(id).state != THREAD_READY;
	}
	check(wrong == 0 && r.steps == 0, "one that is ready goes from queue to queue (%u wrong)", wrong);
	must(thread_set_affinity(id, 1));
	__atomic_store_n(&hogs[0].stop, 1, __ATOMIC_RELAXED);
	join(ids[0]);
	check(runs_only_on(&r, 1), "and runs as soon as its core has time");
	for (uint32_t c = 1; c < cores; c++) {
		__atomic_store_n(&hogs[c].stop, 1, __ATOMIC_RELAXED);
		join(ids[c]);
	}
	__atomic_store_n(&r.stop, 1, __ATOMIC_RELAXED);
	join(id);
}

/* ---- those that wait or sleep ------------------------------------------------------------------------------------------------ */

#define WAITERS 12

static uint64_t gate;
static uint32_t went_on[WAITERS];
static petri_time asleep; /* until then; 0: they wait at the gate */

static void *wait_at_gate(void *arg)
{
	uint32_t *on = arg;

	if (asleep != 0)
		thread_sleep_until(asleep);
	else
		(void)!park(&gate, 0, PETRI_FOREVER);
	*on = thread_core();
	return NULL;
}

static void check_waiting(const char *what, bool sleeping, uint64_t pieces)
{
	thread_id ids[WAITERS];
	unsigned int wrong = 0;

	asleep = sleeping ? in_us(500000) : 0; /* a busy host is slow */
	for (uint32_t n = 0; n < WAITERS; n++) {
		ids[n] = start_on("waiter", wait_at_gate, &went_on[n], 12 + n % 2, n % 3 == 0 ? 0 : 1u << n % cores);
		wrong += !reaches(ids[n], sleeping ? THREAD_SLEEPING : THREAD_BLOCKED);
	}
	for (uint32_t n = 0; n < WAITERS; n++) {
		must(thread_set_affinity(ids[n], 1u << n / 2 % cores));
		wrong += info_of(ids[n]).affinity != 1u << n / 2 % cores;
	}
	for (uint64_t woken = 0; !sleeping && woken < WAITERS;)
		woken += unpark(&gate, pieces);
	for (uint32_t n = 0; n < WAITERS; n++) {
		join(ids[n]);
		wrong += went_on[n] != n / 2 % cores;
	}
	check(wrong == 0, "%s (%u wrong)", what, wrong);
}

/* Woken as a group they stand in a queue, BLOCKED as they were, while somebody more urgent has that core. */
static void check_woken(void)
{
	struct runner hog = {0};
	thread_id hog_id, ids[WAITERS];
	unsigned int wrong = 0;

	asleep = 0;
	for (uint32_t n = 0; n < WAITERS; n++) {
		ids[n] = start_on("woken", wait_at_gate, &went_on[n], 12, 1);
		wrong += !reaches(ids[n], THREAD_BLOCKED);
	}
	hog_id = start_on("hog", run, &hog, 14, 1);
	wrong += unpark(&gate, UINT64_MAX) != WAITERS;
	for (uint32_t n = 0; n < WAITERS; n++)
		must(thread_set_affinity(ids[n], 1u << n % cores));
	__atomic_store_n(&hog.stop, 1, __ATOMIC_RELAXED);
	join(hog_id);
	for (uint32_t n = 0; n < WAITERS; n++) {
		join(ids[n]);
		wrong += went_on[n] != n % cores;
	}
	check(wrong == 0, "who was woken with others and has not run yet (%u wrong)", wrong);
}

/* ---- not hidden ---------------------------------------------------------------------------------------------------------------- */

#define PINNED 6

/* Main's own core is busy, and before the free one stand several that may run there only; another core is idle, or becomes so. */
static void check_not_hidden(void)
{
	struct runner hogs[PINNED] = {{0}}, blocker = {0}, freed = {0};
	thread_id hog_ids[PINNED], id, blocker_id;

	if (cores == 1)
		return;
	must(thread_set_affinity(thread_self(), 1));
	for (uint32_t n = 0; n < PINNED; n++)
		hog_ids[n] = start_on("pinned", run, &hogs[n], n < PINNED / 2 ? 14 : 13, 1);
	blocker_id = start_on("blocker", run, &blocker, 15, 2);
	id = start_on("free", run, &freed, 13, 3);
	for (int i = 0; i < 4 && cores > 2; i++)
		must(thread_set_affinity(id, 3));
	must(thread_set_affinity(id, 1));
	thread_sleep(PETRI_US(500));
	must(thread_set_affinity(id, 3)); /* it stays behind them: the other core is busy too */
	check(info_of(id).core <= 1 && freed.steps == 0, "behind pinned ones, and the other core has something better to do");
	__atomic_store_n(&blocker.stop, 1, __ATOMIC_RELAXED);
	join(blocker_id);
	check(runs_only_on(&freed, 2), "when that has time it takes the one that may come, though others stand before it");
	__atomic_store_n(&freed.stop, 1, __ATOMIC_RELAXED);
	join(id);
	for (uint32_t n = 0; n < PINNED; n++) {
		__atomic_store_n(&hogs[n].stop, 1, __ATOMIC_RELAXED);
		join(hog_ids[n]);
	}
	must(thread_set_affinity(thread_self(), 0));
}

int main(void)
{
	cores = system_cores();
	all = (1u << cores) - 1;
	check(cores >= 1 && cores <= 4 && thread_core() < cores, "core %u of %u", thread_core(), cores);
	must(thread_set_priority(thread_self(), 20, NULL));
	check_errors();
	check_self();
	check_running();
	check_ready();
	check_waiting("those that are blocked go on where they may, woken one by one", false, 1);
	check_waiting("the same woken all at once", false, UINT64_MAX);
	check_waiting("those that sleep", true, 0);
	check_woken();
	check_not_hidden();
	return test_end();
}
