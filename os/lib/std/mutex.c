/*
 * Mutexes: the native one, and a count for the recursive kind, which only its owner touches.
 *
 * Whatever its kind, a mutex whose owner ended without unlocking goes to the next one who wants it, who is told EOWNERDEAD and has
 * it. A second lock by the owner of a plain one is refused with EDEADLK instead of hanging.
 */
#include <pthread.h>

#include <errno.h>
#include <limits.h>

#include "std.h"

int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr)
{
	*m = (pthread_mutex_t)__STD_MUTEX_INIT(attr != NULL ? attr->__value : PTHREAD_MUTEX_DEFAULT);
	return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *m) { return mutex_owner(std_native(m->__lock)) != 0 ? EBUSY : 0; }

static bool is_mine(pthread_mutex_t *m) { return mutex_owner(std_native(m->__lock)) == thread_self(); }

/* Once more by its owner. (EDEADLOCK may also come from the kernel, about a circle of owners: then it is not ours.) */
static int again(pthread_mutex_t *m, int refusal)
{
	if (m->__type != PTHREAD_MUTEX_RECURSIVE || !is_mine(m))
		return refusal;
	if (m->__again == UINT_MAX)
		return EAGAIN;
	m->__again++;
	return 0;
}

static int lock_until(pthread_mutex_t *m, petri_time deadline)
{
	enum petri_error error = mutex_lock_until(std_native(m->__lock), deadline);

	if (error == PETRI_EDEADLOCK)
		return again(m, EDEADLK);
	if (error == PETRI_EOWNERDIED)
		m->__again = 0; /* the dead one's */
	return std_errno(error);
}

int pthread_mutex_lock(pthread_mutex_t *m) { return lock_until(m, PETRI_FOREVER); }

int pthread_mutex_trylock(pthread_mutex_t *m)
{
	enum petri_error error = mutex_trylock(std_native(m->__lock));

	return error == PETRI_EDEADLOCK ? again(m, EBUSY) : std_errno(error);
}

/* That the time makes no sense matters only to one who would have to wait. */
int pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *until)
{
	petri_time deadline;
	int error;

	if (std_time(until, &deadline))
		return lock_until(m, deadline);
	error = pthread_mutex_trylock(m);
	return error == EBUSY ? EINVAL : error;
}

int pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock, const struct timespec *until)
{
	return std_is_clock(clock) ? pthread_mutex_timedlock(m, until) : EINVAL;
}

int pthread_mutex_unlock(pthread_mutex_t *m)
{
	if (is_mine(m) && m->__again != 0) {
		m->__again--;
		return 0;
	}
	return std_errno(mutex_unlock(std_native(m->__lock)));
}
