/*
 * What the dead leave: contended mutexes, as many as there are threads if it comes to that. They go to their first waiters a few at a time; the timer
 * goes on where the end of the thread left off. Until all are handed on, the dead are in a row here, and their control blocks nobody else's.
 *
 * Who wants one of these mutexes meanwhile takes it over himself (sys_park_mutex). Runs in handlers, under `lives`; takes buckets, then a domain's lock.
 */
#include "kernel/estate.h"

#include "kernel/later.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

static struct {
	uint32_t first, last; /* indexes, 0 = none; linked by contended_next: they wait for nothing any more */
	uint32_t core;        /* who goes on with them */
} estates;

void estate_settle(struct core *core, struct thread *t)
{
	if (!park_inherit(core, t))
		return;
	t->marks |= THREAD_LEAVES;
	t->contended_next = 0;
	if (estates.first == 0) {
		__atomic_store_n(&estates.core, core->number, __ATOMIC_RELAXED);
		__atomic_store_n(&estates.first, THREAD_INDEX(t->id), __ATOMIC_RELAXED);
		later_note(LATER_ESTATES, true);
		timer_soon(core);
	} else {
		threads[estates.last].contended_next = THREAD_INDEX(t->id);
	}
	estates.last = THREAD_INDEX(t->id);
}

void estates_continue(struct core *core)
{
	struct domain *before;
	struct thread *t;
	bool more;

	if (__atomic_load_n(&estates.first, __ATOMIC_RELAXED) == 0 ||
	    __atomic_load_n(&estates.core, __ATOMIC_RELAXED) != core->number)
		return;
	spin_lock(&lives);
	t = &threads[estates.first];
	before = domain_visit(core, t->domain);
	more = park_inherit(core, t);
	domain_visit(core, before);
	if (!more) {
		__atomic_store_n(&estates.first, t->contended_next, __ATOMIC_RELAXED);
		thread_settled(t);
	}
	later_note(LATER_ESTATES, estates.first != 0);
	if (estates.first != 0)
		timer_soon(core);
	spin_unlock(&lives);
}
