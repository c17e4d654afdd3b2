/*
 * Threads of POSIX, the part that Petri can honour: no cancellation, no fork, no sharing between processes, no policies. Thin over Petri's own.
 * docs/standard.md lists what is here, what is not and why, and where the standard leaves a choice.
 */
#ifndef _PTHREAD_H
#define _PTHREAD_H

#include <limits.h>
#include <sched.h>
#include <time.h>
#include <sys/_threadtypes.h>

typedef unsigned long pthread_t; /* 0 is no thread */
typedef unsigned int pthread_key_t;
typedef struct __std_attr pthread_attr_t;
typedef struct __std_mutex pthread_mutex_t;
typedef struct __std_object_attr pthread_mutexattr_t;
typedef struct __std_cond pthread_cond_t;
typedef struct __std_object_attr pthread_condattr_t;
typedef struct __std_once pthread_once_t;
typedef struct __std_rwlock pthread_rwlock_t;
typedef struct __std_object_attr pthread_rwlockattr_t;
typedef struct __std_barrier pthread_barrier_t;
typedef struct __std_object_attr pthread_barrierattr_t;
typedef struct __std_spinlock pthread_spinlock_t;

#define PTHREAD_CREATE_JOINABLE 0
#define PTHREAD_CREATE_DETACHED 1
#define PTHREAD_SCOPE_SYSTEM 0 /* all threads of all apps compete for the cores */
#define PTHREAD_SCOPE_PROCESS 1
#define PTHREAD_PROCESS_PRIVATE 0
#define PTHREAD_PROCESS_SHARED 1
#define PTHREAD_BARRIER_SERIAL_THREAD (-1)
#define PTHREAD_CANCELED ((void *)-1) /* the value of a thread that was killed or died of a fault */

#define PTHREAD_MUTEX_NORMAL __STD_MUTEX_NORMAL
#define PTHREAD_MUTEX_RECURSIVE __STD_MUTEX_RECURSIVE
#define PTHREAD_MUTEX_ERRORCHECK __STD_MUTEX_ERRORCHECK
#define PTHREAD_MUTEX_DEFAULT PTHREAD_MUTEX_NORMAL

#define PTHREAD_MUTEX_INITIALIZER __STD_MUTEX_INIT(PTHREAD_MUTEX_NORMAL)
#define PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP __STD_MUTEX_INIT(PTHREAD_MUTEX_RECURSIVE)
#define PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP __STD_MUTEX_INIT(PTHREAD_MUTEX_ERRORCHECK)
#define PTHREAD_COND_INITIALIZER {0, 0}
#define PTHREAD_ONCE_INIT {0, {0, 0}}
#define PTHREAD_RWLOCK_INITIALIZER {{0, 0}, 0}

#ifndef PTHREAD_KEYS_MAX
#define PTHREAD_KEYS_MAX 128
#endif
#ifndef PTHREAD_DESTRUCTOR_ITERATIONS
#define PTHREAD_DESTRUCTOR_ITERATIONS 4
#endif
#ifndef PTHREAD_STACK_MIN
#define PTHREAD_STACK_MIN 16384
#endif

/* Threads. */
int pthread_create(pthread_t *__restrict __id, const pthread_attr_t *__restrict __attr, void *(*__start)(void *),
		   void *__restrict __arg);
int pthread_join(pthread_t __id, void **__value);
int pthread_tryjoin_np(pthread_t __id, void **__value);
int pthread_timedjoin_np(pthread_t __id, void **__value, const struct timespec *__until);
int pthread_clockjoin_np(pthread_t __id, void **__value, clockid_t __clock, const struct timespec *__until);
int pthread_detach(pthread_t __id);
__attribute__((__noreturn__)) void pthread_exit(void *__value);
pthread_t pthread_self(void);
int pthread_equal(pthread_t __a, pthread_t __b);
int pthread_once(pthread_once_t *__once, void (*__routine)(void));
int pthread_setname_np(pthread_t __id, const char *__name);
int pthread_getname_np(pthread_t __id, char *__name, size_t __size);

#if __GNU_VISIBLE
/* The cores it may run on. From the return on it runs nowhere else. EINVAL: none of these is there; ESRCH. */
int pthread_setaffinity_np(pthread_t __id, size_t __size, const cpu_set_t *__set);
int pthread_getaffinity_np(pthread_t __id, size_t __size, cpu_set_t *__set);
int pthread_attr_setaffinity_np(pthread_attr_t *__attr, size_t __size, const cpu_set_t *__set);
int pthread_attr_getaffinity_np(const pthread_attr_t *__attr, size_t __size, cpu_set_t *__set);
#endif

int pthread_attr_init(pthread_attr_t *__attr);
int pthread_attr_destroy(pthread_attr_t *__attr);
int pthread_attr_setdetachstate(pthread_attr_t *__attr, int __state);
int pthread_attr_getdetachstate(const pthread_attr_t *__attr, int *__state);
int pthread_attr_setstacksize(pthread_attr_t *__attr, size_t __size);
int pthread_attr_getstacksize(const pthread_attr_t *__restrict __attr, size_t *__restrict __size);
int pthread_attr_setscope(pthread_attr_t *__attr, int __scope);
int pthread_attr_getscope(const pthread_attr_t *__restrict __attr, int *__restrict __scope);

/* Run, last pushed first, by pthread_exit and by a pop with a value that is not 0. The two stand in one block, as braces do. */
void __std_cleanup_push(struct __std_cleanup *__handler);
void __std_cleanup_pop(struct __std_cleanup *__handler, int __execute);
#define pthread_cleanup_push(routine, arg)                                                         \
	do {                                                                                       \
		struct __std_cleanup __handler = {(routine), (arg), 0};                            \
		__std_cleanup_push(&__handler)
#define pthread_cleanup_pop(execute)                                                               \
		__std_cleanup_pop(&__handler, (execute));                                          \
	} while (0)

/* Values of each thread's own. */
int pthread_key_create(pthread_key_t *__key, void (*__destructor)(void *));
int pthread_key_delete(pthread_key_t __key);
void *pthread_getspecific(pthread_key_t __key);
int pthread_setspecific(pthread_key_t __key, const void *__value);

/* Mutexes. */
int pthread_mutex_init(pthread_mutex_t *__restrict __mutex, const pthread_mutexattr_t *__restrict __attr);
int pthread_mutex_destroy(pthread_mutex_t *__mutex);
int pthread_mutex_lock(pthread_mutex_t *__mutex);
int pthread_mutex_trylock(pthread_mutex_t *__mutex);
int pthread_mutex_timedlock(pthread_mutex_t *__restrict __mutex, const struct timespec *__restrict __until);
int pthread_mutex_clocklock(pthread_mutex_t *__restrict __mutex, clockid_t __clock, const struct timespec *__restrict __until);
int pthread_mutex_unlock(pthread_mutex_t *__mutex);
int pthread_mutexattr_init(pthread_mutexattr_t *__attr);
int pthread_mutexattr_destroy(pthread_mutexattr_t *__attr);
int pthread_mutexattr_settype(pthread_mutexattr_t *__attr, int __type);
int pthread_mutexattr_gettype(const pthread_mutexattr_t *__restrict __attr, int *__restrict __type);
int pthread_mutexattr_setpshared(pthread_mutexattr_t *__attr, int __shared);
int pthread_mutexattr_getpshared(const pthread_mutexattr_t *__restrict __attr, int *__restrict __shared);

/* Condition variables. */
int pthread_cond_init(pthread_cond_t *__restrict __cond, const pthread_condattr_t *__restrict __attr);
int pthread_cond_destroy(pthread_cond_t *__cond);
int pthread_cond_wait(pthread_cond_t *__restrict __cond, pthread_mutex_t *__restrict __mutex);
int pthread_cond_timedwait(pthread_cond_t *__restrict __cond, pthread_mutex_t *__restrict __mutex,
			   const struct timespec *__restrict __until);
int pthread_cond_clockwait(pthread_cond_t *__restrict __cond, pthread_mutex_t *__restrict __mutex, clockid_t __clock,
			   const struct timespec *__restrict __until);
int pthread_cond_signal(pthread_cond_t *__cond);
int pthread_cond_broadcast(pthread_cond_t *__cond);
int pthread_condattr_init(pthread_condattr_t *__attr);
int pthread_condattr_destroy(pthread_condattr_t *__attr);
int pthread_condattr_setclock(pthread_condattr_t *__attr, clockid_t __clock);
int pthread_condattr_getclock(const pthread_condattr_t *__restrict __attr, clockid_t *__restrict __clock);
int pthread_condattr_setpshared(pthread_condattr_t *__attr, int __shared);
int pthread_condattr_getpshared(const pthread_condattr_t *__restrict __attr, int *__restrict __shared);

/* Read-write locks: in order of arrival, so neither readers nor writers wait for ever. */
int pthread_rwlock_init(pthread_rwlock_t *__restrict __lock, const pthread_rwlockattr_t *__restrict __attr);
int pthread_rwlock_destroy(pthread_rwlock_t *__lock);
int pthread_rwlock_rdlock(pthread_rwlock_t *__lock);
int pthread_rwlock_tryrdlock(pthread_rwlock_t *__lock);
int pthread_rwlock_timedrdlock(pthread_rwlock_t *__restrict __lock, const struct timespec *__restrict __until);
int pthread_rwlock_clockrdlock(pthread_rwlock_t *__restrict __lock, clockid_t __clock, const struct timespec *__restrict __until);
int pthread_rwlock_wrlock(pthread_rwlock_t *__lock);
int pthread_rwlock_trywrlock(pthread_rwlock_t *__lock);
int pthread_rwlock_timedwrlock(pthread_rwlock_t *__restrict __lock, const struct timespec *__restrict __until);
int pthread_rwlock_clockwrlock(pthread_rwlock_t *__restrict __lock, clockid_t __clock, const struct timespec *__restrict __until);
int pthread_rwlock_unlock(pthread_rwlock_t *__lock);
int pthread_rwlockattr_init(pthread_rwlockattr_t *__attr);
int pthread_rwlockattr_destroy(pthread_rwlockattr_t *__attr);
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *__attr, int __shared);
int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *__restrict __attr, int *__restrict __shared);

/* Barriers. */
int pthread_barrier_init(pthread_barrier_t *__restrict __barrier, const pthread_barrierattr_t *__restrict __attr,
			 unsigned int __count);
int pthread_barrier_destroy(pthread_barrier_t *__barrier);
int pthread_barrier_wait(pthread_barrier_t *__barrier);
int pthread_barrierattr_init(pthread_barrierattr_t *__attr);
int pthread_barrierattr_destroy(pthread_barrierattr_t *__attr);
int pthread_barrierattr_setpshared(pthread_barrierattr_t *__attr, int __shared);
int pthread_barrierattr_getpshared(const pthread_barrierattr_t *__restrict __attr, int *__restrict __shared);

/* "Spin" locks: they wait as a mutex does. */
int pthread_spin_init(pthread_spinlock_t *__lock, int __shared);
int pthread_spin_destroy(pthread_spinlock_t *__lock);
int pthread_spin_lock(pthread_spinlock_t *__lock);
int pthread_spin_trylock(pthread_spinlock_t *__lock);
int pthread_spin_unlock(pthread_spinlock_t *__lock);

#endif
