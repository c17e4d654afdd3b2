/*
 * The C library's locks, made of Petri's mutex: all of them recursive, which serves the plain ones as well.
 *
 * They guard atexit's table, the environment and the time zone. A thread that dies holding one leaves it to the next
 * locker, who goes on: the library's tables are written one word at a time.
 */
#include <stdlib.h>
#include <sys/lock.h>

#include "recursive.h"

struct __lock {
	struct recursive recursive;
};

struct __lock __lock___libc_recursive_mutex = {RECURSIVE_INIT};

void __retarget_lock_init(_LOCK_T *lock)
{
	*lock = calloc(1, sizeof(**lock));
	if (*lock == NULL)
		thread_abort("no memory for a lock of the C library");
}

void __retarget_lock_close(_LOCK_T lock) { free(lock); }
void __retarget_lock_acquire(_LOCK_T lock) { recursive_lock(&lock->recursive); }
int __retarget_lock_try_acquire(_LOCK_T lock) { return recursive_trylock(&lock->recursive); }
void __retarget_lock_release(_LOCK_T lock) { recursive_unlock(&lock->recursive); }

void __retarget_lock_init_recursive(_LOCK_T *lock) { __retarget_lock_init(lock); }
void __retarget_lock_close_recursive(_LOCK_T lock) { __retarget_lock_close(lock); }
void __retarget_lock_acquire_recursive(_LOCK_T lock) { __retarget_lock_acquire(lock); }
int __retarget_lock_try_acquire_recursive(_LOCK_T lock) { return __retarget_lock_try_acquire(lock); }
void __retarget_lock_release_recursive(_LOCK_T lock) { __retarget_lock_release(lock); }
