/*
 * Read-write locks: a mutex as gate, and a count of readers.
 *
 * A writer holds the gate, marks the count with WRITER, and waits until the readers are gone. Readers count themselves in, as long as no mark
 * is there; if there is one they queue at the gate, and so stand in line with the writers: nobody overtakes, nobody starves. One that
 * reads already (of this lock or another) may join readers that are still in although a writer waits: else it would wait for that writer, and
 * the writer for it. The gate knows its owner, so a writer that dies hands on; the mark it left is the next one's.
 *
 * The readers' words and the mark are in one word, so there is no moment at which both a reader and a writer think they are in.
 */
#include <pthread.h>

#include <errno.h>

#include <petri/park.h>

#include "std.h"

#define WRITER (1ul << 63)

static _Thread_local unsigned int reading; /* read locks that this thread holds */

int pthread_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *attr)
{
	(void)attr;
	*l = (pthread_rwlock_t)PTHREAD_RWLOCK_INITIALIZER;
	return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *l)
{
	return mutex_owner(std_native(l->__gate)) != 0 || __atomic_load_n(&l->__readers, __ATOMIC_RELAXED) != 0 ? EBUSY : 0;
}

/* ---- readers --------------------------------------------------------------------------------------------------------- */

/* Counts the caller in unless a writer is there, or waits; acquire pairs with the release of the writer that has left. */
static bool enter(pthread_rwlock_t *l)
{
	unsigned long n = __atomic_load_n(&l->__readers, __ATOMIC_RELAXED);

	while (!(n & WRITER) || (reading > 0 && (n & ~WRITER) > 0))
		if (__atomic_compare_exchange_n(&l->__readers, &n, n + 1, true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
			reading++;
			return true;
		}
	return false;
}

/* Through the gate no writer is left, and a mark is that of a dead one. */
static int queue(pthread_rwlock_t *l, petri_time deadline)
{
	enum petri_error error = mutex_lock_until(std_native(l->__gate), deadline);

	if (error != PETRI_OK && error != PETRI_EOWNERDIED)
		return std_errno(error);
	__atomic_fetch_and(&l->__readers, ~WRITER, __ATOMIC_ACQUIRE);
	__atomic_fetch_add(&l->__readers, 1, __ATOMIC_ACQUIRE);
	reading++;
	return std_errno(mutex_unlock(std_native(l->__gate)));
}

int pthread_rwlock_rdlock(pthread_rwlock_t *l) { return enter(l) ? 0 : queue(l, PETRI_FOREVER); }

int pthread_rwlock_tryrdlock(pthread_rwlock_t *l) { return enter(l) ? 0 : EBUSY; }

int pthread_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *until)
{
	petri_time deadline;

	if (enter(l))
		return 0;
	return std_time(until, &deadline) ? queue(l, deadline) : EINVAL;
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock, const struct timespec *until)
{
	return std_is_clock(clock) ? pthread_rwlock_timedrdlock(l, until) : EINVAL;
}

/* ---- writers --------------------------------------------------------------------------------------------------------- */

static int give_up(pthread_rwlock_t *l, int error)
{
	__atomic_fetch_and(&l->__readers, ~WRITER, __ATOMIC_RELEASE);
	(void)mutex_unlock(std_native(l->__gate));
	return error;
}

/* With the gate held: waits until those who read have left. */
static int wait_for_readers(pthread_rwlock_t *l, petri_time deadline)
{
	unsigned long n = __atomic_fetch_or(&l->__readers, WRITER, __ATOMIC_ACQUIRE) | WRITER;
	enum petri_error error;

	while (n != WRITER) {
		error = park(&l->__readers, n, deadline);
		n = __atomic_load_n(&l->__readers, __ATOMIC_ACQUIRE);
		if (n != WRITER && error != PETRI_OK && error != PETRI_EAGAIN)
			return give_up(l, std_errno(error));
	}
	return 0;
}

static int write_until(pthread_rwlock_t *l, petri_time deadline)
{
	enum petri_error error = mutex_lock_until(std_native(l->__gate), deadline);

	if (error != PETRI_OK && error != PETRI_EOWNERDIED)
		return std_errno(error);
	return wait_for_readers(l, deadline);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *l) { return write_until(l, PETRI_FOREVER); }

int pthread_rwlock_trywrlock(pthread_rwlock_t *l)
{
	unsigned long free = 0;

	if (mutex_trylock(std_native(l->__gate)) != PETRI_OK)
		return EBUSY;
	if (__atomic_compare_exchange_n(&l->__readers, &free, WRITER, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return 0;
	(void)mutex_unlock(std_native(l->__gate));
	return EBUSY;
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *until)
{
	petri_time deadline;
	int error;

	if (std_time(until, &deadline))
		return write_until(l, deadline);
	error = pthread_rwlock_trywrlock(l);
	return error == EBUSY ? EINVAL : error;
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock, const struct timespec *until)
{
	return std_is_clock(clock) ? pthread_rwlock_timedwrlock(l, until) : EINVAL;
}

/* ---- both ------------------------------------------------------------------------------------------------------------ */

static int leave(pthread_rwlock_t *l)
{
	unsigned long n = __atomic_load_n(&l->__readers, __ATOMIC_RELAXED);

	do {
		if ((n & ~WRITER) == 0)
			return EPERM; /* nobody reads */
	} while (!__atomic_compare_exchange_n(&l->__readers, &n, n - 1, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
	if (reading > 0)
		reading--;
	if (n - 1 == WRITER)
		unpark(&l->__readers, 1);
	return 0;
}

int pthread_rwlock_unlock(pthread_rwlock_t *l)
{
	return mutex_owner(std_native(l->__gate)) == thread_self() ? give_up(l, 0) : leave(l);
}
