/*
 * "Spin" locks: the native mutex. A thread that spun for a lock of a less urgent one would keep it from ever unlocking, and among
 * equals would only burn its quantum; waiting in a queue costs no more when nobody is in the way.
 */
#include <pthread.h>

#include <errno.h>

#include "std.h"

int pthread_spin_init(pthread_spinlock_t *l, int shared)
{
	(void)shared;
	*l = (pthread_spinlock_t){{0, 0}};
	return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *l) { return mutex_owner(std_native(l->__lock)) != 0 ? EBUSY : 0; }

int pthread_spin_lock(pthread_spinlock_t *l)
{
	enum petri_error error = mutex_lock(std_native(l->__lock));

	return error == PETRI_EOWNERDIED ? 0 : std_errno(error);
}

int pthread_spin_trylock(pthread_spinlock_t *l) { return mutex_trylock(std_native(l->__lock)) == PETRI_OK ? 0 : EBUSY; }

int pthread_spin_unlock(pthread_spinlock_t *l) { return std_errno(mutex_unlock(std_native(l->__lock))); }
