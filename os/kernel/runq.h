/* Run queues: one per core, 32 round-robin queues and a bitmap each; which core a thread goes to, and who is told. */
#ifndef KERNEL_RUNQ_H
#define KERNEL_RUNQ_H

#include "kernel/core.h"

void runq_init(struct core *core);

/* t, which is in no queue, becomes READY behind those of its priority, on its last core or on one that has nothing better to do; that core is
 * told. core: the caller's. */
void runq_ready(struct core *core, struct thread *t);
/* The same for a thread that was preempted: it keeps its place if something of its quantum is left. */
void runq_ready_again(struct core *core, struct thread *t);
/* If there is one that was to run here next, it stands in a queue after all: current may stay. */
void runq_queue_next(struct core *core);
/* A new thread begins on the core chosen for it. */
void runq_start(struct core *core, struct thread *t);
/* All threads of a wait group, of which this is the first: in one step, each on its last core, which is that of the group. They stay BLOCKED
 * until they run (wait_finish()). */
void runq_ready_circle(struct core *core, struct thread *first);
/* The most urgent ready thread for this core, RUNNING from now on; NULL: there is none. One that comes from a group is THREAD_WAITING: its wait is
 * to be finished. */
struct thread *runq_take(struct core *core);

/* Is something more urgent than this ready that this core could take? A hint. */
bool runq_more_urgent(const struct core *core, uint32_t priority);

/* Something of this priority stands in to's queue, and to seems to run something as urgent: a core that may run it and does nothing, or something
 * less urgent, is told; if it is many, all such cores are. */
void runq_offer(struct core *core, const struct core *to, uint32_t priority, uint32_t affinity, bool many);
/* This core runs something of another urgency than before (core->running says so already; before: what it said). */
void runq_turned(struct core *core, uint32_t priority, uint32_t before);

/* What came of the attempt to take one certain thread out of a run queue. */
enum runq_found { RUNQ_OUT, RUNQ_ELSEWHERE, RUNQ_IN_SECTION };
/* Takes t out (its state is WAKING then), if it stands in a run queue as READY, or as BLOCKED with this ticket. how: PETRI_OK, or how t is to
 * end, if it, a user thread, stands inside an atomic section and is spared for that: it stays where it is then (IN_SECTION). */
enum runq_found runq_take_out(struct thread *t, uint8_t state, uint64_t ticket, enum petri_error how);
/* Bit p: somebody of priority p is ready there. A hint. */
static inline uint32_t runq_ready_bits(const struct core *c) { return __atomic_load_n(&c->runq.ready, __ATOMIC_RELAXED); }
/* Where t runs, or ran last: another core may change it. */
static inline struct core *runq_of(const struct thread *t) { return &cores[__atomic_load_n(&t->core, __ATOMIC_ACQUIRE)]; }
/* Interrupts a core, so that it looks again. */
void runq_tell(struct core *to);
/* It has been interrupted, and looks after this: what it was told of before, it sees. */
void runq_heard(struct core *core);

extern bool runq_steals; /* an idle core takes from others (the default) */

/* ---- the way of every switch ------------------------------------------------------------------------------------------------- */

static inline uint32_t runq_top(uint32_t bits) { return 31 - (uint32_t)__builtin_clz(bits); }

/* The priorities that are ready somewhere where this core could take them. (Without stealing nobody is seen by others.) */
static inline uint32_t runq_within_reach(const struct core *core)
{
	const uint64_t *pairs = core->runq.view->pairs;
	uint64_t bits = 0;

	for (int i = 0; i < CORES_MAX / 2; i++)
		bits |= __atomic_load_n(&pairs[i], __ATOMIC_RELAXED);
	return (uint32_t)(bits | bits >> 32);
}

/* Under c's lock: what its priorities are from now on. */
static inline void runq_set_bits(struct core *c, uint32_t bits)
{
	__atomic_store_n(&c->runq.ready, bits, __ATOMIC_RELAXED);
	__atomic_store_n(c->runq.shown, bits, __ATOMIC_RELAXED);
}

/* Under c's lock: t stands in its queue, runs there, or is on its way from there. */
static inline void runq_stand(struct thread *t, uint32_t state, const struct core *c)
{
	__atomic_store_n(&t->standing, (uint16_t)(state | c->number << 8), __ATOMIC_RELEASE);
}

static inline __attribute__((always_inline)) void runq_unlink(struct core *from, struct thread *t)
{
	struct list *queue = &from->runq.queues[t->priority];

	list_unlink(&t->link);
	if (list_alone(queue))
		runq_set_bits(from, runq_ready_bits(from) & ~(1u << t->priority));
}

static inline struct thread *runq_first(const struct core *from)
{
	return list_entry(from->runq.queues[runq_top(from->runq.ready)].next, struct thread, link);
}

/* Under the lock: t is READY there. */
static inline __attribute__((always_inline)) void runq_put(struct core *to, struct thread *t, uint32_t priority, bool front)
{
	struct list *queue = &to->runq.queues[priority];

	runq_stand(t, THREAD_READY, to);
	if (front)
		list_insert_after(queue, &t->link);
	else
		list_insert_before(queue, &t->link);
	if (!(to->runq.ready & 1u << priority))
		runq_set_bits(to, to->runq.ready | 1u << priority);
}

/* Its own first thread of this priority; NULL: it has been stolen. (It may run here, or would not stand here.) */
static inline __attribute__((always_inline)) struct thread *runq_take_first(struct core *core, uint32_t priority)
{
	struct list *queue = &core->runq.queues[priority], *first;
	struct thread *t = NULL;

	spin_lock(&core->runq.lock);
	first = queue->next;
	if (first != queue) {
		t = list_entry(first, struct thread, link);
		queue->next = first->next;
		first->next->prev = queue;
		if (first->next == queue)
			runq_set_bits(core, core->runq.ready & ~(1u << priority));
		runq_stand(t, THREAD_RUNNING, core);
	}
	spin_unlock(&core->runq.lock);
	return t;
}

/* Its own first thread, if nothing elsewhere seems more urgent; else NULL. */
static inline __attribute__((always_inline)) struct thread *runq_take_own(struct core *core)
{
	uint32_t bits = runq_ready_bits(core), priority;

	if (bits == 0 || runq_within_reach(core) >> (priority = runq_top(bits)) > 1)
		return NULL;
	return runq_take_first(core, priority);
}

/* Who is to run next, and stands in no queue; there is one. (Unless something more urgent has come into a queue meanwhile.) */
static inline struct thread *runq_take_next(struct core *core)
{
	struct thread *t = core->next;

	if (runq_within_reach(core) >> t->priority > 1) {
		runq_queue_next(core);
		return runq_take_own(core);
	}
	core->next = NULL;
	runq_stand(t, THREAD_RUNNING, core);
	return t;
}

/* t, which has just stopped on this core, goes behind its equals, and the first of those is taken: what is ready stays the same, but for who it is.
 * (Nobody as urgent is there any more: t itself. Something more urgent: that is seen to as soon as t's successor runs.) */
static inline __attribute__((always_inline)) struct thread *runq_rotate(struct core *core, struct thread *t)
{
	struct list *queue = &core->runq.queues[t->priority];
	struct thread *next = t;

	spin_lock(&core->runq.lock);
	if (!list_alone(queue)) {
		list_insert_before(queue, &t->link);
		next = list_entry(queue->next, struct thread, link);
		list_unlink(&next->link);
		set_state(t, THREAD_READY); /* both are of this core as they were */
		set_state(next, THREAD_RUNNING);
	}
	spin_unlock(&core->runq.lock);
	return next;
}

#endif
