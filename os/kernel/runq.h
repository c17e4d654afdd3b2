/* Run queues: one per core, 32 round-robin queues and a bitmap each; which core a thread goes to, and who is told. */
#ifndef KERNEL_RUNQ_H
#define KERNEL_RUNQ_H

#include "kernel/core.h"

void runq_init(struct core *core);

/* t, which is in no queue, becomes READY behind those of its priority, on its last core or on one that has nothing better to do; that core is
 * told. core: the caller's. */
void runq_ready(struct core *core, struct thread *t);
/* The same on this core. */
void runq_ready_here(struct core *core, struct thread *t);
/* The same for a thread that was preempted: it keeps its place if something of its quantum is left. */
void runq_ready_again(struct core *core, struct thread *t);
/* A new thread begins on the core chosen for it. */
void runq_start(struct core *core, struct thread *t);
/* All threads of a wait group, of which this is the first: in one step, each on its last core, which is that of the group. They stay BLOCKED
 * until they run (wait_finish()). */
void runq_ready_circle(struct core *core, struct thread *first);
/* The most urgent ready thread for this core, RUNNING from now on; NULL: there is none. *woken: it comes from a group, and its wait is to be
 * finished. */
struct thread *runq_take(struct core *core, bool *woken);

/* Is something more urgent than this ready that this core could take? A hint. */
bool runq_more_urgent(const struct core *core, uint32_t priority);

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
void runq_tell(const struct core *to);

extern bool runq_steals; /* an idle core takes from others (the default) */

#endif
