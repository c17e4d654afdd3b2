/*
 * Once: a flag and a mutex. Whoever finds the flag set has nothing to wait for; its acquire pairs with the release of the one who ran the
 * routine. If that one ended inside it (killed, a fault, pthread_exit), the mutex goes to the next, who runs it anew.
 */
#include <pthread.h>

#include <errno.h>

#include "std.h"

int pthread_once(pthread_once_t *once, void (*routine)(void))
{
	enum petri_error error;

	if (__atomic_load_n(&once->__done, __ATOMIC_ACQUIRE))
		return 0;
	error = mutex_lock(std_native(once->__lock));
	if (error != PETRI_OK && error != PETRI_EOWNERDIED)
		return std_errno(error);
	if (!__atomic_load_n(&once->__done, __ATOMIC_RELAXED)) {
		routine();
		__atomic_store_n(&once->__done, 1, __ATOMIC_RELEASE);
	}
	return std_errno(mutex_unlock(std_native(once->__lock)));
}
