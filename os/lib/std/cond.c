/* Condition variables: the native one. A recursive mutex is let go of as a whole, and held as often as before afterwards. */
#include <pthread.h>

#include <errno.h>

#include <petri/cond.h>

#include "std.h"

static struct cond *native(pthread_cond_t *c)
{
	_Static_assert(sizeof(struct cond) == sizeof(c->__sequence), "__sequence in sys/_threadtypes.h holds it");
	return (struct cond *)&c->__sequence;
}

int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr)
{
	*c = (pthread_cond_t){.__sequence = 0, .__clock = attr != NULL ? attr->__value : (int)CLOCK_REALTIME};
	return 0;
}

int pthread_cond_destroy(pthread_cond_t *c)
{
	(void)c;
	return 0;
}

static int wait_until(pthread_cond_t *c, pthread_mutex_t *m, petri_time deadline)
{
	bool mine = mutex_owner(std_native(m->__lock)) == thread_self();
	unsigned int held = mine ? m->__again : 0;
	enum petri_error error;

	if (mine)
		m->__again = 0;
	error = cond_wait_until(native(c), std_native(m->__lock), deadline);
	if (mine)
		m->__again = held;
	return std_errno(error);
}

int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m) { return wait_until(c, m, PETRI_FOREVER); }

int pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until)
{
	petri_time deadline;

	return std_time(until, &deadline) ? wait_until(c, m, deadline) : EINVAL;
}

int pthread_cond_clockwait(pthread_cond_t *c, pthread_mutex_t *m, clockid_t clock, const struct timespec *until)
{
	return std_is_clock(clock) ? pthread_cond_timedwait(c, m, until) : EINVAL;
}

int pthread_cond_signal(pthread_cond_t *c)
{
	cond_signal(native(c));
	return 0;
}

int pthread_cond_broadcast(pthread_cond_t *c)
{
	cond_broadcast(native(c));
	return 0;
}
