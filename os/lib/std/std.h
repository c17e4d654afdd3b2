/*
 * What the files of the standard's API share: its errors, its times, and the thread's end. Each function is the native one with the
 * standard's arguments and numbers; what is more than that is told where it stands.
 */
#ifndef STD_H
#define STD_H

#include <stdbool.h>
#include <sys/_threadtypes.h>
#include <time.h>

#include <petri/error.h>
#include <petri/mutex.h>
#include <petri/time.h>

/* The number of <errno.h> for an error; 0 for PETRI_OK. */
int std_errno(enum petri_error error);
/* For the calls that return -1 and set errno. */
int std_fail(int number);

/* false: not a time (its nanoseconds are out of range). Times before boot are 0; what is too far away is the last moment there is. */
bool std_time(const struct timespec *t, petri_time *ns);
/* CLOCK_REALTIME or CLOCK_MONOTONIC. */
bool std_is_clock(clockid_t clock);
/* A moment of petri_now(), as the standard writes it. */
struct timespec std_timespec(petri_time ns);

/* What a thread calls at its end, for the keys; set by whoever has something to do there. */
extern _Thread_local void (*std_thread_ends)(void);

/* A thread's beginning: the entry is POSIX's or C's. */
struct std_start {
	void *(*entry)(void *);
	int (*entry_of_c)(void *);
	void *arg;
};

#define STD_STACK_DEFAULT 65536u /* ordinary programs print, and have buffers on their stacks */

/* attr: NULL for the default. */
int std_create(unsigned long *id, const struct __std_attr *attr, const struct std_start *start);
/* *killed: it did not end by itself, and left no value. */
int std_join(unsigned long id, void **value, bool *killed, petri_time deadline);

/* The native mutex within an object. */
static inline struct mutex *std_native(unsigned long *lock)
{
	_Static_assert(sizeof(struct mutex) <= 2 * sizeof(unsigned long), "__lock in sys/_threadtypes.h holds it");
	return (struct mutex *)lock;
}

#endif
