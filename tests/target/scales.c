/*
 * What a call costs does not depend on how many threads there are: a turn, a wakeup, a sleep, a new thread, beside ten others and
 * beside thousands that sleep, wait, or are ready but less urgent.
 *
 * test: exact
 * test: seconds 120
 */
#include <petri/park.h>

#include "common/test.h"

#define FEW 10
#define MANY 6000
#define TIMES 400

static uint64_t words[MANY];
static thread_id crowd[MANY];
static uint64_t flag;
static bool stop;

/* A quarter each: asleep with deadlines of their own, waiting with a deadline, waiting for ever, and ready, but never their turn. */
static void *be_there(void *arg)
{
	uintptr_t i = (uintptr_t)arg;

	if (i % 4 == 0)
		thread_sleep(PETRI_S(1000) + i * PETRI_MS(1));
	else
		(void)!park(&words[i], 0, i % 4 == 1 ? PETRI_S(2000) - i * PETRI_MS(1) : PETRI_FOREVER);
	return NULL;
}

static void *yield_always(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		thread_yield();
	return arg;
}

static void *park_always(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		(void)!park(&flag, 0, PETRI_FOREVER);
	return arg;
}

static void *nothing(void *arg) { return arg; }

static void take_turns(void) { thread_yield(); }
static void wake_somebody(void) { unpark(&flag, 1); }
static void sleep_shortly(void) { thread_sleep(PETRI_US(1)); }
static void live_and_die(void) { join(start_compact("mayfly", nothing, NULL, 20)); }

static const struct {
	const char *name;
	void (*call)(void);
} calls[] = {
	{"a turn", take_turns},
	{"a wakeup", wake_somebody},
	{"a sleep", sleep_shortly},
	{"a thread", live_and_die},
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

static uint64_t cost(void (*call)(void))
{
	petri_time began;

	call();
	began = petri_now();
	for (int i = 0; i < TIMES; i++)
		call();
	return (petri_now() - began) / TIMES;
}

/* All that are to block have done so: they are more urgent than we. */
static bool in_place(unsigned int others)
{
	static const uint8_t states[] = {THREAD_SLEEPING, THREAD_BLOCKED, THREAD_BLOCKED, THREAD_READY};
	struct thread_info info;
	bool right = true;

	for (unsigned int i = 0; i < others; i++)
		right &= thread_info(crowd[i], &info) == PETRI_OK && info.state == states[i % 4];
	return right;
}

static void measure(unsigned int others, uint64_t costs[CALLS])
{
	for (uintptr_t i = 0; i < others; i++)
		crowd[i] = start_compact("crowd", be_there, (void *)i, i % 4 == 3 ? 10 : 18);
	check(in_place(others), "%u are in their places", others);
	for (unsigned int i = 0; i < CALLS; i++)
		costs[i] = cost(calls[i].call);
	for (uintptr_t i = 0; i < others; i++) {
		must(thread_kill(crowd[i]));
		(void)!thread_join(crowd[i], NULL);
	}
}

int main(void)
{
	uint64_t few[CALLS], many[CALLS];
	thread_id peer, sleeper;

	stay_on_one_core();
	peer = start_compact("peer", yield_always, NULL, THREAD_PRIORITY_DEFAULT);
	sleeper = start_compact("parked", park_always, NULL, 20);
	must(thread_set_quantum(thread_self(), PETRI_S(1)));
	measure(FEW, few);
	measure(MANY, many);
	/* A sleep goes into a tree of deadlines, which is deeper then. */
	for (unsigned int i = 0; i < CALLS; i++)
		check(many[i] <= few[i] + few[i] / 2 + 200, "%s costs %lu ns beside %d others, %lu beside %d", calls[i].name,
		      few[i], FEW, many[i], MANY);
	stop = true;
	unpark(&flag, 1);
	join(peer);
	join(sleeper);
	return test_end();
}
