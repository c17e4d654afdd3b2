/*
 * The thread: a register frame, a stack, and where it stands. Kept small: there may be a million of them.
 */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include <petri/thread.h>

#include "kernel/arch.h"
#include "kernel/list.h"
#include "kernel/spinlock.h"

struct domain;

/* Beside those of enum thread_state, seen inside the kernel only. */
#define THREAD_WAKING 6  /* taken out of one queue, not yet in the next */
#define THREAD_JOINING 7 /* waits for the end of another, without a deadline; shown as BLOCKED */

struct thread {
	struct trapframe frame; /* first: the vectors save here */

	uint64_t id; /* as given out; the index stays, the generation changes with each use */
	struct list link; /* READY: in the run queue. BLOCKED: in its wait group. ZOMBIE: in the domain's list of the ended. FREE: in a free list */

	/* BLOCKED; under the lock of the wait bucket */
	uint64_t wait_key;         /* the word it waits on */
	struct thread *group_next; /* if first of its group: first of the next less urgent group */
	struct thread *queue_next; /* if first of its queue: first of the next queue in the bucket */
	uint64_t wait_ticket;      /* order of arrival in the bucket; see waitq.c */
	uint64_t queue_ticket;     /* if first of its queue: those with an older one were woken with the queue before */
	uint32_t queue_length;     /* if first of its queue */
	uint32_t queue_owner;      /* if first of a mutex's queue: index of the owner, 0 = none */
	uint32_t contended_next; /* if first of a mutex's queue: index of the next in its owner's list, 0 = none; likewise the one before */
	uint32_t contended_prev;
	uint32_t contended; /* of the mutexes this thread owns, those with waiters: index of the first of the first queue */
	uint8_t stuck;      /* how often in a row it was preempted where it had gone on */

	bool timeout_red;     /* in a tree of deadlines; under its lock, as all of these (see deadlines.c) */
	uint8_t timeout_tree; /* which one of timeout_core it is */
	uint32_t timeout_up;  /* index of who stands above it there, or DEADLINES_TOP; 0 = it is in none */
	uint32_t quantum;     /* ticks */
	uint64_t deadline;    /* ticks */
	int64_t left;         /* ticks of its quantum not used up */

	union {
		struct {
			uint8_t state; /* enum thread_state */
			uint8_t core;  /* ran last on; READY: in whose queue it stands */
		};
		uint16_t standing; /* both at once: see runq.c */
	};
	uint16_t flags;          /* THREAD_FP, THREAD_DETACHED, and below */
	uint8_t stack_kind : 1;  /* enum thread_stack */
	uint8_t stack_class : 7; /* which free list its stack comes from */
	uint8_t priority;
	union {
		struct {
			uint8_t marks; /* THREAD_RESTART and the like: of the one who has t, as its state says */
			uint8_t how;   /* enum petri_error: how it ended, or, while it lives, is to end */
		};
		uint16_t special; /* both, marks in the low byte: it does not just go on when its turn comes */
	};
	uint8_t affinity;     /* bit n: may run on core n */
	uint8_t timeout_core; /* in one of whose trees of deadlines it is */
	union {
		struct {                       /* RUNNING: what another core wants it to have */
			uint8_t wish;          /* 1 + priority, 0 = none */
			uint8_t wish_affinity; /* 0 = none */
		};
		uint16_t wishes; /* both at once */
	};
	uint32_t stack_size;
	/* Both under `lives`: they are one word. */
	uint32_t joiner : 22;        /* index of the thread that joins it, 0 = none */
	uint32_t private_pages : 10; /* of its private heap */
	uint32_t doomed_next;        /* see thread_end_later(); under `lives`. 0 = not there */
	uint64_t stack_base;         /* lowest address; its user block lies there */
	void *fp;                    /* save area of THREAD_FP */
	struct domain *domain;
	union {
		uint64_t value;            /* ZOMBIE: exit value; condemned: turns it has had inside its atomic section since */
		uint32_t timeout_below[2]; /* in a tree of deadlines: indexes of who stand below it there, 0 = nobody */
	};
	union {
		char name[THREAD_NAME_MAX];
		uint64_t name_words[THREAD_NAME_MAX / 8];
	};
} __attribute__((aligned(16)));

_Static_assert(offsetof(struct thread, frame) == 0, "the vectors save registers at the start of struct thread");
_Static_assert(sizeof(struct thread) <= 480, "a million threads have 960 bytes each, stack and all");

/* Flags: change under `lives` or while t is FREE, but for those who read them they may do so at any moment. */
#define THREAD_KERNEL_MODE 0x10u   /* runs at EL1t */
#define THREAD_STACK_DROPPED 0x20u /* FREE: its stack has addresses but no memory */
#define THREAD_ENDED 0x40u         /* owns no mutex any more that somebody waits for */
#define THREAD_FLAGS_GIVEN (THREAD_FP | THREAD_DETACHED | THREAD_VITAL | THREAD_USER)

/* Marks. */
#define THREAD_RESTART 1u    /* BLOCKED: when woken, issues its call again */
#define THREAD_IN_CYCLE 2u   /* BLOCKED: member of a reported deadlock */
#define THREAD_WAITING 16u   /* BLOCKED, and its wait is still to be finished, by who wakes it or, woken with others, when it runs */
#define THREAD_OVERSTAYED 4u /* its last atomic section took too long, and it has not told of its end */
#define THREAD_LEAVES 8u     /* ended: mutexes that it left are still to be handed on (estate.c) */

#define THREAD_INDEX(id) ((uint32_t)((id) & ((1u << THREAD_ID_INDEX_BITS) - 1)))
#define THREAD_ID(index, generation) ((uint64_t)(generation) << THREAD_ID_INDEX_BITS | (index))

/* The state changes under the lock of t's place (docs/locking.md). Without it, it is a hint; but what was written before is seen. */
static inline uint8_t state_of(const struct thread *t) { return __atomic_load_n(&t->state, __ATOMIC_ACQUIRE); }
static inline void set_state(struct thread *t, uint8_t state) { __atomic_store_n(&t->state, state, __ATOMIC_RELEASE); }

/* Does t stand in a tree of deadlines? Once it does not, its deadline is its own again. */
static inline bool has_deadline(const struct thread *t) { return __atomic_load_n(&t->timeout_up, __ATOMIC_ACQUIRE) != 0; }

/* How t is to end; PETRI_OK: it is not. Set by others while it runs. */
static inline enum petri_error condemned(const struct thread *t)
{
	return (enum petri_error)__atomic_load_n(&t->how, __ATOMIC_RELAXED);
}
static inline void condemn(struct thread *t, enum petri_error how) { __atomic_store_n(&t->how, (uint8_t)how, __ATOMIC_RELAXED); }

/* What may be given to a thread from outside while it lives, whatever it does. */
enum thread_trait { TRAIT_PRIORITY, TRAIT_AFFINITY };

/* t runs nowhere, and nobody else can take it meanwhile: what was wished for it while it ran is out of date. */
static inline void give_trait(struct thread *t, enum thread_trait trait, uint8_t value)
{
	if (trait == TRAIT_PRIORITY) {
		t->priority = value;
		__atomic_store_n(&t->wish, 0, __ATOMIC_RELAXED);
	} else {
		__atomic_store_n(&t->affinity, value, __ATOMIC_RELEASE);
		__atomic_store_n(&t->wish_affinity, 0, __ATOMIC_RELAXED);
	}
}

/* The affinity that a mask given by an app means (0: all cores); 0: no core that takes part is in it. */
uint8_t thread_affinity(uint64_t mask);

/* The table: a virtual array that grows by pages. threads[0] is never used. */
extern struct thread *const threads;

/* The thread of an id that is neither free nor reused; NULL if stale. */
struct thread *thread_find(uint64_t id);

/* What a new thread is to be. */
struct thread_spec {
	struct thread_attr attr;
	union {
		char name[THREAD_NAME_MAX];
		uint64_t name_words[THREAD_NAME_MAX / 8];
	};
	uint64_t entry, arg;
};
PETRI_NODISCARD enum petri_error thread_make(struct domain *d, const struct thread_spec *spec, bool kernel_mode,
					     struct thread **out);
/* Attributes in one word, as the call thread_make has them: those of struct thread_attr from stack_size on. No name, the quantum of this run. */
static inline struct thread_attr thread_attr_of(uint64_t word)
{
	return (struct thread_attr){.stack_size = (uint32_t)word,
				    .stack = (uint8_t)(word >> 32),
				    .priority = (uint8_t)(word >> 40),
				    .flags = (uint8_t)(word >> 48),
				    .affinity = (uint8_t)(word >> 56)};
}
/* The same for a small thread: compact, without FP. NULL: not here and now, so it is for thread_make(), which also says why. */
struct thread *thread_make_small(struct domain *d, uint64_t word, uint64_t entry, uint64_t arg, bool kernel_mode);
/* Takes a thread back that has been made and never was ready. */
void thread_unmake(struct thread *t);

/*
 * Guards what becomes of threads from outside: ends, joins, detaching, priorities. Outermost (docs/locking.md); the functions down to
 * thread_bury() are called under it.
 */
extern struct spinlock lives;
/* Ends t, which is in no queue (it has just stopped running here, or been taken out). */
void thread_end(struct core *core, struct thread *t, uint64_t value, enum petri_error how);
/* What came of ending a thread from outside. */
enum thread_ending {
	ENDING_NOW,  /* it was in some queue, and has ended */
	ENDING_SOON, /* it runs, or stands inside an atomic section, and ends where it leaves the kernel, or the section, next */
	ENDING_RETRY /* it is on its way from one state to another on another core: try again */
};
/* Ends a thread of any state but FREE and ZOMBIE. spare: not inside an atomic section. */
enum thread_ending thread_end_other(struct core *core, struct thread *t, enum petri_error how, bool spare);
/* After ENDING_RETRY, for who cannot try again himself: it is done as soon as it can be. */
void thread_end_later(struct core *core, struct thread *t, enum petri_error how);
/* Tries them again: from the timer, without the lock. */
void threads_continue(struct core *core);
/* What t left has been handed on: its control block may be another thread's as soon as it is free. */
void thread_settled(struct thread *t);
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
