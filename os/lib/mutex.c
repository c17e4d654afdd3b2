/*
 * The slow paths of the mutex: somebody waits, or somebody errs. The fast paths are in <petri/mutex.h>.
 *
 * Who writes the word: anybody, while PARK_WAITERS is clear; only the kernel, under the lock of the wait queue, once it is
 * set. So the compare-and-swap that sets it is the point from which the owner can no longer leave by its fast path.
 */
#include <petri/mutex.h>

#include <petri/syscall.h>
#include <petri/system.h>

/*
 * Takes a free word, or makes sure that PARK_WAITERS is set in a taken one. Returns the word the caller is to wait on, 0 if it
 * has the lock.
 *
 * Acquire on taking it: pairs with the release of the unlock. Setting PARK_WAITERS publishes nothing and can be relaxed: the
 * owner's unlock sees it because both are read-modify-writes of one word, and the kernel compares the word once more under
 * the queue's lock before it puts the caller to sleep.
 */
static uint64_t take_or_announce(struct mutex *m, uint64_t self)
{
	uint64_t word = __atomic_load_n(&m->word, __ATOMIC_RELAXED);

	for (;;) {
		if (word == 0) {
			if (__atomic_compare_exchange_n(&m->word, &word, self, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
				return 0;
		} else if ((word & PARK_WAITERS) || (word & ~PARK_WAITERS) == self) {
			return word;
		} else if (__atomic_compare_exchange_n(&m->word, &word, word | PARK_WAITERS, false, __ATOMIC_RELAXED,
						       __ATOMIC_RELAXED)) {
			return word | PARK_WAITERS;
		}
	}
}

enum petri_error mutex_lock_slow(struct mutex *m, petri_time deadline)
{
	uint64_t self = thread_self();

	for (;;) {
		uint64_t word = take_or_announce(m, self);
		enum petri_error error;

		if (word == 0)
			return PETRI_OK;
		if ((word & ~PARK_WAITERS) == self)
			return PETRI_EDEADLOCK;
		/* OK: handed over, the word names us already. The way through the kernel orders our reads after its unlock. */
		error = (enum petri_error)arch_syscall(SYS_park_mutex, (uintptr_t)&m->word, word, deadline, 0);
		if (error != PETRI_EAGAIN)
			return error;
	}
}

enum petri_error mutex_trylock(struct mutex *m)
{
	uint64_t word = 0, self = thread_self();

	if (__atomic_compare_exchange_n(&m->word, &word, self, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return PETRI_OK;
	return (word & ~PARK_WAITERS) == self ? PETRI_EDEADLOCK : PETRI_EBUSY;
}

/* The word is not just our id: we do not have it, or somebody waits and the kernel hands it over. */
enum petri_error mutex_unlock_slow(struct mutex *m)
{
	if (mutex_owner(m) != thread_self())
		return PETRI_EOWNER;
	return (enum petri_error)arch_syscall(SYS_hand_off, (uintptr_t)&m->word, PARK_MUTEX, 0, 0);
}

/* A guard has nobody to tell that the owner died: the lock is held, and the block goes on. */
struct mutex *mutex_guard_failed(struct mutex *m, enum petri_error error)
{
	if (error == PETRI_EOWNERDIED)
		return m;
	if (error == PETRI_EDEADLOCK)
		thread_abort("LOCK_GUARD: this thread has the lock already");
	if (error == PETRI_EATOMIC)
		thread_abort("LOCK_GUARD: would block inside an atomic section");
	thread_abort("LOCK_GUARD: not a mutex");
}
