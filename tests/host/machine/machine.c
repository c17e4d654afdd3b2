/*
 * See machine.h. The rest of the seam, and what the sources under test want of the rest of the kernel.
 */
#include "machine.h"

#include "uart.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/app.h"
#include "kernel/board.h"
#include "kernel/deadlock.h"
#include "kernel/domain.h"
#include "kernel/log.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/ticks.h"
#include "kernel/timeout.h"
#include "kernel/varray.h"
#include "kernel/waitq.h"

uint64_t ticks_hz = 1000000000;
uint64_t machine_now, machine_alarm;
unsigned int machine_waits, machine_lines;

static struct thread table[MACHINE_THREADS + 1];
struct thread *const threads = table;
static unsigned int thread_count;
static struct domain domain;

uint64_t machine_timeouts[MACHINE_THREADS];
uint64_t machine_buckets[64 * sizeof(struct wait_bucket) / 8];

/* ---- the seam --------------------------------------------------------------------------------------------------------- */

enum petri_error varray_reserve(struct varray *a, uint64_t bytes)
{
	(void)a;
	return bytes <= sizeof(machine_buckets) ? PETRI_OK : PETRI_ENOMEM;
}

void panic(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# panic: ");
	vprintf(format, args);
	va_end(args);
	printf("\n");
	exit(1);
}

void arch_timer_arm(uint64_t ticks) { machine_alarm = ticks; }
void arch_frame_restart(struct thread *t) { t->frame.restarted = true; }
void arch_fp_save(void *area) { (void)area; }
void arch_fp_restore(const void *area) { (void)area; }
void arch_fp_allow(bool yes) { (void)yes; }
void arch_space_use(const struct address_space *space) { (void)space; }

/* Nobody is ready: the next thing to happen is the timer. */
void machine_wait(void)
{
	machine_waits++;
	if (machine_alarm == UINT64_MAX)
		panic("the core sleeps for ever");
	if (machine_now < machine_alarm)
		machine_now = machine_alarm;
}

static void interrupt(struct core *core)
{
	if (machine_now >= machine_alarm)
		sched_timer(core);
}

/* The search for circles of mutexes goes on at each interrupt; here are no mutexes. */
void deadlock_continue(struct core *core) { (void)core; }
/* Nor are there apps that end, */
void apps_sweep(struct core *core) { (void)core; }
/* or more than one of them. */
struct domain *domain_visit(struct core *core, struct domain *d)
{
	core->domain = d;
	return d;
}

void klog(const char *format, ...)
{
	(void)format;
	machine_lines++;
}

/* It just is no longer there. */
void thread_end(struct core *core, struct thread *t, uint64_t value, enum petri_error how)
{
	(void)core;
	t->state = THREAD_ZOMBIE;
	t->value = value;
	t->how = (uint8_t)how;
}

const struct board board = {
	.name = "host",
	.interrupt = interrupt,
	.uart_write = machine_uart_write,
	.uart_read = machine_uart_read,
	.uart_interrupts = machine_uart_interrupts,
	.uart_acknowledge = machine_uart_acknowledge,
	.uart_flush = machine_uart_flush,
	.uart_baud = machine_uart_baud,
};

/* ---- what a test does ---------------------------------------------------------------------------------------------------- */

void machine_begin(uint64_t seed)
{
	struct core *core = &cores[0];

	for (int i = 0; i <= MACHINE_THREADS; i++) /* what the test before left over */
		timeout_expire(core, UINT64_MAX - 1);
	memset(core, 0, sizeof(*core));
	memset(table, 0, sizeof(table));
	memset(&domain, 0, sizeof(domain));
	memset(machine_buckets, 0, sizeof(machine_buckets));
	thread_count = machine_waits = machine_lines = 0;
	machine_now = 1000;
	machine_alarm = UINT64_MAX;
	wait_init(0);
	sched_init(core, seed);
	core->since = machine_now;
}

struct thread *machine_thread(unsigned int priority, uint64_t quantum_ns)
{
	struct thread *t = &table[++thread_count];

	if (thread_count > MACHINE_THREADS)
		panic("too many threads for the test");
	t->id = THREAD_ID(thread_count, 1);
	t->priority = (uint8_t)priority;
	t->quantum = sched_quantum(quantum_ns);
	t->domain = &domain;
	t->frame.pc = 0x1000;
	list_init(&t->link);
	if (timeout_reserve(thread_count + 1) != PETRI_OK)
		panic("no room for deadlines");
	sched_ready(&cores[0], t);
	return t;
}

struct thread *machine_current(void) { return cores[0].current; }
unsigned int machine_number(const struct thread *t) { return (unsigned int)(t - table); }

void machine_enter(void)
{
	struct thread *t = cores[0].current;

	if (t != NULL)
		t->frame.pc += 4; /* it got somewhere */
	if (sched_leave(&cores[0]) != cores[0].current)
		panic("sched_leave returns another thread than the current one");
}

void machine_run(struct thread *t)
{
	if (t == cores[0].current)
		return;
	sched_yield(&cores[0]);
	sched_unready(&cores[0], t);
	t->state = THREAD_RUNNING;
	t->left = (int32_t)t->quantum;
	cores[0].current = t;
}

void machine_block(uint64_t key, uint64_t deadline)
{
	struct wait_bucket *b = wait_lock(key);

	cores[0].current->frame.result = 77; /* to be overwritten when it wakes */
	wait_block(&cores[0], b, key, deadline);
	wait_unlock(b);
	machine_enter();
}

void machine_sleep(uint64_t deadline)
{
	struct thread *t = cores[0].current;

	t->state = THREAD_SLEEPING;
	timeout_add(t, deadline);
	sched_stop(&cores[0]);
	machine_enter();
}

void machine_yield(void)
{
	sched_yield(&cores[0]);
	machine_enter();
}

unsigned int machine_wake_one(uint64_t key)
{
	struct wait_bucket *b = wait_lock(key);
	struct thread *t = wait_pop(b, key);

	wait_unlock(b);
	if (t != NULL)
		wait_wake(&cores[0], t, PETRI_OK);
	machine_enter();
	return t != NULL;
}

unsigned int machine_wake_all(uint64_t key)
{
	unsigned int n = wait_wake_all(&cores[0], key);

	machine_enter();
	return n;
}

void machine_leave_section(void)
{
	struct thread *t = cores[0].current;

	t->frame.atomic = false;
	if (t->frame.user && t->frame.switch_due) {
		sys_preempt_point(&cores[0], t);
		machine_enter();
	}
	machine_pass(0);
}

static bool masked(const struct thread *t) { return t->frame.atomic && !t->frame.user; }

void machine_pass(uint64_t ticks)
{
	uint64_t until = machine_now + ticks;

	while (machine_alarm <= until && !masked(cores[0].current)) {
		if (machine_now < machine_alarm)
			machine_now = machine_alarm;
		sched_timer(&cores[0]);
		machine_enter();
	}
	machine_now = until;
}
