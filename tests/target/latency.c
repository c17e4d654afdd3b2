/*
 * How long the kernel lets nobody in does not depend on how many threads an operation concerns: while thousands are made, woken, given other priorities,
 * set free by the death of an owner, found in a circle, overrun, killed, joined, a probe of the highest priority is to run each few microseconds, and says by
 * how much it was late. One instruction is a nanosecond. Deadlines pass in their order, so a probe is behind all those before its own: then what
 * each of them costs is not to depend on how many they are.
 *
 * test: exact
 * test: cores 1
 * test: mode both
 * test: faults any
 * test: seconds 200
 * test: arguments few=64 many=8192
 */
#include <petri/deadlock.h>
#include <petri/heap.h>
#include <petri/mutex.h>
#include <petri/park.h>

#include "common/test.h"
#include "common/words.h"

#define PROBE 30
#define OWNER 20
#define CROWD 18 /* more urgent than main: they do as they are told at once */
#define LAZY 8
#define PERIOD PETRI_US(5)
#define MAY_DIFFER (PERIOD + PETRI_US(1)) /* of one long wait the probe sees up to a period less, as it happens to fall due */

static uint64_t n; /* of the crowd */
static thread_id *crowd;
static struct mutex *locks;
static uint64_t gate, arrived;
static petri_time dawn;
static thread_id owner;

/* ---- the probe -------------------------------------------------------------------------------------------------------------- */

static bool watching, over;
static uint64_t latest;

static void *probe(void *arg)
{
	petri_time due = petri_now();

	while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
		petri_time now;

		due += PERIOD;
		thread_sleep_until(due);
		now = petri_now();
		if (watching && now - due > latest)
			latest = now - due;
		due = now;
	}
	return arg;
}

/* ---- the crowd -------------------------------------------------------------------------------------------------------------- */

static void come(void) { __atomic_fetch_add(&arrived, 1, __ATOMIC_RELAXED); }

static void *stand(void *arg)
{
	come();
	(void)!park(&gate, 0, PETRI_FOREVER);
	come();
	(void)!park(&gate, 1, PETRI_FOREVER);
	return arg;
}

static void *stand_until_dawn(void *arg)
{
	come();
	(void)!park(&gate, 0, dawn);
	come();
	return arg;
}

static void *sleep_until_dawn(void *arg)
{
	come();
	thread_sleep_until(dawn);
	come();
	return arg;
}

static void *inherit(void *arg)
{
	come();
	(void)!mutex_lock(&locks[(uintptr_t)arg]);
	come();
	return arg;
}

/* Who has the next lock goes first: the last one closes the circle. */
static void *stand_in_circle(void *arg)
{
	uintptr_t i = (uintptr_t)arg;

	(void)!mutex_lock(&locks[i]);
	come();
	(void)!park(&gate, 0, PETRI_FOREVER);
	(void)!mutex_lock(&locks[(i + 1) % n]);
	return arg;
}

static __attribute__((noinline)) int fall(uintptr_t low)
{
	volatile uint64_t here[6];

	for (int i = 0; i < 6; i++)
		here[i] = low;
	if ((uintptr_t)here > low - 64)
		return fall(low) + (int)here[0];
	thread_yield();
	return (int)here[1];
}

static void *stand_and_fall(void *arg)
{
	come();
	(void)!park(&gate, 0, PETRI_FOREVER);
	if ((uintptr_t)arg == n / 2)
		fall((uintptr_t)arch_user_block());
	return arg;
}

static void gather_at(thread_entry entry, unsigned int priority)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;

	gate = arrived = 0;
	attr.name = "crowd";
	attr.priority = (uint8_t)priority;
	for (uintptr_t i = 0; i < n; i++)
		must(thread_create(&crowd[i], &attr, entry, (void *)i));
}

static void all_come(uint64_t times)
{
	while (__atomic_load_n(&arrived, __ATOMIC_RELAXED) < times * n)
		thread_sleep(PETRI_US(100));
}

static void open_gate(void)
{
	__atomic_store_n(&gate, 1, __ATOMIC_RELEASE);
	unpark(&gate, UNPARK_ALL);
}

static void end_crowd(void)
{
	for (uint64_t i = 0; i < n; i++)
		(void)!thread_kill(crowd[i]);
	for (uint64_t i = 0; i < n; i++)
		(void)!thread_join(crowd[i], NULL);
}

/* ---- what is watched -------------------------------------------------------------------------------------------------------- */

static void nothing(void) {}
static void gather_standing(void) { gather_at(stand, CROWD); }
static void gather_lazy(void) { gather_at(stand, LAZY); }
static void wake_all(void)
{
	open_gate();
	all_come(2);
}
static void wake_one_by_one(void)
{
	gate = 1;
	unpark(&gate, n - 1);
	all_come(1);
}

static void gather_sleeping(void)
{
	dawn = petri_now() + n * PETRI_US(20) + PETRI_MS(5);
	gather_at(sleep_until_dawn, CROWD);
}
static void gather_with_deadline(void)
{
	dawn = petri_now() + n * PETRI_US(20) + PETRI_MS(5);
	gather_at(stand_until_dawn, CROWD);
}
static void await_dawn(void) { all_come(2); }

static void change_priorities(void)
{
	for (uint64_t i = 0; i < n; i++)
		must(thread_set_priority(crowd[i], 4 + (i & 3), NULL));
}

static void *own_all(void *arg)
{
	for (uint64_t i = 0; i < n; i++)
		(void)!mutex_lock(&locks[i]);
	(void)!park(&gate, 0, PETRI_FOREVER);
	for (uint64_t i = 0; i < n; i++)
		(void)!mutex_unlock(&locks[i]);
	return arg;
}
static void gather_heirs(void)
{
	for (uint64_t i = 0; i < n; i++)
		locks[i] = (struct mutex)MUTEX_INIT;
	gate = 0;
	owner = start("owner", own_all, NULL, OWNER);
	gather_at(inherit, CROWD);
}
static void kill_owner(void)
{
	(void)!thread_kill(owner);
	all_come(2);
}
static void owner_unlocks(void)
{
	open_gate();
	all_come(2);
}
static void end_heirs(void)
{
	(void)!thread_join(owner, NULL);
	end_crowd();
}

static void gather_circle(void)
{
	for (uint64_t i = 0; i < n; i++)
		locks[i] = (struct mutex)MUTEX_INIT;
	gather_at(stand_in_circle, CROWD);
}
static void close_circle(void)
{
	static uint64_t seen;

	open_gate();
	must(deadlock_await(seen, &seen, PETRI_FOREVER));
}

static void gather_falling(void) { gather_at(stand_and_fall, CROWD); }
static void kill_all(void)
{
	for (uint64_t i = 0; i < n; i++)
		must(thread_kill(crowd[i]));
}

static const struct {
	const char *name;
	void (*before)(void), (*watched)(void), (*after)(void);
	bool in_order; /* of the deadlines, the probe's among them */
} scenes[] = {
	{"made", nothing, gather_lazy, end_crowd, false},
	{"made again", nothing, gather_lazy, end_crowd, false},
	{"woken at once", gather_standing, wake_all, end_crowd, false},
	{"woken one by one", gather_standing, wake_one_by_one, end_crowd, false},
	{"slept", gather_sleeping, await_dawn, end_crowd, true},
	{"timed out", gather_with_deadline, await_dawn, end_crowd, true},
	{"given priorities", gather_standing, change_priorities, end_crowd, false},
	{"given locks", gather_heirs, owner_unlocks, end_heirs, false},
	{"heirs", gather_heirs, kill_owner, end_heirs, false},
	{"in a circle", gather_circle, close_circle, end_crowd, false},
	{"overrun", gather_falling, open_gate, end_crowd, false},
	{"killed", gather_standing, kill_all, end_crowd, false},
	{"joined", gather_standing, end_crowd, nothing, false},
};
#define SCENES (sizeof(scenes) / sizeof(scenes[0]))

static void watch(uint64_t count, uint64_t late[SCENES])
{
	n = count;
	for (unsigned int i = 0; i < SCENES; i++) {
		petri_time began;

		scenes[i].before();
		latest = 0;
		began = petri_now();
		watching = true;
		scenes[i].watched();
		watching = false;
		late[i] = latest;
		note("%lu %s: %lu ns each, the probe was %lu ns late", count, scenes[i].name, (petri_now() - began) / count,
		     latest);
		scenes[i].after();
	}
}

int main(const char *words, size_t size)
{
	uint64_t few[SCENES], many[SCENES], least = word_value(words, size, "few"), most = word_value(words, size, "many");
	thread_id watcher = start("probe", probe, NULL, PROBE);

	must(thread_set_quantum(thread_self(), PETRI_S(10)));
	crowd = heap_calloc(most, sizeof(*crowd));
	locks = heap_calloc(most, sizeof(*locks));
	must(crowd != NULL && locks != NULL ? PETRI_OK : PETRI_ENOMEM);
	watch(least, few);
	watch(most, many);
	for (unsigned int i = 0; i < SCENES; i++) {
		uint64_t may = scenes[i].in_order ? few[i] / least * most * 3 / 2 : few[i] + MAY_DIFFER;

		check(many[i] <= may, "%s: %lu ns late beside %lu, %lu beside %lu", scenes[i].name, few[i], least, many[i], most);
	}
	over = true;
	join(watcher);
	return test_end();
}
