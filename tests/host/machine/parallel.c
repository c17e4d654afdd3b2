/* The cores as threads of this computer: see several.h. Time is the computer's: 1 tick = 1 ns. */
#include "several.h"

/* Its own sched_yield keeps its name: the kernel's has got another (host.mk). */
#pragma push_macro("sched_yield")
#undef sched_yield
#include <pthread.h>
#pragma pop_macro("sched_yield")
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"

#include "kernel/board.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

#define WAIT_NS 20000
#define DEVICE_ONE_IN 16 /* of the times that a core looks whether something has happened */

/* Of each core, touched by itself; but told. */
static struct played {
	struct core *core;
	uint64_t alarm, random;
	uint32_t told;
	struct several_counts counts;
} __attribute__((aligned(64))) played[CORES_MAX];
static _Thread_local struct played *here;
static const struct several_test *test;
static bool stop;
const unsigned int several_rounds = 1; /* with SEED=1: some are pinned */
const uint64_t several_length = 6000;

/* ---- the seam ----------------------------------------------------------------------------------------------------------------- */

struct core *machine_core(void) { return here->core; }

uint64_t machine_ticks(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void arch_timer_arm(uint64_t ticks) { here->alarm = ticks; }

void machine_breathe(void) { syscall(SYS_sched_yield); }

/* The computer may have fewer cores than we play: so these change places where it matters. */
void machine_at_lock(void)
{
	if (several_random(32) == 0)
		machine_breathe();
}

uint32_t several_random(uint32_t limit)
{
	here->random ^= here->random << 13;
	here->random ^= here->random >> 7;
	here->random ^= here->random << 17;
	return (uint32_t)((here->random >> 32) * limit >> 32);
}

static void interrupt_core(uint32_t n)
{
	here->counts.tells++;
	__atomic_store_n(&played[n].told, 1, __ATOMIC_SEQ_CST);
}

static bool is_pending(void) { return __atomic_load_n(&here->told, __ATOMIC_RELAXED) || here->alarm <= machine_ticks(); }

static void interrupt(struct core *core)
{
	here->counts.interrupts++;
	if (__atomic_exchange_n(&here->told, 0, __ATOMIC_SEQ_CST))
		sched_told(core);
	if (here->alarm <= machine_ticks())
		sched_timer(core);
	if (several_random(DEVICE_ONE_IN) == 0)
		test->device(core);
}

static void rest(long ns)
{
	struct timespec t = {.tv_nsec = ns};

	nanosleep(&t, NULL);
}

/* Until there is an interrupt. It is here that cores stop: with no lock held. */
void machine_wait(void)
{
	here->counts.waits++;
	while (!is_pending()) {
		if (__atomic_load_n(&stop, __ATOMIC_RELAXED))
			pthread_exit(NULL);
		rest(WAIT_NS);
		if (several_random(DEVICE_ONE_IN) == 0)
			return;
	}
}

const struct board board = {.name = "parallel", .interrupt = interrupt, .interrupt_core = interrupt_core};

/* ---- the cores ------------------------------------------------------------------------------------------------------------------ */

void several_interrupts(struct core *core)
{
	if (is_pending())
		board.interrupt(core);
}

static void *play(void *argument)
{
	struct core *core;

	here = argument;
	core = here->core;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (sched_leave(core) != core->current)
			panic("sched_leave returns another thread than the current one");
		here->counts.steps++;
		if (several_random(64) == 0)
			machine_breathe();
		test->step(core);
	}
	return NULL;
}

void several_begin(uint64_t seed)
{
	here = &played[0];
	machine_clear();
	cores_online = CORES_MAX;
	for (uint32_t n = 0; n < CORES_MAX; n++) {
		played[n] = (struct played){
			.core = &cores[n], .alarm = UINT64_MAX, .random = (seed * 4 + n + 1) * 0x9E3779B97F4A7C15u};
		cores[n].number = n;
		sched_init(&cores[n], 0);
	}
	wait_init(0);
}

void several_run(const struct several_test *t)
{
	pthread_t players[CORES_MAX];
	uint64_t start = machine_ticks();

	test = t;
	for (uint32_t n = 0; n < CORES_MAX; n++)
		if (pthread_create(&players[n], NULL, play, &played[n]) != 0)
			panic("no thread for core %u", n);
	while (test->goes_on((machine_ticks() - start) / 1000000))
		rest(10000000);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (uint32_t n = 0; n < CORES_MAX; n++)
		pthread_join(players[n], NULL);
	stop = false;
}

struct several_counts several_count(void)
{
	struct several_counts sum = {0};

	for (uint32_t n = 0; n < CORES_MAX; n++) {
		sum.steps += played[n].counts.steps;
		sum.waits += played[n].counts.waits;
		sum.interrupts += played[n].counts.interrupts;
		sum.tells += played[n].counts.tells;
	}
	return sum;
}
