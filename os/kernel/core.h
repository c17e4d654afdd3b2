/*
 * Per-core state, behind one pointer (arch_core()). A core touches its own without a lock, but for its run queue and its deadlines, into which
 * other cores may reach, and for what is marked as read by others.
 */
#ifndef KERNEL_CORE_H
#define KERNEL_CORE_H

#include "kernel/deadlines.h"
#include "kernel/spinlock.h"
#include "kernel/thread.h"
#include "kernel/varray.h"

#define CORES_MAX 4

/* The `ready` of all cores, in one line, so that one look shows who could be stolen. */
union runq_bits {
	uint32_t of[CORES_MAX];
	uint64_t pairs[CORES_MAX / 2];
} __attribute__((aligned(64)));

struct runq {
	struct spinlock lock;
	uint32_t ready;              /* bit p: somebody of priority p is ready */
	uint32_t *shown;             /* the same, in sight of the others */
	const union runq_bits *view; /* what is in sight of this core, its own among it */
	struct list queues[THREAD_PRIORITIES];
};

/* The deadlines of threads that went to sleep, or blocked, on this core (timeout.c). */
struct timeouts {
	struct spinlock lock;
	uint32_t used;     /* bit p: somebody of priority p has one */
	uint64_t earliest; /* ticks; UINT64_MAX: none */
	struct deadlines trees[THREAD_PRIORITIES];
};

struct core {
	uint64_t stack;         /* top of the core's own stack; offset used by the vectors */
	uint64_t emergency;     /* top of the stack for faults of the kernel itself; likewise */
	struct thread *current; /* RUNNING here; NULL: it has just blocked, and another is to be chosen */
	union {
		struct {
			bool altered;    /* current does not go on as it came in: by its frame, whose it ever was */
			bool vacant;     /* current is NULL */
			bool reschedule; /* something more urgent is ready, or the quantum is over */
			bool limited;    /* somebody as urgent has come: current's quantum has an end from now on */
		};
		uint32_t look; /* any of these: there is something to see to on the way out */
	};
	struct thread *next; /* WAKING, and more urgent than current and all in the queue: goes on when the kernel is left, or queues after all */
	bool fp_live;          /* current has used FP since it was switched in */
	bool stopped;          /* for good; read by others */
	bool told;             /* an interrupt from another core is under way; set by others */
	struct domain *domain; /* whose address space is in use */
	uint32_t number;
	uint32_t running;     /* 1 + priority of current, 0 = idle; read by others */
	uint64_t since;       /* ticks: current is charged up to here */
	uint64_t section_end; /* ticks: when current's atomic section has lasted too long; 0 = no switch is due */
	uint64_t armed;       /* ticks: when the timer fires; UINT64_MAX = off */
	uint64_t turn;        /* ticks: at least so often the timer fires, though nobody waits; 0 = it need not */
	uint64_t soon;        /* ticks: when something that was put off is to be looked at again; UINT64_MAX = never */
	uint64_t resumed_pc;  /* where current went on: to see whether it got anywhere */
	uint64_t random;      /* state of the seeded quantum; 0 = not seeded */
	uint64_t switches, preemptions, steals, idle; /* idle: ticks; read by others, for statistics */
	uint64_t idle_from; /* ticks: idle since then, which is not yet in there; 0 = it is not; likewise */
	uint32_t ranks;     /* checked builds: bit r: a lock of rank r is held */
	struct runq runq;
	struct timeouts timeouts;
} __attribute__((aligned(64)));
_Static_assert(offsetof(struct core, stack) == CORE_STACK, "vectors");
_Static_assert(offsetof(struct core, emergency) == CORE_EMERGENCY, "vectors");
_Static_assert(offsetof(struct core, current) == CORE_CURRENT, "vectors");
_Static_assert(offsetof(struct core, look) == CORE_LOOK, "vectors");
_Static_assert(offsetof(struct core, altered) == CORE_ALTERED, "vectors");

extern struct core cores[CORES_MAX];
extern uint32_t cores_online; /* how many take part: cores[0 .. cores_online - 1] */

#endif
