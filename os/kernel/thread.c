/*
 * The end of a thread, and what comes after it. How it is made: thread_make.c; the calls about threads: thread_calls.c.
 *
 * A control block is never given back; free ones wait, with their stack, for the next thread of that stack size. Takes the domain's
 * lock (which guards its free lists, its list of the ended, and joins).
 */
#include "kernel/thread.h"

#include <petri/string.h>

#include "kernel/app.h"
#include "kernel/domain.h"
#include "kernel/estate.h"
#include "kernel/fp_area.h"
#include "kernel/private_heap.h"
#include "kernel/owners.h"
#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/stack.h"
#include "kernel/timeout.h"
#include "kernel/usercopy.h"
#include "kernel/varray.h"
#include "kernel/waitq.h"

#define KEPT_GUARDED_STACK (64u * 1024) /* larger stacks of free threads give their pages back */

struct thread *const threads = (struct thread *)VARRAY_THREADS;
struct thread_counts thread_counts;
struct spinlock lives = SPINLOCK(RANK_LIVES);

struct thread *thread_find(uint64_t id)
{
	uint32_t index = THREAD_INDEX(id);

	if (index == 0 || index > __atomic_load_n(&thread_counts.resident, __ATOMIC_ACQUIRE) ||
	    __atomic_load_n(&threads[index].id, __ATOMIC_RELAXED) != id || state_of(&threads[index]) == THREAD_FREE)
		return NULL;
	return &threads[index];
}

_Static_assert(VARRAY_MAX / sizeof(struct thread) <= 1u << 22, "joiner holds any index");

/* ---- free control blocks --------------------------------------------------------------------------------------------------- */

static __attribute__((noinline)) void keep_dropped(struct domain *d, struct thread *t)
{
	stack_drop(d, t);
	list_insert_before(&d->stacks[t->stack_class].idle, &t->link);
}

/* For the next thread with such a stack. Those with memory are taken first. */
static inline void keep_block(struct domain *d, struct thread *t)
{
	if (t->stack_kind == THREAD_GUARDED && t->stack_size > KEPT_GUARDED_STACK)
		keep_dropped(d, t);
	else
		list_insert_after(&d->stacks[t->stack_class].idle, &t->link);
}

/* Under the domain's lock: nobody can name t any more. */
static inline __attribute__((always_inline)) void free_block(struct domain *d, struct thread *t)
{
	set_state(t, THREAD_FREE);
	if (t->fp != NULL)
		fp_area_free(t->fp);
	t->fp = NULL;
#ifdef CHECKED
	memset(&t->frame, 0xDB, sizeof(t->frame));
	memset((void *)t->stack_base, 0xDB, t->stack_size);
#endif
	t->flags = THREAD_ENDED; /* until it has another id: see wait_set_owner() */
	if (!(t->marks & THREAD_LEAVES))
		keep_block(d, t);
}

void thread_settled(struct thread *t)
{
	struct domain *d = t->domain;

	spin_lock(&d->lock);
	t->marks &= (uint8_t)~THREAD_LEAVES;
	if (state_of(t) == THREAD_FREE)
		keep_block(d, t);
	spin_unlock(&d->lock);
}

void thread_unmake(struct thread *t)
{
	struct domain *d = t->domain;

	spin_lock(&d->lock);
	d->live--;
	__atomic_fetch_sub(&thread_counts.alive, 1, __ATOMIC_RELAXED);
	__atomic_fetch_sub(&thread_counts.created, 1, __ATOMIC_RELAXED);
	free_block(d, t);
	spin_unlock(&d->lock);
}

/* ---- ending ---------------------------------------------------------------------------------------------------------------- */

bool thread_is_joined(const struct thread *t)
{
	const struct thread *joiner = &threads[t->joiner];

	return t->joiner != 0 && __atomic_load_n(&joiner->wait_key, __ATOMIC_RELAXED) == (uint64_t)t &&
	       state_of(joiner) != THREAD_FREE && state_of(joiner) != THREAD_ZOMBIE;
}

/*
 * Who joins t without a deadline stands in no queue, and is told right here: the end of its call, in its frame. NULL: there is nobody, or he waits
 * in a queue and looks himself. *gone: t need not be kept for anybody. (Not if its value could not be written: then it is for others.)
 */
static struct thread *tell_joiner(struct thread *t, bool *gone)
{
	struct thread *joiner = &threads[t->joiner];
	enum petri_error error;

	if (state_of(joiner) != THREAD_JOINING || joiner->wait_key != (uint64_t)t)
		return NULL;
	error = user_write_if_wanted(joiner, arch_argument(joiner, 1), &t->value, sizeof(t->value));
	*gone |= error == PETRI_OK;
	t->joiner = 0;
	arch_set_result(joiner, error != PETRI_OK ? error : (enum petri_error)t->how);
	return joiner;
}

/* Who waits for any of the app's threads, and the end of the app, if this was it. */
static __attribute__((noinline)) void end_for_others(struct core *core, struct domain *d, enum petri_error how, bool over)
{
	if (d->awaited) { /* even if it is gone: it may have been about to take another */
		d->awaited = false;
		wait_wake_all(core, (uint64_t)&d->ended);
	}
	if (over)
		app_end(core, d, how == PETRI_OK ? 0 : 1);
}

void thread_end(struct core *core, struct thread *t, uint64_t value, enum petri_error how)
{
	struct domain *d = t->domain;
	struct thread *joiner = NULL;
	bool joined = t->joiner != 0, gone, over;

	if (condemned(t) != PETRI_OK)
		how = condemned(t); /* it had been told to end, and ended before it heard of it */
	gone = t->flags & THREAD_DETACHED;
	t->value = value;
	condemn(t, how);
	set_state(t, THREAD_ZOMBIE); /* before its heirs run, on other cores: they may look */
	if (owners_end(t))
		estate_settle(core, t);
	if (t->private_pages != 0)
		private_heap_release(t);
	if (joined)
		joiner = tell_joiner(t, &gone);
	spin_lock(&d->lock);
	over = --d->live == 0 || (how == PETRI_EFAULTED && t->id == d->main);
	__atomic_fetch_sub(&thread_counts.alive, 1, __ATOMIC_RELAXED);
	if (gone)
		free_block(d, t);
	else
		list_insert_before(&d->ended, &t->link);
	spin_unlock(&d->lock);
	if (joiner != NULL)
		sched_pass(core, joiner);
	else if (joined)
		wait_wake_all(core, (uint64_t)t);
	if (over || d->awaited)
		end_for_others(core, d, how, over);
}

/* t, in a run queue or elsewhere: takes it out if it can be. */
static enum runq_found take_out(struct thread *t, enum petri_error how, bool spare)
{
	switch (state_of(t)) {
	case THREAD_READY:
		return runq_take_out(t, THREAD_READY, 0, spare ? how : PETRI_OK);
	case THREAD_BLOCKED:
		return wait_take_out(t);
	case THREAD_SLEEPING:
		return timeout_take_sleeper(t) ? RUNQ_OUT : RUNQ_ELSEWHERE;
	case THREAD_JOINING:
		return RUNQ_OUT; /* `lives` is all that keeps it */
	default:
		return RUNQ_ELSEWHERE;
	}
}

/* It ends where it stops running next. If it runs elsewhere, it may block before it sees what it is to do: so one has to look again. */
static enum thread_ending end_running(struct core *core, struct thread *t, enum petri_error how)
{
	condemn(t, how);
	if (t != core->current) {
		runq_tell(runq_of(t));
		return ENDING_RETRY;
	}
	if (arch_is_user(t) && arch_in_atomic_section(t))
		arch_set_switch_due(t, true);
	core->reschedule = true;
	return ENDING_SOON;
}

enum thread_ending thread_end_other(struct core *core, struct thread *t, enum petri_error how, bool spare)
{
	struct thread *current = core->current;
	struct domain *before = domain_visit(core, t->domain);
	enum runq_found found = take_out(t, how, spare);
	enum thread_ending ending = ENDING_RETRY;

	if (found == RUNQ_OUT) {
		thread_end(core, t, 0, how);
		ending = ENDING_NOW;
	} else if (found == RUNQ_IN_SECTION) {
		ending = ENDING_SOON;
	} else if (state_of(t) == THREAD_RUNNING) {
		ending = end_running(core, t, how);
	}
	if (core->current == current) /* not if who was told of the end goes on at once: his space is in use then */
		domain_visit(core, before);
	return ending;
}

void thread_bury(struct thread *t)
{
	struct domain *d = t->domain;

	spin_lock(&d->lock);
	list_remove(&t->link);
	free_block(d, t);
	spin_unlock(&d->lock);
}
