/*
 * Condition variable: a sequence number to park on.
 *
 * Why no signal is lost: a waiter reads the sequence while it holds the mutex, and parks only if it is still the same, which the
 * kernel checks under the lock of the queue. Whoever makes the condition true after that takes the mutex later (so its
 * increment comes after our read) and then enters the kernel for the same queue: either it finds us there, or we find
 * the number changed. Both meet in the queue's lock; the number itself needs no more than relaxed order.
 */
#include <petri/cond.h>

#include <petri/atomic.h>

/* The mutex again, however long it takes: the caller holds it at return in any case. */
static enum petri_error lock_again(struct mutex *m, enum petri_error result)
{
	enum petri_error error = mutex_lock(m);

	return error == PETRI_OK ? result : error;
}

enum petri_error cond_wait_until(struct cond *c, struct mutex *m, petri_time deadline)
{
	uint64_t sequence = __atomic_load_n(&c->sequence, __ATOMIC_RELAXED);
	enum petri_error error;

	if (mutex_owner(m) != thread_self())
		return PETRI_EOWNER;
	/* before the unlock: in there we could not wait to get the mutex back */
	if (arch_preempt_is_off())
		return PETRI_EATOMIC;
	error = mutex_unlock(m);
	if (error != PETRI_OK)
		return error;
	error = park(&c->sequence, sequence, deadline);
	return lock_again(m, error == PETRI_EAGAIN ? PETRI_OK : error); /* EAGAIN: signalled on the way */
}

void cond_signal(struct cond *c)
{
	__atomic_fetch_add(&c->sequence, 1, __ATOMIC_RELAXED);
	unpark(&c->sequence, 1);
}

void cond_broadcast(struct cond *c)
{
	__atomic_fetch_add(&c->sequence, 1, __ATOMIC_RELAXED);
	unpark(&c->sequence, UNPARK_ALL);
}
