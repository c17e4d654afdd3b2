/*
 * Per-core state, behind one pointer (arch_core()). A core touches its own without a lock, but for the run queue,
 * into which other cores may put threads.
 */
#ifndef KERNEL_CORE_H
#define KERNEL_CORE_H

#include "kernel/spinlock.h"
#include "kernel/thread.h"

#define CORES_MAX 4

struct runq {
	struct spinlock lock;
	uint32_t ready; /* bit p: somebody of priority p is ready */
	struct list queues[THREAD_PRIORITIES];
};

struct core {
	uint64_t stack;         /* top of the core's own stack; offset used by the vectors */
	uint64_t emergency;     /* top of the stack for faults of the kernel itself; likewise */
	struct thread *current; /* RUNNING here; NULL: it has just blocked, and another is to be chosen */
	struct thread *last;    /* whose FP registers are loaded */
	struct domain *domain;  /* whose address space is in use */
	bool reschedule;        /* something more urgent is ready, or the quantum is over */
	bool fp_live;           /* last has used FP since it was switched in */
	uint32_t number;
	uint64_t since;       /* ticks: current is charged up to here */
	uint64_t section_end; /* ticks: when current's atomic section has lasted too long; 0 = no switch is due */
	uint64_t armed;       /* ticks: when the timer fires; UINT64_MAX = off */
	uint64_t resumed_pc;  /* where current went on: to see whether it got anywhere */
	uint64_t random;      /* state of the seeded quantum; 0 = not seeded */
	uint32_t stuck;       /* how often in a row current was preempted before its first instruction */
	uint64_t switches, preemptions, idle;
	struct runq runq;
};
_Static_assert(offsetof(struct core, stack) == CORE_STACK, "vectors");
_Static_assert(offsetof(struct core, emergency) == CORE_EMERGENCY, "vectors");

extern struct core cores[CORES_MAX];

#endif
