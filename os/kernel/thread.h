/*
 * The thread: a register frame, a stack, and where it stands. Kept small: there may be a million of them.
 */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include <petri/thread.h>

#include "kernel/arch.h"
#include "kernel/list.h"

struct domain;

struct thread {
	struct trapframe frame; /* first: the vectors save here */

	uint64_t id; /* as given out; the index stays, the generation changes with each use */
	struct list link; /* READY: in the run queue. BLOCKED: in its wait group. ZOMBIE: in the domain's list of the ended. FREE: in a free list */

	/* BLOCKED; under the lock of the wait bucket */
	uint64_t wait_key;             /* the word it waits on */
	struct thread *group_next;     /* if first of its group: first of the next less urgent group */
	struct thread *queue_next;     /* if first of its queue: first of the next queue in the bucket */
	uint64_t wait_epoch;           /* see waitq.c: which of two queues of one key */
	uint64_t queue_epoch;          /* if first of its queue */
	uint32_t queue_length;         /* if first of its queue */
	uint32_t queue_owner;          /* if first of a mutex's queue: index of the owner, 0 = none */
	struct thread *contended_next; /* if first of a mutex's queue: the next of the same owner */
	struct thread *contended;      /* of the mutexes this thread owns, those with waiters: first of the first queue */

	uint32_t timeout_slot; /* place in the heap of deadlines, 0 = none; under its lock */
	uint32_t quantum;      /* ticks */
	uint64_t deadline;     /* ticks */
	int64_t left;          /* ticks of its quantum not used up */

	uint8_t state; /* enum thread_state */
	uint8_t priority;
	uint16_t flags;      /* THREAD_FP, THREAD_DETACHED, and below */
	uint8_t stack_kind;  /* enum thread_stack */
	uint8_t stack_class; /* which free list its stack comes from */
	uint8_t core;        /* ran last on */
	uint8_t how;         /* ZOMBIE: enum petri_error */
	uint32_t stack_size;
	uint32_t joiner : 22;        /* index of the thread that joins it, 0 = none */
	uint32_t private_pages : 10; /* of its private heap */
	uint64_t stack_base;         /* lowest address; its user block lies there */
	void *fp;                    /* save area of THREAD_FP */
	struct domain *domain;
	uint64_t value; /* ZOMBIE: exit value; THREAD_DYING: turns it has had since */
	char name[THREAD_NAME_MAX] __attribute__((aligned(8)));
} __attribute__((aligned(16)));

_Static_assert(offsetof(struct thread, frame) == 0, "the vectors save registers at the start of struct thread");
_Static_assert(sizeof(struct thread) <= 480, "a million threads have 960 bytes each, stack and all");

#define THREAD_KERNEL_MODE 0x10u   /* runs at EL1t */
#define THREAD_RESTART 0x20u       /* BLOCKED: when woken, issues its call again */
#define THREAD_IN_CYCLE 0x40u      /* BLOCKED: member of a reported deadlock */
#define THREAD_STACK_DROPPED 0x80u /* FREE: its stack has addresses but no memory */
#define THREAD_DYING 0x100u        /* killed inside an atomic section: ends where it leaves it */
#define THREAD_OVERSTAYED 0x200u   /* its last atomic section took too long, and it has not told of its end */
#define THREAD_FLAGS_GIVEN (THREAD_FP | THREAD_DETACHED | THREAD_VITAL | THREAD_USER)

#define THREAD_INDEX(id) ((uint32_t)((id) & ((1u << THREAD_ID_INDEX_BITS) - 1)))
#define THREAD_ID(index, generation) ((uint64_t)(generation) << THREAD_ID_INDEX_BITS | (index))

/* The table: a virtual array that grows by pages. threads[0] is never used. */
extern struct thread *const threads;

/* The thread of an id that is neither free nor reused; NULL if stale. */
struct thread *thread_find(uint64_t id);

/* What a new thread is to be. */
struct thread_spec {
	struct thread_attr attr;
	char name[THREAD_NAME_MAX] __attribute__((aligned(8)));
	uint64_t entry, arg;
};
PETRI_NODISCARD enum petri_error thread_make(struct domain *d, const struct thread_spec *spec, bool kernel_mode,
					     struct thread **out);
/* Takes a thread back that has been made and never was ready. */
void thread_unmake(struct thread *t);
/* Ends t, which is not in any queue (it runs, or has just been taken out). */
void thread_end(struct core *core, struct thread *t, uint64_t value, enum petri_error how);
/* Ends a thread of any state but FREE and ZOMBIE from outside, with PETRI_EKILLED: now, or where it leaves its atomic section. */
void thread_kill_now(struct core *core, struct thread *t);
/* Takes t out of whatever queue it is in, so that it can be ended. */
void thread_extract(struct core *core, struct thread *t);
/* Is somebody waiting for the end of t, or about to take it? */
bool thread_is_joined(const struct thread *t);
/* Frees a ZOMBIE that has been joined. */
void thread_bury(struct thread *t);

/* How many are there. Read without a lock: for statistics. */
struct thread_counts {
	uint32_t alive, resident;
	uint64_t created;
};
extern struct thread_counts thread_counts;

#endif
