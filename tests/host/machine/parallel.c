/* See parallel.h. */
#include "parallel.h"

/* Its own sched_yield keeps its name: the kernel's has got another (host.mk). */
#pragma push_macro("sched_yield")
#undef sched_yield
#include <pthread.h>
#pragma pop_macro("sched_yield")
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kernel/board.h"
#include "kernel/domain.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

#define WAIT_NS 20000
#define DEVICE_ONE_IN 16 /* of the times that a core looks whether something has happened */

void (*parallel_device)(struct core *core);

/* Of each core, touched by itself; but told. */
static struct played {
	struct core *core;
	void (*step)(struct core *core);
	uint64_t alarm, random;
	uint32_t told;
	struct parallel_counts counts;
} __attribute__((aligned(64))) played[CORES_MAX];
static _Thread_local struct played *here;
static bool stop;

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
	if (parallel_random(32) == 0)
		machine_breathe();
}

uint32_t parallel_random(uint32_t limit)
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
	if (parallel_device != NULL && parallel_random(DEVICE_ONE_IN) == 0)
		parallel_device(core);
}

/* Until there is an interrupt. It is here that cores stop: with no lock held. */
void machine_wait(void)
{
	struct timespec piece = {.tv_nsec = WAIT_NS};

	here->counts.waits++;
	while (!is_pending()) {
		if (__atomic_load_n(&stop, __ATOMIC_RELAXED))
			pthread_exit(NULL);
		nanosleep(&piece, NULL);
		if (parallel_random(DEVICE_ONE_IN) == 0)
			return;
	}
}

const struct board board = {.name = "parallel", .interrupt = interrupt, .interrupt_core = interrupt_core};

/* ---- the cores ------------------------------------------------------------------------------------------------------------------ */

static void *play(void *argument)
{
	struct core *core;

	here = argument;
	core = here->core;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (sched_leave(core) != core->current)
			panic("sched_leave returns another thread than the current one");
		here->counts.steps++;
		here->step(core);
	}
	return NULL;
}

void parallel_begin(void)
{
	cores_online = CORES_MAX;
	here = &played[0];
	for (uint32_t n = 0; n < CORES_MAX; n++) {
		played[n].core = &cores[n];
		played[n].alarm = UINT64_MAX;
		played[n].random = (n + 1) * 0x9E3779B97F4A7C15u;
		cores[n].number = n;
		sched_init(&cores[n], 0);
	}
	wait_init(0);
	list_init(&domains[0].ended);
	spin_init(&domains[0].lock, RANK_DOMAIN);
	for (unsigned int i = 0; i < STACK_CLASSES; i++)
		list_init(&domains[0].stacks[i].idle);
	domains[0].number = 1;
}

void parallel_run(void (*step)(struct core *core), void (*watch)(void))
{
	pthread_t players[CORES_MAX];

	for (uint32_t n = 0; n < CORES_MAX; n++) {
		played[n].step = step;
		if (pthread_create(&players[n], NULL, play, &played[n]) != 0)
			panic("no thread for core %u", n);
	}
	watch();
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (uint32_t n = 0; n < CORES_MAX; n++)
		pthread_join(players[n], NULL);
}

void parallel_interrupts(struct core *core)
{
	if (is_pending())
		board.interrupt(core);
}

struct parallel_counts parallel_count(void)
{
	struct parallel_counts sum = {0};

	for (uint32_t n = 0; n < CORES_MAX; n++) {
		sum.steps += played[n].counts.steps;
		sum.waits += played[n].counts.waits;
		sum.interrupts += played[n].counts.interrupts;
		sum.tells += played[n].counts.tells;
	}
	return sum;
}
