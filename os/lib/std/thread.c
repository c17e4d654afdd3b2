/*
 * Threads of the standard: native threads whose entry function is begin(), which frees what it was given, and ends with what
 * the standard wants at an end: clean-up handlers, the keys' destructors, and exit(0) after the last one.
 *
 * A thread that is killed or dies of a fault runs none of that. It is taken off the count by whoever joins it.
 */
#include <pthread.h>

#include <errno.h>
#include <stdlib.h>

#include <petri/heap.h>
#include <petri/string.h>
#include <petri/thread.h>

#include "std.h"

extern const uint64_t app_tls_room_told; /* bytes of thread-local variables (os/lib/app.ld) */

_Thread_local void (*std_thread_ends)(void);
static _Thread_local struct __std_cleanup *cleanups;
static unsigned long alive = 1; /* threads that have not come to their end, main being the first */

static void *begin(void *memory)
{
	struct std_start start = *(struct std_start *)memory;

	heap_free(memory);
	if (start.entry_of_c != NULL)
		pthread_exit((void *)(intptr_t)start.entry_of_c(start.arg));
	pthread_exit(start.entry(start.arg));
}

static enum petri_error create(unsigned long *id, const struct thread_attr *attr, const struct std_start *start)
{
	struct std_start *memory = heap_alloc(sizeof(*memory));
	enum petri_error error = PETRI_ENOMEM;

	if (memory == NULL)
		return error;
	*memory = *start;
	__atomic_fetch_add(&alive, 1, __ATOMIC_RELAXED);
	error = thread_create(id, attr, begin, memory);
	if (error != PETRI_OK) {
		__atomic_fetch_sub(&alive, 1, __ATOMIC_RELAXED);
		heap_free(memory);
	}
	return error;
}

/* What was asked for is the program's: its thread-local storage, which lies in the stack too, comes on top. */
static uint32_t stack_size(size_t wanted)
{
	size_t size = wanted != 0 ? wanted + app_tls_room_told : STD_STACK_DEFAULT;

	return size < THREAD_GUARDED_MAX ? (uint32_t)size : THREAD_GUARDED_MAX;
}

int std_create(unsigned long *id, const struct __std_attr *attr, const struct std_start *start)
{
	struct thread_attr native = THREAD_ATTR_DEFAULT;
	enum petri_error error;

	native.stack_size = stack_size(attr != NULL ? attr->__stack_size : 0);
	if (attr != NULL && attr->__detached)
		native.flags |= THREAD_DETACHED;
	native.affinity = attr != NULL ? (uint8_t)attr->__cores : 0;
	error = create(id, &native, start);
	return error == PETRI_ENOMEM ? EAGAIN : std_errno(error);
}

int std_join(unsigned long id, void **value, bool *killed, petri_time deadline)
{
	enum petri_error error = thread_join_until(id, value, deadline);

	*killed = error == PETRI_EKILLED || error == PETRI_EFAULTED;
	if (!*killed)
		return error == PETRI_EBUSY ? EINVAL : std_errno(error);
	__atomic_fetch_sub(&alive, 1, __ATOMIC_RELAXED);
	return 0;
}

int pthread_create(pthread_t *id, const pthread_attr_t *attr, void *(*entry)(void *), void *arg)
{
	return std_create(id, attr, &(struct std_start){.entry = entry, .arg = arg});
}

static int join_until(pthread_t id, void **value, petri_time deadline)
{
	bool killed;
	void *result = NULL;
	int error = std_join(id, &result, &killed, deadline);

	if (error == 0 && value != NULL)
		*value = killed ? PTHREAD_CANCELED : result;
	return error;
}

int pthread_join(pthread_t id, void **value) { return join_until(id, value, PETRI_FOREVER); }

/* Without a time: however long it takes. */
int pthread_clockjoin_np(pthread_t id, void **value, clockid_t clock, const struct timespec *until)
{
	petri_time deadline = PETRI_FOREVER;

	if (!std_is_clock(clock) || (until != NULL && !std_time(until, &deadline)))
		return EINVAL;
	return join_until(id, value, deadline);
}

int pthread_timedjoin_np(pthread_t id, void **value, const struct timespec *until)
{
	return pthread_clockjoin_np(id, value, CLOCK_REALTIME, until);
}

int pthread_tryjoin_np(pthread_t id, void **value)
{
	int error = join_until(id, value, 0);

	return error == ETIMEDOUT ? EBUSY : error;
}

int pthread_detach(pthread_t id)
{
	enum petri_error error = thread_detach(id);

	return error == PETRI_EBUSY ? EINVAL : std_errno(error);
}

/* ---- the end --------------------------------------------------------------------------------------------------------- */

void __std_cleanup_push(struct __std_cleanup *handler)
{
	handler->__outer = cleanups;
	cleanups = handler;
}

void __std_cleanup_pop(struct __std_cleanup *handler, int execute)
{
	cleanups = handler->__outer;
	if (execute)
		handler->__routine(handler->__arg);
}

/* The last one ends the app as if main had returned 0: what atexit() was told is done, files are flushed. */
void pthread_exit(void *value)
{
	while (cleanups != NULL)
		__std_cleanup_pop(cleanups, 1);
	if (std_thread_ends != NULL)
		std_thread_ends();
	if (__atomic_fetch_sub(&alive, 1, __ATOMIC_ACQ_REL) == 1)
		exit(EXIT_SUCCESS);
	thread_exit(value);
}

/* ---- who ------------------------------------------------------------------------------------------------------------- */

pthread_t pthread_self(void) { return thread_self(); }

int pthread_equal(pthread_t a, pthread_t b) { return a == b; }

int pthread_setname_np(pthread_t id, const char *name)
{
	if (strnlen(name, THREAD_NAME_MAX) == THREAD_NAME_MAX)
		return ERANGE;
	return std_errno(thread_set_name(id, name));
}

int pthread_getname_np(pthread_t id, char *name, size_t size)
{
	struct thread_info info;
	enum petri_error error = thread_info(id, &info);
	size_t length = error == PETRI_OK ? strnlen(info.name, THREAD_NAME_MAX - 1) : 0;

	if (error == PETRI_OK && length >= size)
		return ERANGE;
	if (error == PETRI_OK)
		memcpy(name, info.name, length + 1);
	return std_errno(error);
}
