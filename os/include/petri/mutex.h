/*
 * Mutex: an owner, and waiters in order of priority, then first come, first served. Unlocking hands the lock to the first waiter
 * directly, so nobody can snatch it and two contenders get it equally often.
 *
 * One word: 0 = free; else the owner's id, with PARK_WAITERS set by the first who has to wait. Not recursive.
 * LOCK_GUARD(&m) locks until the end of the enclosing block, whichever way it is left (break, return, goto too).
 */
#ifndef PETRI_MUTEX_H
#define PETRI_MUTEX_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/error.h>
#include <petri/park.h>
#include <petri/thread.h>

struct mutex {
	uint64_t word;
#ifdef CHECKED
	uint64_t place; /* where it was taken last: for deadlock reports */
#endif
};
#define MUTEX_INIT {.word = 0}

static inline void mutex_note_place(struct mutex *m)
{
#ifdef CHECKED
	m->place = arch_here();
#else
	(void)m;
#endif
}

/* The slow paths: contended, or wrong. */
enum petri_error mutex_lock_slow(struct mutex *m, petri_time deadline);
enum petri_error mutex_unlock_slow(struct mutex *m);

/* Takes the lock if it is free: all that locking is, mostly. For code that has another way to go if it is not. */
static inline bool mutex_take_free(struct mutex *m)
{
	uint64_t free = 0;

	if (!__atomic_compare_exchange_n(&m->word, &free, thread_self(), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return false;
	mutex_note_place(m);
	return true;
}

/* Takes the lock, waits if need be. EDEADLOCK: the caller has it. EOWNERDIED: taken, but its owner ended while holding it. EATOMIC: inside
 * an atomic section and not free. */
PETRI_NODISCARD static inline enum petri_error mutex_lock_until(struct mutex *m, petri_time deadline)
{
	enum petri_error error;

	if (mutex_take_free(m))
		return PETRI_OK;
	error = mutex_lock_slow(m, deadline);
	if (error == PETRI_OK || error == PETRI_EOWNERDIED)
		mutex_note_place(m);
	return error;
}
PETRI_NODISCARD static inline enum petri_error mutex_lock(struct mutex *m) { return mutex_lock_until(m, PETRI_FOREVER); }

/* Takes the lock if it is free, else EBUSY (EDEADLOCK if the caller has it). Never blocks. */
PETRI_NODISCARD enum petri_error mutex_trylock(struct mutex *m);

/* EOWNER: the caller does not have it; nothing happens. Never blocks; a more urgent waiter runs at once. */
static inline enum petri_error mutex_unlock(struct mutex *m)
{
	uint64_t self = thread_self();

	if (__atomic_compare_exchange_n(&m->word, &self, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		return PETRI_OK;
	return mutex_unlock_slow(m);
}

/* Who has it now; 0: nobody. Only a hint unless it is the caller. */
static inline thread_id mutex_owner(const struct mutex *m) { return __atomic_load_n(&m->word, __ATOMIC_RELAXED) & ~PARK_WAITERS; }

/* Locking twice through a guard, or in an atomic section, is a programmer's error: the thread dies with a message. That
 * the last owner died is not told: who needs to know calls mutex_lock(). */
struct mutex *mutex_guard_failed(struct mutex *m, enum petri_error error);
static inline struct mutex *mutex_guard_enter(struct mutex *m)
{
	enum petri_error error = mutex_lock(m);

	return __builtin_expect(error == PETRI_OK, 1) ? m : mutex_guard_failed(m, error);
}
static inline void mutex_guard_leave(struct mutex **m) { (void)mutex_unlock(*m); }

#define LOCK_GUARD(m)                                                                              \
	struct mutex *PETRI_JOIN(lock_guard_, __COUNTER__)                                         \
		__attribute__((cleanup(mutex_guard_leave), unused)) = mutex_guard_enter(m)

#endif
