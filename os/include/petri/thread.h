/*
 * Threads.
 *
 * A thread is a register frame and a stack. 32 priorities, a higher number is more urgent; threads of one priority take
 * turns, each for its quantum of CPU time. Unless it says otherwise, a function here may be called by any thread, is an
 * error (PETRI_EATOMIC) inside an atomic section if it blocks, and never blocks if that is not said.
 */
#ifndef PETRI_THREAD_H
#define PETRI_THREAD_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

#include <petri/arch.h>
#include <petri/error.h>
#include <petri/time.h>

/* Names a thread for ever: index in the low 24 bits, generation above; bit 63 is 0. 0 names nobody. The id of another app's thread is ESTALE,
 * whatever it is given to. */
typedef uint64_t thread_id;

#define THREAD_PRIORITIES 32
#define THREAD_PRIORITY_DEFAULT 16
#define THREAD_NAME_MAX 16 /* with the closing zero */
#define THREAD_ID_INDEX_BITS 24

enum thread_stack {
	THREAD_GUARDED, /* whole pages with an unmapped page below: an overflow faults at once */
	THREAD_COMPACT, /* a few hundred bytes, for thousands of threads: checked at each kernel entry */
};

/* Bytes, user block included; release builds of small functions need no more than this. */
#ifdef __OPTIMIZE__
#define THREAD_COMPACT_SIZE 384u
#else
#define THREAD_COMPACT_SIZE 1024u
#endif
#define THREAD_COMPACT_MIN 192u
#define THREAD_COMPACT_MAX 4096u
#define THREAD_GUARDED_SIZE 16384u
#define THREAD_GUARDED_MAX (1u << 20)

#define THREAD_FP 1u       /* may use FP/SIMD registers; without it their use is a fault */
#define THREAD_DETACHED 2u /* nobody joins it; it disappears at its end */
#define THREAD_USER 8u     /* made by a kernel-mode thread: runs in user mode all the same, but is trusted as the app is: they share its memory */
#define THREAD_VITAL 4u    /* the app cannot do without it: the host's KILL is refused (as for main); thread_kill is not */

struct thread_attr {
	const char *name;    /* copied, cut at 15 bytes; NULL: no name */
	uint64_t quantum_ns; /* 0: the default of this run */
	uint32_t stack_size; /* bytes, rounded up to 16 (compact) or 4,096 (guarded); 0: the class's default */
	uint8_t stack;       /* enum thread_stack */
	uint8_t priority;    /* 0..31 */
	uint8_t flags;       /* THREAD_FP, THREAD_DETACHED, THREAD_VITAL, THREAD_USER */
	uint8_t affinity;    /* the cores it may run on: bit n for core n. 0: all */
};
#define THREAD_ATTR_DEFAULT {.stack = THREAD_GUARDED, .priority = THREAD_PRIORITY_DEFAULT, .flags = THREAD_FP}
#define THREAD_ATTR_COMPACT {.stack = THREAD_COMPACT, .priority = THREAD_PRIORITY_DEFAULT}

typedef void *(*thread_entry)(void *arg);

/*
 * Creates a thread that is ready at once. attr: NULL for the default. id: where its id goes, NULL if not wanted.
 * Returning from entry is thread_exit with that value. EINVAL, ENOMEM.
 */
PETRI_NODISCARD enum petri_error thread_create(thread_id *id, const struct thread_attr *attr, thread_entry entry, void *arg);

/* Ends the calling thread. Mutexes it holds go to the first waiter, or else the next locker, who is told PETRI_EOWNERDIED. With the last thread
 * the app ends (code 0), with main only if main returns. */
__attribute__((noreturn)) void thread_exit(void *value);

/*
 * Waits for the end of a thread and takes its exit value (value may be NULL). Blocks. Each thread is joined once; the
 * id is stale after that. ESTALE, EDETACHED, EBUSY (somebody else is joining it), EDEADLOCK (itself), EKILLED and EFAULTED (it ended
 * that way; joined all the same), EATOMIC. The _until form gives up at a deadline: ETIMEDOUT.
 */
PETRI_NODISCARD enum petri_error thread_join(thread_id id, void **value);
PETRI_NODISCARD enum petri_error thread_join_until(thread_id id, void **value, petri_time deadline);

/* How a thread ended. */
struct thread_end {
	thread_id id;
	void *value;          /* of thread_exit */
	enum petri_error how; /* PETRI_OK, PETRI_EKILLED, PETRI_EFAULTED */
	uint32_t reserved;
};

/* Waits for the end of any joinable thread that nobody joins by id, in the order in which they end. Blocks. ETIMEDOUT, EATOMIC. */
PETRI_NODISCARD enum petri_error thread_join_any(struct thread_end *end, petri_time deadline);

/* Nobody will join it: it disappears at its end (now, if it has ended). ESTALE, EDETACHED. */
enum petri_error thread_detach(thread_id id);

/* Ends another thread wherever it is; inside an atomic section only where it leaves that, or, of a user thread, when it has had 100
 * turns of 50 us and still has not (petri/atomic.h). Its joiner gets PETRI_EKILLED. ESTALE (also if it has ended already), EINVAL (itself: use thread_exit). */
enum petri_error thread_kill(thread_id id);

/* Lets the next ready thread of the same priority run. In an atomic section: nothing. */
void thread_yield(void);

/* Sleeps until a moment of petri_now(), or for a time in ns; the thread wakes at that moment or as soon after as its
 * priority allows, never before. Blocks. EATOMIC. */
enum petri_error thread_sleep_until(petri_time deadline);
enum petri_error thread_sleep(uint64_t ns);

/* The calling thread. Costs two instructions. */
static inline thread_id thread_self(void) { return arch_user_block()->tid; }
/* Is it a user thread (EL0), not a kernel-mode thread (EL1t)? One instruction. */
static inline bool thread_is_user(void) { return !(arch_thread_register() & 1); }

/* Priority 0..31: set (the old one goes to *old unless NULL) and get. A blocked thread moves to its new place among the waiters,
 * a ready one to the tail of its new priority. EINVAL, ESTALE. */
enum petri_error thread_set_priority(thread_id id, uint32_t priority, uint32_t *old);
enum petri_error thread_get_priority(thread_id id, uint32_t *priority);

/*
 * The cores a thread may run on: bit n for core n, 0 for all; bits of cores that do not take part count for nothing. From this call's return on it
 * runs nowhere else: where it runs on another core it is moved off first, and the caller waits for that without being blocked. (Inside an atomic section who
 * moves himself is moved at its end.) A ready thread goes to the tail of its priority, and so does a blocked one that may not run any more
 * where it stopped. EINVAL (none of these cores takes part), ESTALE. What it may: thread_info().
 */
enum petri_error thread_set_affinity(thread_id id, uint32_t cores);
/* The core on which the caller runs, or ran a moment ago: it may be moved at any time, unless it may run on this one only. Costs two instructions. */
static inline uint32_t thread_core(void) { return arch_core_number(); }

/* CPU time a thread may use before others of its priority have their turn, in ns; at least 200. It counts across blockings. The caller's present one is over
 * with that: its equals have their turn first, if there are any; another thread uses up what is left of its old one first. EINVAL, ESTALE. */
enum petri_error thread_set_quantum(thread_id id, uint64_t ns);

/* At most 15 bytes are kept. ESTALE. */
enum petri_error thread_set_name(thread_id id, const char *name);

enum thread_state { THREAD_FREE, THREAD_READY, THREAD_RUNNING, THREAD_BLOCKED, THREAD_SLEEPING, THREAD_ZOMBIE };

struct thread_info {
	thread_id id;
	char name[THREAD_NAME_MAX];
	uint8_t state; /* enum thread_state */
	uint8_t priority;
	uint8_t stack; /* enum thread_stack */
	uint8_t core;  /* it ran last on */
	uint32_t stack_size;
	uint64_t waits_for; /* park address when BLOCKED */
	uint64_t cpu_ns;    /* 0 when not counted */
	uint8_t affinity;   /* bit n: may run on core n */
	uint8_t reserved[7];
};
PETRI_NODISCARD enum petri_error thread_info(thread_id id, struct thread_info *info);

#define THREAD_CORES_MAX 64u
#define THREAD_NO_CORE 0xffu
/* On which core each of n threads is, or was last; THREAD_NO_CORE for stale ids. One call for many, to show how work is shared out. EINVAL (n is
 * not 1 .. THREAD_CORES_MAX). */
PETRI_NODISCARD enum petri_error thread_cores(const thread_id *ids, uint32_t n, uint8_t *on);

#endif
