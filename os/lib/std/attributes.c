/* Attributes: of threads, and of the objects that have any. All but a few have nothing to say. */
#include <pthread.h>

#include <errno.h>

#include <petri/thread.h>

#include "std.h"

int pthread_attr_init(pthread_attr_t *attr)
{
	*attr = (pthread_attr_t){.__stack_size = 0, .__detached = PTHREAD_CREATE_JOINABLE};
	return 0;
}

int pthread_attr_destroy(pthread_attr_t *attr)
{
	(void)attr;
	return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t *attr, int state)
{
	if (state != PTHREAD_CREATE_JOINABLE && state != PTHREAD_CREATE_DETACHED)
		return EINVAL;
	attr->__detached = state;
	return 0;
}

int pthread_attr_getdetachstate(const pthread_attr_t *attr, int *state)
{
	*state = attr->__detached;
	return 0;
}

int pthread_attr_setstacksize(pthread_attr_t *attr, size_t size)
{
	if (size < PTHREAD_STACK_MIN || size > THREAD_GUARDED_MAX)
		return EINVAL;
	attr->__stack_size = size;
	return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t *attr, size_t *size)
{
	*size = attr->__stack_size != 0 ? attr->__stack_size : STD_STACK_DEFAULT;
	return 0;
}

/* Where there are two choices and one of them is there. */
static int chosen(int value, int there, int other)
{
	if (value == there)
		return 0;
	return value == other ? ENOTSUP : EINVAL;
}

int pthread_attr_setscope(pthread_attr_t *attr, int scope)
{
	(void)attr;
	return chosen(scope, PTHREAD_SCOPE_SYSTEM, PTHREAD_SCOPE_PROCESS);
}

int pthread_attr_getscope(const pthread_attr_t *attr, int *scope)
{
	(void)attr;
	*scope = PTHREAD_SCOPE_SYSTEM;
	return 0;
}

int pthread_mutexattr_init(pthread_mutexattr_t *attr)
{
	attr->__value = PTHREAD_MUTEX_DEFAULT;
	return 0;
}

int pthread_mutexattr_settype(pthread_mutexattr_t *attr, int type)
{
	if (type != PTHREAD_MUTEX_NORMAL && type != PTHREAD_MUTEX_RECURSIVE && type != PTHREAD_MUTEX_ERRORCHECK)
		return EINVAL;
	attr->__value = type;
	return 0;
}

int pthread_mutexattr_gettype(const pthread_mutexattr_t *attr, int *type)
{
	*type = attr->__value;
	return 0;
}

int pthread_condattr_init(pthread_condattr_t *attr)
{
	attr->__value = CLOCK_REALTIME;
	return 0;
}

int pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t clock)
{
	if (!std_is_clock(clock))
		return EINVAL;
	attr->__value = (int)clock;
	return 0;
}

int pthread_condattr_getclock(const pthread_condattr_t *attr, clockid_t *clock)
{
	*clock = (clockid_t)attr->__value;
	return 0;
}

/* No object reaches over the border of a domain. */
static int set_shared(const struct __std_object_attr *attr, int shared)
{
	(void)attr;
	return chosen(shared, PTHREAD_PROCESS_PRIVATE, PTHREAD_PROCESS_SHARED);
}

static int get_shared(const struct __std_object_attr *attr, int *shared)
{
	(void)attr;
	*shared = PTHREAD_PROCESS_PRIVATE;
	return 0;
}

int pthread_mutexattr_setpshared(pthread_mutexattr_t *attr, int shared) { return set_shared(attr, shared); }
int pthread_mutexattr_getpshared(const pthread_mutexattr_t *attr, int *shared) { return get_shared(attr, shared); }
int pthread_condattr_setpshared(pthread_condattr_t *attr, int shared) { return set_shared(attr, shared); }
int pthread_condattr_getpshared(const pthread_condattr_t *attr, int *shared) { return get_shared(attr, shared); }
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *attr, int shared) { return set_shared(attr, shared); }
int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *attr, int *shared) { return get_shared(attr, shared); }
int pthread_barrierattr_setpshared(pthread_barrierattr_t *attr, int shared) { return set_shared(attr, shared); }
int pthread_barrierattr_getpshared(const pthread_barrierattr_t *attr, int *shared) { return get_shared(attr, shared); }

/* Nothing in it. */
static int without_content(struct __std_object_attr *attr)
{
	attr->__value = 0;
	return 0;
}

int pthread_mutexattr_destroy(pthread_mutexattr_t *attr) { return without_content(attr); }
int pthread_condattr_destroy(pthread_condattr_t *attr) { return without_content(attr); }
int pthread_rwlockattr_init(pthread_rwlockattr_t *attr) { return without_content(attr); }
int pthread_rwlockattr_destroy(pthread_rwlockattr_t *attr) { return without_content(attr); }
int pthread_barrierattr_init(pthread_barrierattr_t *attr) { return without_content(attr); }
int pthread_barrierattr_destroy(pthread_barrierattr_t *attr) { return without_content(attr); }
