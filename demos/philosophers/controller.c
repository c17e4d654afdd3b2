/*
 * Run states, reports, and the end. Runs in the main thread, which is more urgent than those at the table.
 *
 * Nothing here depends on anything but the commands and the target's clock, so a scripted run under icount is the same each time.
 */
#include "controller.h"

#include <petri/console.h>
#include <petri/deadlock.h>
#include <petri/park.h>
#include <petri/system.h>

#include "commands.h"
#include "names.h"
#include "reporter.h"
#include "strategies.h"

/* More than that nobody sees. While it is not running there is little to see: who ate ends that. */
#define REPORT_INTERVAL (PETRI_S(1) / 60)
#define IDLE_INTERVAL PETRI_MS(100)
/* A look at ten thousand takes its time: at most one part in so many is spent on looking. */
#define SHARE 16
/* Above all others of the app: it only takes note. */
#define WATCHER_PRIORITY 27

struct controller controller;

/* Counts the reasons to look around. It only says that there is something: what, the controller finds out itself. */
static uint64_t bell;

void controller_wake(void)
{
	__atomic_fetch_add(&bell, 1, __ATOMIC_RELEASE);
	unpark(&bell, 1);
}

void controller_changed(bool key)
{
	controller.at_once = true;
	controller.key |= key;
}

/* ---- deadlocks: the kernel finds them, a thread of its own waits for the news ---- */

static uint64_t cycles; /* reported since boot */

static void *watcher_main(void *unused)
{
	uint64_t seen = 0;

	(void)unused;
	while (deadlock_await(seen, &seen, PETRI_FOREVER) == PETRI_OK) {
		__atomic_store_n(&cycles, seen, __ATOMIC_RELEASE);
		controller_wake();
	}
	thread_abort("philosophers: nobody tells of deadlocks");
}

enum petri_error controller_init(void)
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;

	attr.name = "watcher";
	attr.priority = WATCHER_PRIORITY;
	attr.flags = THREAD_DETACHED;
	return thread_create(NULL, &attr, watcher_main, NULL);
}

/* ---- run states ---- */

static void announce(void)
{
	const struct plan *p = &table.plan;
	static const char *const distributions[PHIL_DISTRIBUTIONS] = {"always", "uniform around", "exponential around"};

	console_printf("philosophers: %u sit down, %s (%s); %s think %u us, eat %u us, reach %u us\n", p->philosophers,
		       strategies[p->strategy].name, strategies[p->strategy].rule, distributions[p->times.distribution],
		       p->times.think, p->times.eat, p->times.reach);
}

/* The reporter reads the table, so it stands aside while that is exchanged. */
enum petri_error controller_sit(const struct plan *plan, uint8_t endings)
{
	(void)reporter_take();
	enum petri_error error = reporter_reserve(plan->philosophers);

	if (error == PETRI_OK)
		error = table_sit(plan);
	reporter_give_back();
	if (error != PETRI_OK)
		return error;
	controller.endings = endings;
	controller.state = PHIL_PAUSED;
	controller.epoch++;
	controller.deadlock = controller.goal = false;
	controller.cycles_before = __atomic_load_n(&cycles, __ATOMIC_ACQUIRE);
	controller.told = 0;
	controller_changed(true);
	announce();
	return PETRI_OK;
}

void controller_run(void)
{
	if (controller.state == PHIL_PAUSED)
		controller.state = PHIL_RUNNING;
	table_run();
	controller_changed(false);
}

void controller_pause(void)
{
	if (controller.state != PHIL_RUNNING)
		return; /* it is paused, or over: nothing begins anyway */
	controller.state = PHIL_PAUSED;
	table_pause();
	controller_changed(false);
}

void controller_killed(void)
{
	if (controller.deadlock) {
		controller.deadlock = false;
		controller.cycles_before = __atomic_load_n(&cycles, __ATOMIC_ACQUIRE);
		controller.state = PHIL_RUNNING;
		table_run();
	}
	controller_changed(false);
}

/* ---- reports ---- */

static void fill(struct snapshot *s)
{
	s->epoch = controller.epoch;
	s->plan = table.plan;
	s->times = table.times;
	s->state = (uint8_t)controller.state;
	s->limit = table.limit;
	s->flags = (controller.goal ? PHIL_SAMPLE_GOAL : 0) | (controller.deadlock ? PHIL_SAMPLE_DEADLOCK : 0);
	s->time = petri_now();
	s->at_any_rate = controller.key;
	s->key = controller.key || reporter_wants_key(s->time);
	census_take(&s->census, s->looks);
	if (s->key)
		census_waits(&s->waits);
	controller.at_once = controller.key = false;
}

static uint64_t interval(void)
{
	uint64_t wanted = controller.state == PHIL_RUNNING ? REPORT_INTERVAL : IDLE_INTERVAL;

	return wanted > SHARE * controller.look_cost ? wanted : SHARE * controller.look_cost;
}

static void look(struct snapshot *s, petri_time now)
{
	fill(s);
	if (table.limit > 0 && s->census.waiting > table.limit)
		table_look_for_starving();
	reporter_send();
	controller.look_cost = petri_now() - now;
	controller.next_look = now + interval();
}

/* If one is due. Returns when there will be something to do again: while the reporter is busy that is when it rings. */
static petri_time report(petri_time now)
{
	if (!controller.at_once && now < controller.next_look)
		return controller.next_look;
	struct snapshot *s = reporter_try_take();

	if (s == NULL)
		return PETRI_FOREVER;
	look(s, now);
	return controller.next_look;
}

/* ---- the end ---- */

static void tell_outcome(const struct census *c)
{
	console_printf("philosophers: %u %s, %llu meals, fairness %u.%03u, longest wait %llu.%llu ms, %u violations\n",
		       table.plan.philosophers, strategies[table.plan.strategy].name, (unsigned long long)c->meals,
		       c->fairness / 1000000, c->fairness / 1000 % 1000, (unsigned long long)(c->longest / 1000000),
		       (unsigned long long)(c->longest / 100000 % 10), c->violations);
}

/* What each has booked, against what was counted together and what was asked for. */
static bool sums_agree(const struct census *c)
{
	struct waits waits;
	uint64_t booked = 0;

	census_waits(&waits);
	for (uint32_t i = 0; i < PHIL_BUCKETS; i++)
		booked += waits.meals[i];
	if (c->meals == table.plan.goal && c->meals == table.meals_eaten && c->meals == booked)
		return true;
	console_printf("philosophers: ERROR: %llu meals booked, %llu waits, %llu meals counted, %llu were the goal\n",
		       (unsigned long long)c->meals, (unsigned long long)booked, (unsigned long long)table.meals_eaten,
		       (unsigned long long)table.plan.goal);
	return false;
}

static __attribute__((noreturn)) void finish(int code)
{
	controller.key = true;
	fill(reporter_take());
	reporter_send();
	(void)reporter_take();
	system_exit(code);
}

static void over(uint8_t ending, int code)
{
	controller.state = PHIL_OVER;
	controller_changed(true);
	if (controller.endings & ending)
		finish(code);
}

/* ---- what has happened at the table ---- */

static void tell_violations(void)
{
	static const char *const words[VIOLATIONS] = {"had a fork that was in another's hand", "ate without two forks",
						      "waits for longer than the limit"};
	char name[THREAD_NAME_MAX];

	for (uint32_t i = 0; i < VIOLATIONS; i++) {
		if (table.violations[i].first == 0 || (controller.told >> i & 1))
			continue;
		controller.told |= 1u << i;
		console_printf("philosophers: VIOLATION: %s %s\n", name_of(name, table.violations[i].first - 1), words[i]);
	}
}

static void notice_goal(void)
{
	struct census c;

	if (controller.goal || !table_goal_reached())
		return;
	controller.goal = true;
	census_take(&c, NULL);
	tell_outcome(&c);
	bool right = sums_agree(&c) && c.violations == 0;

	over(PHIL_END_AT_GOAL, right ? 0 : 1);
}

static void notice_deadlock(void)
{
	struct census c;

	if (controller.deadlock || __atomic_load_n(&cycles, __ATOMIC_ACQUIRE) <= controller.cycles_before)
		return;
	controller.deadlock = true;
	census_take(&c, NULL);
	tell_outcome(&c);
	over(PHIL_END_AT_DEADLOCK, 3);
}

/* Nobody will ever eat again. */
static void notice_end_of_all(void)
{
	if (controller.state == PHIL_OVER || table.living > 0)
		return;
	console_printf("philosophers: all are dead\n");
	over(PHIL_END_AT_GOAL, 1);
}

/* Returns when to look again, if no bell rings before. */
static petri_time look_around(void)
{
	if (controller.epoch == 0)
		return PETRI_FOREVER;
	tell_violations();
	notice_goal();
	notice_deadlock();
	notice_end_of_all();
	return report(petri_now());
}

void controller_main(void)
{
	for (;;) {
		uint64_t heard = __atomic_load_n(&bell, __ATOMIC_ACQUIRE);

		commands_execute();
		/* woken, or the time has come, or a bell rang meanwhile: a look around tells */
		enum petri_error woken = park(&bell, heard, look_around());

		(void)woken;
	}
}
