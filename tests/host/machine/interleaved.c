/*
 * The cores as four stacks that change places: see several.h. Only one goes on at a time; wherever it waits, takes a lock, or enters or
 * leaves a function of the kernel, the next may be drawn. So whatever one core reads, another may have changed before it makes use of that.
 */
#include "several.h"

#include <string.h>
#include <ucontext.h>

#include "machine.h"

#include "kernel/board.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

#define STACK 262144
#define TURN_NS 100
#define TURNS_PER_MS 200     /* of the clock that the test is shown */
#define QUIET_EVERY 600      /* turns */
#define QUIET_WITHIN 1000000 /* turns */
#define FUNCTION_ONE_IN 40   /* places in which the cores may change */
#define STANDS_ONE_IN 12     /* of the times that a core changes places */
#define STANDS_FOR 300       /* turns */
#define DEVICE_ONE_IN 16     /* interrupts, and turns in which all sleep */

static struct played {
	ucontext_t context;
	uint64_t alarm;
	uint64_t stands_until;     /* turns: it stands still, as a core of a guest does whose host has other things to do */
	bool told, asleep, parked; /* parked: outside of the kernel, while all are to come to rest */
} played[CORES_MAX];
static ucontext_t scheduler;
static uint8_t stacks[CORES_MAX][STACK] __attribute__((aligned(16)));
static const struct several_test *test;
static uint64_t now, turns, state;
static bool resting, playing; /* playing: not the scheduler itself */
static struct several_counts counts;
static struct core *at;
const unsigned int several_rounds = 24;
const uint64_t several_length = 6000;

/* ---- changing places ------------------------------------------------------------------------------------------------------------ */

uint32_t several_random(uint32_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 32) * limit >> 32);
}

static struct played *here(void) { return &played[at->number]; }

static void change_places(void)
{
	if (!playing)
		return;
	if (several_random(STANDS_ONE_IN) == 0)
		here()->stands_until = turns + several_random(STANDS_FOR);
	swapcontext(&here()->context, &scheduler);
}

/* The compiler has the kernel call these (host.mk). */
void __cyg_profile_func_enter(void *function, void *caller);
void __cyg_profile_func_exit(void *function, void *caller);

void __cyg_profile_func_enter(void *function, void *caller)
{
	(void)function;
	(void)caller;
	if (playing && several_random(FUNCTION_ONE_IN) == 0)
		change_places();
}

void __cyg_profile_func_exit(void *function, void *caller) { __cyg_profile_func_enter(function, caller); }

static bool is_pending(const struct played *p) { return p->told || p->alarm <= now; }
static bool can_go_on(const struct played *p) { return !(p->asleep || p->parked) || is_pending(p); }

/* All sleep: time passes until the first alarm, or a device does something. */
static void pass_time(void)
{
	uint64_t first = UINT64_MAX;

	for (uint32_t n = 0; n < CORES_MAX; n++)
		if (played[n].alarm < first)
			first = played[n].alarm;
	if (first == UINT64_MAX || several_random(DEVICE_ONE_IN) == 0)
		played[several_random(CORES_MAX)].told = true;
	else
		now = first;
}

static bool all_rest(void)
{
	for (uint32_t n = 0; n < CORES_MAX; n++)
		if (can_go_on(&played[n]))
			return false;
	return true;
}

static void one_turn(void)
{
	uint32_t n = several_random(CORES_MAX);

	turns++;
	now += TURN_NS;
	if (!can_go_on(&played[n]) || played[n].stands_until > turns)
		return;
	at = &cores[n];
	playing = true;
	swapcontext(&scheduler, &played[n].context);
	playing = false;
}

/* Everybody finishes what he does, and nothing new begins. */
static void come_to_rest(void)
{
	uint64_t limit = turns + QUIET_WITHIN;

	resting = true;
	while (!all_rest()) {
		one_turn();
		if (turns > limit)
			panic("the cores do not come to rest");
	}
	test->quiet();
	resting = false;
	for (uint32_t n = 0; n < CORES_MAX; n++)
		played[n].parked = false;
}

/* ---- the seam ----------------------------------------------------------------------------------------------------------------- */

struct core *machine_core(void) { return at; }
uint64_t machine_ticks(void) { return now; }
void arch_timer_arm(uint64_t ticks) { here()->alarm = ticks; }
void machine_breathe(void) { change_places(); }

void machine_at_lock(void)
{
	if (several_random(3) == 0)
		change_places();
}

static void interrupt_core(uint32_t n)
{
	counts.tells++;
	played[n].told = true;
}

static void interrupt(struct core *core)
{
	struct played *p = &played[core->number];

	counts.interrupts++;
	if (p->told) {
		p->told = false;
		sched_told(core);
	}
	if (p->alarm <= now)
		sched_timer(core);
	if (!resting && several_random(DEVICE_ONE_IN) == 0)
		test->device(core);
}

void machine_wait(void)
{
	struct played *p = here();

	counts.waits++;
	p->asleep = true;
	while (!is_pending(p))
		change_places();
	p->asleep = false;
}

const struct board board = {.name = "interleaved", .interrupt = interrupt, .interrupt_core = interrupt_core};

/* ---- the cores ------------------------------------------------------------------------------------------------------------------ */

void several_interrupts(struct core *core)
{
	if (is_pending(&played[core->number]))
		board.interrupt(core);
}

static void play(void)
{
	struct core *core = at;

	for (;;) {
		if (sched_leave(core) != core->current)
			panic("sched_leave returns another thread than the current one");
		played[core->number].parked = resting;
		if (resting || several_random(2))
			change_places();
		played[core->number].parked = false;
		counts.steps++;
		if (resting)
			several_interrupts(core);
		else
			test->step(core);
	}
}

void several_begin(uint64_t seed)
{
	machine_clear();
	memset(&counts, 0, sizeof(counts));
	cores_online = CORES_MAX;
	now = 1000;
	turns = 0;
	state = (seed + 1) * 0x9E3779B97F4A7C15u;
	at = &cores[0];
	for (uint32_t n = 0; n < CORES_MAX; n++) {
		played[n] = (struct played){.alarm = UINT64_MAX};
		cores[n].number = n;
		sched_init(&cores[n], 0);
	}
	wait_init(0);
}

static void begin_core(uint32_t n)
{
	getcontext(&played[n].context);
	played[n].context.uc_stack.ss_sp = stacks[n];
	played[n].context.uc_stack.ss_size = STACK;
	makecontext(&played[n].context, play, 0);
}

void several_run(const struct several_test *t)
{
	test = t;
	for (uint32_t n = 0; n < CORES_MAX; n++)
		begin_core(n);
	for (uint64_t next = QUIET_EVERY; test->goes_on(turns / TURNS_PER_MS);) {
		if (all_rest())
			pass_time();
		one_turn();
		if (turns >= next) {
			come_to_rest();
			next = turns + QUIET_EVERY;
		}
	}
	come_to_rest();
}

struct several_counts several_count(void) { return counts; }
