/*
 * Laying the table, seating philosophers, and sending them away. See table.h.
 *
 * They are sent away by killing them: wherever a philosopher stands (in a deadlock, asleep, at a gate), that ends it. The roll lock
 * is held meanwhile, so the reaper, should it be the one that joins them, finds nobody of that name afterwards.
 */
#include "table.h"

#include <petri/console.h>
#include <petri/heap.h>
#include <petri/system.h>

#include "names.h"
#include "reaper.h"
#include "strategies.h"

/* A strategy within a strategy within a meal: a little deeper than a cell of Life. */
#define STACK_SIZE (THREAD_COMPACT_SIZE + THREAD_COMPACT_SIZE / 2)
/* What a thread takes beside its stack, at least. */
#define THREAD_COST (STACK_SIZE + 256)

struct table table = {.roll = MUTEX_INIT, .changed = COND_INIT, .paused = 1};

enum petri_error table_init(void) { return reaper_start(); }

/* ---- the clock, the pause, the limit ---- */

void table_pause(void)
{
	if (table.paused)
		return;
	__atomic_store_n(&table.stopped_at, petri_now(), __ATOMIC_RELEASE);
	__atomic_store_n(&table.paused, 1, __ATOMIC_RELEASE);
}

void table_run(void)
{
	if (!table.paused)
		return;
	__atomic_fetch_add(&table.stopped_for, petri_now() - table.stopped_at, __ATOMIC_RELEASE);
	__atomic_store_n(&table.stopped_at, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&table.paused, 0, __ATOMIC_RELEASE);
	unpark(&table.paused, UNPARK_ALL);
}

/*
 * In the worst case each of N waits for the next, the last one eats, and so on back: once to sit, once for the forks. Sums of many times come
 * near their mean; for few, some meals more are allowed. The rest is for the machine: a millisecond a thread, and
 * some seconds in which a busy host may not let it run at all.
 */
static uint64_t limit_of(const struct times *times)
{
	uint64_t meal = PETRI_US((uint64_t)times->eat + times->reach);

	return strategies[table.plan.strategy].fair ? 2 * (table.count + 8ull) * meal + PETRI_MS(table.count) + PETRI_S(5) : 0;
}

/* Is everybody's chance the same now? Then waits that begin from now on, or from a little later, are held to the limit. */
static void look_for_calm(uint64_t later)
{
	uint64_t since = table_clock() + later;
	uint8_t priority = 0; /* of the living */

	for (uint32_t i = 0; i < table.count; i++) {
		const struct philosopher *p = &table.philosophers[i];

		if (p->thread == 0)
			continue;
		if (p->frozen || (priority != 0 && p->priority != priority))
			since = UINT64_MAX;
		priority = p->priority;
	}
	__atomic_store_n(&table.calm_since, since, __ATOMIC_RELAXED);
}

/* The reaper looks, too: so one at a time. */
static void look_again(uint64_t later)
{
	LOCK_GUARD(&table.roll);
	look_for_calm(later);
}

/* Times that were drawn before still pass. */
void table_set_times(const struct times *times)
{
	uint64_t before = table.limit;

	table.plan.times = *times;
	__atomic_store_n(&table.times.think, times->think, __ATOMIC_RELAXED);
	__atomic_store_n(&table.times.eat, times->eat, __ATOMIC_RELAXED);
	__atomic_store_n(&table.times.reach, times->reach, __ATOMIC_RELAXED);
	__atomic_store_n(&table.times.distribution, times->distribution, __ATOMIC_RELAXED);
	table.limit = limit_of(times);
	look_again(before);
}

/* ---- seats ---- */

static void lay(const struct plan *plan)
{
	table.plan = *plan;
	table.count = plan->philosophers;
	table.times = plan->times;
	table.limit = limit_of(&plan->times);
	table.meals_left = plan->goal > 0 ? plan->goal : UINT64_MAX;
	table.meals_eaten = 0;
	table.paused = 1;
	table.stopped_at = petri_now();
	table.stopped_for = 0;
	table.calm_since = 0;
	table.deaths = 0;
	for (int i = 0; i < VIOLATIONS; i++)
		table.violations[i].count = table.violations[i].first = 0;
	for (uint32_t i = 0; i < table.count; i++)
		table.forks[i] = (struct fork){.lock = MUTEX_INIT, .hand = FORK_LIES};
	if (strategies[plan->strategy].lay != NULL)
		strategies[plan->strategy].lay();
}

static enum petri_error seat(uint32_t number)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;
	struct philosopher *p = &table.philosophers[number];
	char name[THREAD_NAME_MAX];

	*p = (struct philosopher){.number = number, .look = PHIL_HUNGRY, .priority = PHILOSOPHER_PRIORITY};
	p->random = random_begin(table.plan.seed, number);
	p->hungry_since = table_clock();
	attr.name = name_of(name, number);
	attr.stack_size = STACK_SIZE;
	attr.priority = PHILOSOPHER_PRIORITY;
	return thread_create(&p->thread, &attr, philosopher_main, p);
}

/* Everybody who has a thread loses it. */
static void send_away(void)
{
	for (uint32_t i = 0; i < table.count; i++)
		if (table.philosophers[i].thread != 0)
			(void)thread_kill(table.philosophers[i].thread);
	for (uint32_t i = 0; i < table.count; i++) {
		/* whether by us or by the reaper: it is joined */
		enum petri_error joined = thread_join(table.philosophers[i].thread, NULL);

		(void)joined;
		table.philosophers[i].thread = 0;
	}
	table.living = 0;
}

/* ENOMEM: nobody sits. */
static enum petri_error seat_all(void)
{
	enum petri_error error = PETRI_OK;

	for (uint32_t i = 0; i < table.count && error == PETRI_OK; i++) {
		error = seat(i);
		if (error == PETRI_OK)
			table.living++;
		else
			table.count = i;
	}
	if (error != PETRI_OK)
		send_away();
	return error;
}

/* True if so many threads cannot possibly fit into the memory there is, that of the present ones included. */
static bool too_many(uint32_t philosophers)
{
	struct system_info info;

	system_info(&info);
	return philosophers > info.memory_free / THREAD_COST + info.threads_resident;
}

struct furniture {
	struct philosopher *philosophers;
	struct fork *forks;
};

static void clear_away(struct furniture *f)
{
	heap_free(f->philosophers);
	heap_free(f->forks);
}

static struct furniture exchange(struct furniture fresh)
{
	struct furniture old = {table.philosophers, table.forks};

	table.philosophers = fresh.philosophers;
	table.forks = fresh.forks;
	return old;
}

/* The same people, from the beginning. */
static void sit_again(const struct plan *plan)
{
	if (plan->philosophers == 0)
		return;
	lay(plan);
	if (seat_all() != PETRI_OK)
		thread_abort("philosophers: no memory to bring the old ones back");
}

enum petri_error table_sit(const struct plan *plan)
{
	struct plan next = *plan, before = table.plan;
	struct furniture fresh = {heap_calloc(next.philosophers, sizeof *fresh.philosophers),
				  heap_calloc(next.philosophers, sizeof *fresh.forks)};

	if (fresh.philosophers == NULL || fresh.forks == NULL || too_many(next.philosophers)) {
		clear_away(&fresh);
		return PETRI_ENOMEM;
	}
	LOCK_GUARD(&table.roll);
	send_away();
	struct furniture old = exchange(fresh);

	lay(&next);
	enum petri_error error = seat_all();

	if (error != PETRI_OK) {
		old = exchange(old);
		sit_again(&before);
	}
	clear_away(&old);
	return error;
}

/* ---- one philosopher ---- */

void table_freeze(uint32_t number, bool on)
{
	struct philosopher *p = &table.philosophers[number];

	if (p->frozen == PHILOSOPHER_WILD)
		return;
	__atomic_store_n(&p->frozen, on, __ATOMIC_RELEASE);
	if (!on)
		unpark(&p->frozen, UNPARK_ALL);
	look_again(0);
}

void table_run_wild(uint32_t number, uint64_t address)
{
	struct philosopher *p = &table.philosophers[number];

	p->wild_at = address;
	__atomic_store_n(&p->frozen, PHILOSOPHER_WILD, __ATOMIC_RELEASE);
	unpark(&p->frozen, UNPARK_ALL);
	look_again(0);
}

enum petri_error table_set_priority(uint32_t number, uint8_t priority)
{
	struct philosopher *p = &table.philosophers[number];

	if (priority < 1 || priority > PHILOSOPHER_PRIORITY_MAX)
		return PETRI_EINVAL;
	enum petri_error error = thread_set_priority(p->thread, priority, NULL);

	if (error == PETRI_OK) {
		p->priority = priority;
		look_again(0);
	}
	return error;
}

enum petri_error table_kill(uint32_t number)
{
	struct philosopher *p = &table.philosophers[number];
	thread_id thread = p->thread;
	enum petri_error error = thread == 0 ? PETRI_ESTALE : thread_kill(thread);

	if (thread == 0 || (error != PETRI_OK && error != PETRI_ESTALE))
		return error;
	LOCK_GUARD(&table.roll);
	while (p->thread == thread)
		petri_assert(cond_wait(&table.changed, &table.roll) == PETRI_OK);
	return PETRI_OK;
}

/* ---- burial ---- */

/*
 * A mutex that the dead held went to the first waiter; without one it stays shut until the next who *waits* for it finds out. Those who only
 * try would never: so it is opened here. No wait: a lock that the dead held can be had at once.
 */
static void empty_hand(struct philosopher *dead, thread_id thread, enum side side)
{
	struct fork *fork = fork_of(dead, side);
	uint32_t hand = dead->number + 1;

	__atomic_compare_exchange_n(&fork->hand, &hand, FORK_LIES, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	if (mutex_owner(&fork->lock) != thread)
		return;
	enum petri_error error = mutex_lock_until(&fork->lock, petri_now());

	if (error == PETRI_OK || error == PETRI_EOWNERDIED)
		mutex_unlock(&fork->lock);
}

static void give_meal_back(struct philosopher *dead)
{
	if (!dead->served)
		return;
	dead->served = false;
	if (__atomic_fetch_add(&table.meals_left, 1, __ATOMIC_RELEASE) == 0)
		unpark(&table.meals_left, UNPARK_ALL);
}

void table_bury(struct philosopher *dead)
{
	thread_id thread = dead->thread;

	dead->thread = 0;
	__atomic_store_n(&dead->look, PHIL_ENDED, __ATOMIC_RELAXED);
	table.living--;
	table.deaths++;
	empty_hand(dead, thread, LEFT);
	empty_hand(dead, thread, RIGHT);
	if (strategies[table.plan.strategy].bury != NULL)
		strategies[table.plan.strategy].bury(dead);
	give_meal_back(dead);
	look_for_calm(0);
}
