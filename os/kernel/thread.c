/*
 * The life of a thread: made from a free control block or a new one, ended, freed. The calls about threads are in thread_calls.c.
 *
 * A control block is never given back; free ones wait, with their stack, for the next thread of that stack size. Takes the domain's
 * lock (which guards its free lists, its list of the ended, and joins), then table.lock.
 */
#include "kernel/thread.h"

#include <petri/string.h>

#include "kernel/app.h"
#include "kernel/domain.h"
#include "kernel/fp_area.h"
#include "kernel/page.h"
#include "kernel/private_heap.h"
#include "kernel/sched.h"
#include "kernel/stack.h"
#include "kernel/timeout.h"
#include "kernel/varray.h"
#include "kernel/waitq.h"

#define KEPT_GUARDED_STACK (64u * 1024) /* larger stacks of free threads give their pages back */

struct thread *const threads = (struct thread *)VARRAY_THREADS;
struct thread_counts thread_counts;

static struct {
	struct spinlock lock;
	struct varray array;
	struct list bare; /* free control blocks without a stack */
} table = {.array = VARRAY(VARRAY_THREADS), .bare = {&table.bare, &table.bare}};

struct thread *thread_find(uint64_t id)
{
	uint32_t index = THREAD_INDEX(id);

	if (index == 0 || index > thread_counts.resident || threads[index].id != id || threads[index].state == THREAD_FREE)
		return NULL;
	return &threads[index];
}

_Static_assert(VARRAY_MAX / sizeof(struct thread) <= 1u << 22, "joiner holds any index");

/* ---- control blocks ------------------------------------------------------------------------------------------------------ */

static struct thread *new_block(void)
{
	uint32_t index = thread_counts.resident + 1;

	if (index >= 1u << THREAD_ID_INDEX_BITS ||
	    varray_reserve(&table.array, (index + 1) * sizeof(struct thread)) != PETRI_OK || timeout_reserve(index) != PETRI_OK)
		return NULL;
	thread_counts.resident = index;
	threads[index].id = THREAD_ID(index, 0);
	return &threads[index];
}

static struct thread *bare_block(void)
{
	struct thread *t;

	spin_lock(&table.lock);
	if (list_alone(&table.bare)) {
		t = new_block();
	} else {
		t = list_entry(table.bare.next, struct thread, link);
		list_remove(&t->link);
	}
	spin_unlock(&table.lock);
	return t;
}

static void keep_bare(struct thread *t)
{
	t->stack_base = 0;
	spin_lock(&table.lock);
	list_insert_before(&table.bare, &t->link);
	spin_unlock(&table.lock);
}

/* A control block with a stack of this class. Under the domain's lock. */
static struct thread *block_with_stack(struct domain *d, enum thread_stack kind, uint32_t c)
{
	struct list *idle = &d->stacks[c].idle;
	struct thread *t;

	if (!list_alone(idle)) {
		t = list_entry(idle->next, struct thread, link);
		if (stack_restore(d, t) != PETRI_OK)
			return NULL;
		list_remove(&t->link);
		return t;
	}
	t = bare_block();
	if (t == NULL)
		return NULL;
	t->stack_kind = (uint8_t)kind;
	t->stack_class = (uint8_t)c;
	if (stack_make(d, t) == PETRI_OK)
		return t;
	keep_bare(t);
	return NULL;
}

/* Under the domain's lock: nobody can name t any more. */
static void free_block(struct domain *d, struct thread *t)
{
	t->state = THREAD_FREE;
	fp_area_free(t->fp);
	t->fp = NULL;
#ifdef CHECKED
	memset(&t->frame, 0xDB, sizeof(t->frame));
	memset((void *)t->stack_base, 0xDB, t->stack_size);
#endif
	t->flags = 0;
	/* Those with memory are taken first. */
	if (t->stack_kind == THREAD_GUARDED && t->stack_size > KEPT_GUARDED_STACK) {
		stack_drop(d, t);
		list_insert_before(&d->stacks[t->stack_class].idle, &t->link);
	} else {
		list_insert_after(&d->stacks[t->stack_class].idle, &t->link);
	}
}

/* ---- making ---------------------------------------------------------------------------------------------------------------- */

static void set_up(struct domain *d, struct thread *t, const struct thread_spec *spec, bool kernel_mode)
{
	uint64_t next_generation = (t->id >> THREAD_ID_INDEX_BITS) + 1;

	t->id = THREAD_ID(THREAD_INDEX(t->id), next_generation & 0x7fffffffff);
	t->domain = d;
	t->priority = spec->attr.priority;
	t->flags = (uint16_t)((spec->attr.flags & THREAD_FLAGS_GIVEN) | (kernel_mode ? THREAD_KERNEL_MODE : 0));
	t->quantum = sched_quantum(spec->attr.quantum_ns);
	t->left = 0;
	t->joiner = 0;
	t->wait_key = 0; /* what its predecessor waited for: see thread_is_joined() */
	t->value = 0;
	t->how = PETRI_OK;
	memcpy(t->name, spec->name, sizeof(t->name));
	*(struct user_block *)t->stack_base = (struct user_block){.tid = t->id};
	arch_frame_init(t, d->entry + 4, t->stack_base + t->stack_size, spec->arg, spec->entry, kernel_mode);
}

static enum petri_error check_spec(const struct thread_spec *spec)
{
	const struct thread_attr *a = &spec->attr;

	if (a->priority >= THREAD_PRIORITIES || a->stack > THREAD_COMPACT || (a->flags & ~THREAD_FLAGS_GIVEN) ||
	    (a->quantum_ns != 0 && a->quantum_ns < SCHED_QUANTUM_MIN_NS))
		return PETRI_EINVAL;
	return stack_class(a->stack, a->stack_size) == STACK_CLASSES ? PETRI_EINVAL : PETRI_OK;
}

enum petri_error thread_make(struct domain *d, const struct thread_spec *spec, bool kernel_mode, struct thread **out)
{
	enum petri_error error = d->over ? PETRI_ESTALE : check_spec(spec);
	struct thread *t = NULL;
	void *fp = NULL;

	if (error != PETRI_OK)
		return error;
	if ((spec->attr.flags & THREAD_FP) && (fp = fp_area_alloc()) == NULL)
		return PETRI_ENOMEM;
	spin_lock(&d->lock);
	t = block_with_stack(d, spec->attr.stack, stack_class(spec->attr.stack, spec->attr.stack_size));
	if (t != NULL) {
		t->fp = fp;
		set_up(d, t, spec, kernel_mode);
		d->live++;
		thread_counts.alive++;
		thread_counts.created++;
	}
	spin_unlock(&d->lock);
	if (t == NULL)
		fp_area_free(fp);
	*out = t;
	return t != NULL ? PETRI_OK : PETRI_ENOMEM;
}

void thread_unmake(struct thread *t)
{
	struct domain *d = t->domain;

	spin_lock(&d->lock);
	d->live--;
	thread_counts.alive--;
	thread_counts.created--;
	free_block(d, t);
	spin_unlock(&d->lock);
}

/* ---- ending ---------------------------------------------------------------------------------------------------------------- */

void thread_extract(struct core *core, struct thread *t)
{
	switch (t->state) {
	case THREAD_RUNNING:
		sched_stop(core);
		break;
	case THREAD_READY:
		sched_unready(core, t);
		break;
	case THREAD_BLOCKED:
		wait_extract(core, t);
		break;
	case THREAD_SLEEPING:
		timeout_remove(t);
		break;
	default:
		panic("thread %s is in state %d and cannot be taken out", t->name, t->state);
	}
}

bool thread_is_joined(const struct thread *t)
{
	const struct thread *joiner = &threads[t->joiner];

	return t->joiner != 0 && joiner->wait_key == (uint64_t)t && joiner->state != THREAD_FREE && joiner->state != THREAD_ZOMBIE;
}

static void become_zombie(struct domain *d, struct thread *t)
{
	t->state = THREAD_ZOMBIE;
	list_insert_before(&d->ended, &t->link);
}

void thread_end(struct core *core, struct thread *t, uint64_t value, enum petri_error how)
{
	struct domain *d = t->domain;

	if (core->last == t) {
		core->last = NULL;
		arch_fp_allow(false);
		core->fp_live = false;
	}
	t->value = value;
	t->how = (uint8_t)how;
	park_inherit(core, t);
	if (t->private_pages != 0)
		private_heap_release(t);
	spin_lock(&d->lock);
	d->live--;
	thread_counts.alive--;
	if (t->flags & THREAD_DETACHED)
		free_block(d, t);
	else
		become_zombie(d, t);
	spin_unlock(&d->lock);
	if (t->joiner != 0)
		wait_wake_all(core, (uint64_t)t);
	if (d->awaited)
		wait_wake_all(core, (uint64_t)&d->ended);
	d->awaited = false;
	if (d->live == 0)
		app_end(core, d, how == PETRI_OK ? 0 : 1);
}

/* A user thread that was preempted inside a section goes on until it has left, for 100 turns of 50 us at most; one in kernel mode is never
 * found there, or runs, interrupts masked, on another core. */
void thread_kill_now(struct core *core, struct thread *t)
{
	struct domain *before = domain_visit(core, t->domain);

	if ((t->state == THREAD_READY || t->state == THREAD_RUNNING) && arch_in_atomic_section(t)) {
		t->flags |= THREAD_DYING;
		t->left = 0;
		t->value = 0;
		arch_set_switch_due(t, true);
		if (t == core->current)
			core->reschedule = true;
	} else {
		thread_extract(core, t);
		thread_end(core, t, 0, PETRI_EKILLED);
	}
	domain_visit(core, before);
}

void thread_bury(struct thread *t)
{
	struct domain *d = t->domain;

	spin_lock(&d->lock);
	list_remove(&t->link);
	free_block(d, t);
	spin_unlock(&d->lock);
}
