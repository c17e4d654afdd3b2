/*
 * Wait queues, keyed by address: the one place where threads block.
 *
 * A queue exists while somebody waits; it costs no memory, for the waiters themselves carry its links. Ordered by priority, then
 * first come, first served.
 */
#ifndef KERNEL_WAITQ_H
#define KERNEL_WAITQ_H

#include "kernel/core.h"
#include "kernel/domain.h"
#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/timeout.h"
#include "kernel/varray.h"

struct wait_bucket {
	struct spinlock lock;
	struct thread *queues; /* first thread of the first queue */
	uint64_t ticket;       /* given last */
} __attribute__((aligned(32)));

void wait_init(uint64_t memory);

/* A word of a domain as key. Keys of the kernel itself are addresses of kernel objects. Domains have the same addresses: their number, in the
 * top 16 bits, keeps their words apart; those of shared regions are the same word for all. */
#define WAIT_ADDRESS(key) ((key) & ((1ull << 48) - 1))
static inline bool is_shared(uint64_t address) { return address - APP_SHARED < APP_SHARED_END - APP_SHARED; }
static inline uint64_t wait_key(const struct thread *t, uint64_t address)
{
	return is_shared(address) ? address : WAIT_ADDRESS(address) | (uint64_t)t->domain->number << 48;
}

/* Fibonacci hashing: the golden ratio spreads neighbouring words. All that it takes stands together. */
extern struct wait_table {
	struct wait_bucket *buckets;
	uint64_t golden;
	uint32_t shift;
} wait_table;
static inline struct wait_bucket *wait_lock(uint64_t key)
{
	struct wait_bucket *b = &wait_table.buckets[(key >> 3) * wait_table.golden >> wait_table.shift];

	spin_lock(&b->lock);
	return b;
}
static inline void wait_unlock(struct wait_bucket *b) { spin_unlock(&b->lock); }

/* Under the bucket's lock: the current thread waits for key until deadline (ticks) at the latest; when somebody wakes key, its call is issued again. What it
 * waits for is to be looked at under that lock, too. */
void wait_restart(struct core *core, struct wait_bucket *b, uint64_t key, uint64_t deadline);
/* Under the bucket's lock: the queue of a mutex belongs to the thread of this id from now on (0: to nobody). Without waiters: nothing. False: that
 * thread has ended. */
bool wait_set_owner(struct wait_bucket *b, uint64_t key, uint64_t owner);
/* Under the bucket's lock: takes t out, if it is still a waiter of this queue. wait_wake() it then. */
bool wait_withdraw(struct wait_bucket *b, uint64_t key, struct thread *t);

/* Without a lock held: */
/* Wakes all waiters, in as many steps as they have priorities and cores; if they are more than most, nobody. Returns how many it has woken. */
uint32_t wait_wake_up_to(struct core *core, uint64_t key, uint64_t most);
static inline uint32_t wait_wake_all(struct core *core, uint64_t key) { return wait_wake_up_to(core, key, UINT64_MAX); }
/* t, of those, is about to run, with these marks: ends its wait. Mostly it had no deadline, and nothing but its wait is marked. */
void wait_finish_slowly(struct thread *t);
static inline void wait_finish_plainly(struct thread *t)
{
	arch_set_result(t, PETRI_OK);
	t->marks = 0;
}
static inline void wait_finish_marked(struct thread *t, uint32_t marks)
{
	if (marks != THREAD_WAITING || has_deadline(t)) {
		wait_finish_slowly(t);
		return;
	}
	wait_finish_plainly(t);
}
static inline void wait_finish(struct thread *t) { wait_finish_marked(t, t->marks); }
/* Does a BLOCKED thread still wait? False: it was woken with all the others, and stands in a run queue. */
bool wait_is_live(const struct thread *t);
/* The owner of the mutex that a BLOCKED thread waits for without a deadline; NULL if it does not wait so. And its word's address. */
struct thread *wait_owner(const struct thread *t);
static inline uint64_t wait_address(const struct thread *t) { return WAIT_ADDRESS(t->wait_key); }
/* Wakes a BLOCKED thread with this result, whatever it waits for (if it was not woken already). */
void wait_cancel(struct core *core, struct thread *t, enum petri_error result);
/* The deadline of a BLOCKED thread seemed to have passed: if so, it gives up. */
void wait_expire(struct core *core, struct thread *t, uint64_t now);
/* Takes a BLOCKED thread out of what it waits in, or, if it was woken with all the others, out of the run queue. */
enum runq_found wait_take_out(struct thread *t);
/* A BLOCKED thread gets another priority or affinity; it goes to the tail of its priority, where it waits, or, if it was woken with all the others,
 * in a run queue. (Who may still run on its last core keeps its place in the queue where it waits.) False: it has been woken since. */
bool wait_give(struct core *core, struct thread *t, enum thread_trait trait, uint8_t value);

/* ---- the way of every wait --------------------------------------------------------------------------------------------------- */

/* Where the pointer to the queue's first thread is; *result == NULL: there is no such queue. */
static inline struct thread **wait_queue(struct wait_bucket *b, uint64_t key)
{
	struct thread **q = &b->queues;

	while (*q != NULL && (*q)->wait_key != key)
		q = &(*q)->queue_next;
	return q;
}
static inline bool wait_any(struct wait_bucket *b, uint64_t key) { return *wait_queue(b, key) != NULL; }

/* t becomes a waiter of the queue at q. Mostly it goes behind the last of the first group. */
void wait_insert_group(struct thread **q, struct thread *t);
static inline void wait_insert(struct thread **q, struct thread *t)
{
	struct thread *first = *q;

	if (first == NULL || first->priority != t->priority || __atomic_load_n(&first->core, __ATOMIC_RELAXED) != t->core) {
		wait_insert_group(q, t);
		return;
	}
	list_insert_before(&first->link, &t->link);
	first->queue_length++;
}

/* Under the bucket's lock: the current thread stops running, becomes a waiter, and gives up at deadline (ticks). From the unlocking on another
 * core may have it. */
static inline __attribute__((always_inline)) void wait_block(struct core *core, struct wait_bucket *b, uint64_t key,
							     uint64_t deadline)
{
	struct thread *t = core->current;

	sched_stop(core);
	/* In this order for those who look without our lock: see belongs(). */
	__atomic_store_n(&t->wait_key, key, __ATOMIC_RELAXED);
	__atomic_store_n(&t->wait_ticket, ++b->ticket, __ATOMIC_RELEASE);
	t->marks |= THREAD_WAITING;
	set_state(t, THREAD_BLOCKED);
	wait_insert(wait_queue(b, key), t);
	if (deadline != UINT64_MAX)
		timeout_add(core, t, deadline);
}

/* t has been taken out of its queue, under the bucket's lock: it waits no more, whatever its deadline. */
static inline void wait_leave_queue(struct thread *t)
{
	if (has_deadline(t))
		timeout_remove(t);
	set_state(t, THREAD_WAKING);
}

/* Under the bucket's lock: takes out the first waiter, or NULL. It is in no queue then: wait_wake() it. Mostly it is the only one. */
struct thread *wait_pop_first(struct thread **q);
static inline struct thread *wait_pop(struct wait_bucket *b, uint64_t key)
{
	struct thread **q = wait_queue(b, key), *t = *q;

	if (t == NULL)
		return NULL;
	if (t->queue_length == 1 && t->queue_owner == 0)
		*q = t->queue_next;
	else
		t = wait_pop_first(q);
	wait_leave_queue(t);
	return t;
}

/* Makes a thread that has been taken out ready, with this result of its call. */
void wait_finish_with(struct thread *t, enum petri_error result);
static inline void wait_wake(struct core *core, struct thread *t, enum petri_error result)
{
	if (result == PETRI_OK && t->marks == THREAD_WAITING)
		wait_finish_plainly(t);
	else
		wait_finish_with(t, result);
	runq_ready(core, t);
}

/* Under the bucket's lock: is the queue of this key that of a mutex of t? */
bool wait_owned_by(struct wait_bucket *b, uint64_t key, const struct thread *t);
/* A thread has ended: mutexes it held, with waiters, go to their first waiters (park.c), some of them. True: there may be more. */
bool park_inherit(struct core *core, const struct thread *dead);

#endif
