/* Semaphores: the native one. */
#include <semaphore.h>

#include <errno.h>

#include <petri/semaphore.h>

#include "std.h"

static struct semaphore *native(sem_t *s)
{
	_Static_assert(sizeof(struct semaphore) == sizeof(*s), "sys/_threadtypes.h holds it");
	return (struct semaphore *)&s->__word;
}

static int result(enum petri_error error) { return error == PETRI_OK ? 0 : std_fail(std_errno(error)); }

int sem_init(sem_t *s, int shared, unsigned int value)
{
	(void)shared;
	if (value > SEM_VALUE_MAX)
		return std_fail(EINVAL);
	s->__word = value;
	return 0;
}

int sem_destroy(sem_t *s) { return __atomic_load_n(&s->__word, __ATOMIC_RELAXED) & PARK_WAITERS ? std_fail(EBUSY) : 0; }

int sem_wait(sem_t *s) { return result(semaphore_wait(native(s))); }

int sem_trywait(sem_t *s) { return semaphore_trywait(native(s)) == PETRI_OK ? 0 : std_fail(EAGAIN); }

int sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *until)
{
	petri_time deadline;

	if (!std_is_clock(clock))
		return std_fail(EINVAL);
	if (semaphore_trywait(native(s)) == PETRI_OK)
		return 0;
	return std_time(until, &deadline) ? result(semaphore_wait_until(native(s), deadline)) : std_fail(EINVAL);
}

int sem_timedwait(sem_t *s, const struct timespec *until) { return sem_clockwait(s, CLOCK_REALTIME, until); }

int sem_getvalue(sem_t *s, int *value)
{
	unsigned long word = __atomic_load_n(&s->__word, __ATOMIC_RELAXED);

	*value = word & PARK_WAITERS ? 0 : (int)word;
	return 0;
}

int sem_post(sem_t *s)
{
	int value;

	(void)sem_getvalue(s, &value);
	return value >= SEM_VALUE_MAX ? std_fail(EOVERFLOW) : result(semaphore_post(native(s)));
}
