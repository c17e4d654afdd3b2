/*
 * See machine.h. The cores and their time: sched_leave() of a core runs on a stack of its own, so that it can stay in there, asleep, while
 * another core has its turn.
 */
#include "machine.h"

#include "uart.h"

#include <string.h>
#include <ucontext.h>

#include "kernel/board.h"
#include "kernel/domain.h"
#include "kernel/sched.h"
#include "kernel/stack.h"
#include "kernel/syscalls.h"
#include "kernel/timeout.h"
#include "kernel/waitq.h"

#define STACK 262144

uint64_t machine_now;
unsigned int machine_waits, machine_tells;
uint32_t machine_told;
struct core *machine_at = cores;

struct core *machine_core(void) { return machine_at; }
uint64_t machine_ticks(void) { return machine_now; }
void machine_at_lock(void) {}
void machine_breathe(void) {}
void arch_fp_save(void *area) { (void)area; }

static uint64_t alarms[CORES_MAX];
static struct {
	ucontext_t context;
	bool asleep;
} inside[CORES_MAX];
static ucontext_t outside;
static uint8_t stacks[CORES_MAX][STACK] __attribute__((aligned(16)));

/* ---- a core's way through sched_leave() ----------------------------------------------------------------------------------- */

static void leave(void)
{
	if (sched_leave(machine_at) != machine_at->current)
		panic("sched_leave returns another thread than the current one");
}

/* Until the core is through or asleep. */
static void go_on(void) { swapcontext(&outside, &inside[machine_at->number].context); }

static void last_step(void)
{
	uint32_t n = machine_at->number;

	if (cores_online == 1) {
		leave();
		return;
	}
	if (inside[n].asleep)
		panic("core %u sleeps, and cannot do anything", n);
	getcontext(&inside[n].context);
	inside[n].context.uc_link = &outside;
	inside[n].context.uc_stack.ss_sp = stacks[n];
	inside[n].context.uc_stack.ss_size = STACK;
	makecontext(&inside[n].context, leave, 0);
	go_on();
}

/* Nobody is ready: the next thing to happen on a single core is the timer. */
void machine_wait(void)
{
	uint32_t n = machine_at->number;

	machine_waits++;
	if (cores_online > 1) {
		inside[n].asleep = true;
		swapcontext(&inside[n].context, &outside);
		inside[n].asleep = false;
		return;
	}
	if (alarms[n] == UINT64_MAX)
		panic("the core sleeps for ever");
	if (machine_now < alarms[n])
		machine_now = alarms[n];
}

bool machine_asleep(uint32_t core) { return inside[core].asleep; }

void machine_turn(uint32_t core) { machine_at = &cores[core]; }

/* ---- interrupts ----------------------------------------------------------------------------------------------------------- */

void arch_timer_arm(uint64_t ticks) { alarms[machine_at->number] = ticks; }
uint64_t machine_alarm(void) { return alarms[machine_at->number]; }

static bool is_due(uint32_t n) { return alarms[n] != UINT64_MAX && alarms[n] <= machine_now; }

static void interrupt(struct core *core)
{
	if (machine_told & 1u << core->number) {
		machine_told &= ~(1u << core->number);
		sched_told(core);
	}
	if (is_due(core->number))
		sched_timer(core);
}

static void interrupt_core(uint32_t n)
{
	machine_tells++;
	machine_told |= 1u << n;
}

static bool masked(const struct core *core)
{
	return core->current != NULL && core->current->frame.atomic && !core->current->frame.user;
}

/* What is pending on this core happens; false: nothing is. */
static bool take_interrupt(uint32_t n)
{
	struct core *before = machine_at;

	if (masked(&cores[n]) || (!(machine_told & 1u << n) && !is_due(n)))
		return false;
	machine_turn(n);
	if (inside[n].asleep) {
		go_on();
	} else {
		interrupt(machine_at);
		machine_enter();
	}
	machine_at = before;
	return true;
}

void machine_settle(void)
{
	bool any = true;

	while (any) {
		any = false;
		for (uint32_t n = 0; n < cores_online; n++)
			any |= take_interrupt(n);
	}
}

/* The first that is due until then; CORES_MAX: none. */
static uint32_t next_alarm(uint64_t until)
{
	uint32_t best = CORES_MAX;

	for (uint32_t n = 0; n < cores_online; n++)
		if (alarms[n] != UINT64_MAX && alarms[n] <= until && !masked(&cores[n]) &&
		    (best == CORES_MAX || alarms[n] < alarms[best]))
			best = n;
	return best;
}

void machine_pass(uint64_t ticks)
{
	uint64_t until = machine_now + ticks;
	uint32_t n;

	machine_settle();
	while ((n = next_alarm(until)) != CORES_MAX) {
		if (machine_now < alarms[n])
			machine_now = alarms[n];
		take_interrupt(n);
		machine_settle();
	}
	machine_now = until;
}

const struct board board = {
	.name = "host",
	.interrupt = interrupt,
	.interrupt_core = interrupt_core,
	.uart_write = machine_uart_write,
	.uart_read = machine_uart_read,
	.uart_interrupts = machine_uart_interrupts,
	.uart_to = machine_uart_to,
	.uart_acknowledge = machine_uart_acknowledge,
	.uart_flush = machine_uart_flush,
	.uart_baud = machine_uart_baud,
};

/* ---- what a test does ---------------------------------------------------------------------------------------------------- */

void machine_forget_tells(void)
{
	machine_told = machine_tells = 0;
	for (uint32_t n = 0; n < CORES_MAX; n++)
		cores[n].told = false;
}

static void clear(void)
{
	machine_clear();
	machine_forget_tells();
	memset(inside, 0, sizeof(inside));
	memset(alarms, 0xff, sizeof(alarms));
	machine_waits = machine_lines = 0;
	machine_now = 1000;
}

static void begin(uint64_t seed, uint32_t count)
{
	clear();
	cores_online = count;
	wait_init(0);
	for (uint32_t n = 0; n < CORES_MAX; n++) {
		cores[n].number = n;
		machine_turn(n);
		sched_init(&cores[n], seed);
	}
	for (uint32_t n = 0; n < count && count > 1; n++) {
		machine_turn(n);
		last_step();
	}
	machine_turn(0);
	machine_waits = 0;
}

void machine_begin(uint64_t seed) { begin(seed, 1); }
void machine_begin_cores(uint32_t count) { begin(0, count); }

struct thread *machine_thread(unsigned int priority, uint64_t quantum_ns)
{
	struct thread *t = &machine_table[++thread_counts.resident];

	if (thread_counts.resident > MACHINE_THREADS)
		panic("too many threads for the test");
	t->id = THREAD_ID(thread_counts.resident, 1);
	t->priority = (uint8_t)priority;
	t->quantum = sched_quantum(quantum_ns);
	t->domain = &domains[0];
	t->domain->live++;
	t->affinity = (1u << CORES_MAX) - 1;
	t->core = (uint8_t)machine_at->number;
	t->frame.pc = 0x1000;
	list_init(&t->link);
	if (stack_make(t->domain, t) != PETRI_OK)
		panic("no room for a thread");
	runq_start(machine_at, t);
	if (machine_asleep(machine_at->number))
		machine_told |= 1u << machine_at->number;
	return t;
}

struct thread *machine_thread_on(uint32_t core, unsigned int priority)
{
	struct thread *t;

	machine_turn(core);
	t = machine_thread(priority, 0);
	if (!machine_asleep(core))
		machine_enter();
	machine_settle();
	return t;
}

unsigned int machine_runs(uint32_t core) { return cores[core].current != NULL ? machine_number(cores[core].current) : 0; }

struct thread *machine_current(void) { return machine_at->current; }
unsigned int machine_number(const struct thread *t) { return (unsigned int)(t - machine_table); }

void machine_enter(void)
{
	struct thread *t = machine_at->current;

	if (t != NULL)
		t->frame.pc += 4; /* it got somewhere */
	last_step();
}

void machine_run(struct thread *t)
{
	struct core *core = machine_at;
	struct thread *before = core->current;

	if (t == before)
		return;
	sched_stop(core);
	spin_lock(&core->runq.lock);
	runq_put(core, before, before->priority, false);
	spin_unlock(&core->runq.lock);
	if (runq_take_out(t, THREAD_READY, 0, PETRI_OK) != RUNQ_OUT)
		panic("thread %u is not ready", machine_number(t));
	t->state = THREAD_RUNNING;
	t->core = (uint8_t)core->number;
	t->left = t->quantum;
	core->current = t;
	core->look = 0;
	core->running = 1u + t->priority;
}

void machine_block(uint64_t key, uint64_t deadline)
{
	struct wait_bucket *b = wait_lock(key);

	machine_at->current->frame.result = 77; /* to be overwritten when it wakes */
	wait_block(machine_at, b, key, deadline);
	wait_unlock(b);
	machine_enter();
}

uint64_t machine_call(void (*handler)(struct core *core, struct thread *t), uint64_t a, uint64_t b, uint64_t c)
{
	struct thread *t = machine_at->current;

	t->frame.argument[0] = a;
	t->frame.argument[1] = b;
	t->frame.argument[2] = c;
	t->frame.argument[3] = 0;
	t->frame.restarted = false;
	handler(machine_at, t);
	machine_enter();
	return t->frame.result;
}

void machine_sleep(uint64_t deadline) { machine_call(sys_thread_sleep, deadline, 0, 0); }
void machine_yield(void) { machine_call(sys_thread_yield, 0, 0, 0); }

unsigned int machine_wake_one(uint64_t key)
{
	struct wait_bucket *b = wait_lock(key);
	struct thread *t = wait_pop(b, key);

	wait_unlock(b);
	if (t != NULL)
		wait_wake(machine_at, t, PETRI_OK);
	machine_enter();
	return t != NULL;
}

unsigned int machine_wake_all(uint64_t key)
{
	unsigned int n = wait_wake_all(machine_at, key);

	machine_enter();
	return n;
}

void machine_leave_section(void)
{
	struct thread *t = machine_at->current;

	t->frame.atomic = false;
	if (t->frame.user && t->frame.switch_due)
		machine_call(sys_preempt_point, 0, 0, 0);
	machine_pass(0);
}
