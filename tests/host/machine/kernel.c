/*
 * What the sources under test want of the rest of the kernel: stacks without memory, one domain, no mutexes, no apps that end.
 */
#include "machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/app.h"
#include "kernel/deadlock.h"
#include "kernel/domain.h"
#include "kernel/fp_area.h"
#include "kernel/log.h"
#include "kernel/private_heap.h"
#include "kernel/stack.h"
#include "kernel/system.h"
#include "kernel/ticks.h"
#include "kernel/usercopy.h"
#include "kernel/waitq.h"

uint64_t ticks_hz = 1000000000;
bool system_stopping, system_simulated;
uint32_t system_cores_wanted = 1;
unsigned int machine_lines;
struct domain domains[DOMAINS_MAX];

struct thread machine_table[MACHINE_THREADS + 1];
uint64_t machine_buckets[MACHINE_BUCKETS * sizeof(struct wait_bucket) / 8] __attribute__((aligned(32)));

enum petri_error varray_reserve(struct varray *a, uint64_t bytes)
{
	uint64_t room = a->base == VARRAY_BUCKETS ? sizeof(machine_buckets) : sizeof(machine_table);

	return bytes <= room ? PETRI_OK : PETRI_ENOMEM;
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

void klog(const char *format, ...)
{
	(void)format;
	__atomic_fetch_add(&machine_lines, 1, __ATOMIC_RELAXED);
}

/* ---- the seam ----------------------------------------------------------------------------------------------------------------- */

void arch_frame_restart(struct thread *t) { t->frame.restarted = true; }
void arch_fp_restore(const void *area) { (void)area; }
void arch_fp_allow(bool yes) { (void)yes; }

void arch_frame_init(struct thread *t, uint64_t pc, uint64_t sp, uint64_t arg, uint64_t entry, bool kernel_mode)
{
	(void)sp;
	t->frame = (struct trapframe){.argument = {arg, entry}, .pc = pc, .user = !kernel_mode};
}

enum petri_error arch_copy_from(const struct thread *t, void *to, uint64_t from, size_t n)
{
	(void)t;
	memcpy(to, (const void *)from, n);
	return PETRI_OK;
}

enum petri_error arch_copy_to(const struct thread *t, uint64_t to, const void *from, size_t n)
{
	(void)t;
	memcpy((void *)to, from, n);
	return PETRI_OK;
}

enum petri_error user_read_name(const struct thread *t, char name[THREAD_NAME_MAX], uint64_t from, uint64_t length)
{
	(void)t;
	(void)from;
	(void)length;
	memset(name, 0, THREAD_NAME_MAX);
	return PETRI_OK;
}

/* ---- threads ------------------------------------------------------------------------------------------------------------------- */

uint32_t stack_class_guarded(uint32_t size)
{
	(void)size;
	return 0;
}

enum petri_error stack_make(struct domain *d, struct thread *t)
{
	static uint64_t blocks[MACHINE_THREADS + 1][8];

	(void)d;
	t->stack_base = (uint64_t)blocks[THREAD_INDEX(t->id)];
	t->stack_size = sizeof(blocks[0]);
	return PETRI_OK;
}

void stack_drop(struct domain *d, struct thread *t)
{
	(void)d;
	(void)t;
}

enum petri_error stack_restore(struct domain *d, struct thread *t)
{
	(void)d;
	(void)t;
	return PETRI_OK;
}

void *fp_area_alloc(void) { return NULL; }
void fp_area_free(void *area) { (void)area; }
void private_heap_release(struct thread *t) { (void)t; }

/* Nobody owns a mutex. */
bool park_inherit(struct core *core, const struct thread *dead)
{
	(void)core;
	(void)dead;
	return false;
}

void deadlock_continue(struct core *core) { (void)core; }
void deadlock_line_has_room(struct core *core) { (void)core; }

/* ---- domains --------------------------------------------------------------------------------------------------------------------- */

struct domain *domain_visit(struct core *core, struct domain *d)
{
	struct domain *before = core->domain;

	core->domain = d;
	return before;
}

void apps_sweep(struct core *core) { (void)core; }

/* A test may end all its threads. */
void app_end(struct core *core, struct domain *d, uint32_t code)
{
	(void)core;
	(void)d;
	(void)code;
}

void system_stop_here(struct core *core) { panic("core %u is to stop", core->number); }

uint32_t wait_length(uint64_t key)
{
	uint32_t length = 0;

	for (const struct thread *t = machine_table; t <= machine_table + MACHINE_THREADS; t++)
		length += t->state == THREAD_BLOCKED && t->wait_key == key && wait_is_live(t);
	return length;
}

void machine_no_stealing(void)
{
	static union runq_bits hidden[CORES_MAX];

	runq_steals = false;
	for (uint32_t n = 0; n < cores_online; n++) {
		struct runq *q = &cores[n].runq;

		*q->shown = 0;
		q->view = &hidden[n];
		q->shown = &hidden[n].of[n];
		*q->shown = q->ready;
	}
}

void machine_clear(void)
{
	memset(cores, 0, sizeof(cores));
	memset(machine_table, 0, sizeof(machine_table));
	memset(machine_buckets, 0, sizeof(machine_buckets));
	memset(domains, 0, sizeof(domains));
	memset(&thread_counts, 0, sizeof(thread_counts));
	list_init(&domains[0].ended);
	list_init(&domains[0].claimed);
	spin_init(&domains[0].lock, RANK_DOMAIN);
	domains[0].number = 1;
	for (unsigned int i = 0; i < STACK_CLASSES; i++)
		list_init(&domains[0].stacks[i].idle);
	machine_lines = 0;
	runq_steals = true;
}
