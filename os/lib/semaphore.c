/*
 * The slow paths of the semaphore: nothing to take, or somebody waits. The fast paths are in <petri/semaphore.h>.
 *
 * As with the mutex, only the kernel writes the word while PARK_WAITERS is set: a unit posted then goes to the first
 * waiter and is never in the word where another could snatch it.
 */
#include <petri/semaphore.h>

#include <petri/arch.h>
#include <petri/syscall.h>

/*
 * Relaxed when it sets PARK_WAITERS: that publishes nothing, a post sees it because both are read-modify-writes of one
 * word, and the kernel looks at the word again under the queue's lock before the caller sleeps. The units' own order
 * (release in post, acquire in wait) is in the fast path, or in that lock when the unit is handed over.
 */
enum petri_error semaphore_wait_slow(struct semaphore *s, petri_time deadline)
{
	for (;;) {
		uint64_t word = 0;
		enum petri_error error;

		if (semaphore_trywait(s) == PETRI_OK)
			return PETRI_OK;
		if (!__atomic_compare_exchange_n(&s->word, &word, PARK_WAITERS, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED) &&
		    word != PARK_WAITERS)
			continue; /* a post came in between */
		error = (enum petri_error)arch_syscall(SYS_park, (uintptr_t)&s->word, PARK_WAITERS, deadline, 0);
		if (error != PETRI_EAGAIN)
			return error;
	}
}

/* EAGAIN: another post has just served the last waiter, and the mark is gone. */
enum petri_error semaphore_post_slow(struct semaphore *s)
{
	enum petri_error error = (enum petri_error)arch_syscall(SYS_hand_off, (uintptr_t)&s->word, PARK_SEMAPHORE, 0, 0);

	return error == PETRI_EAGAIN ? semaphore_post(s) : error;
}
