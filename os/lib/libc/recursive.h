/*
 * A lock that its holder may take again: a mutex and a depth. For the C library's own use: it is never refused (a thread in an
 * atomic section dies with a message), and where the last holder died is not told.
 */
#ifndef LIBC_RECURSIVE_H
#define LIBC_RECURSIVE_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/mutex.h>
#include <petri/system.h>

struct recursive {
	struct mutex mutex;
	uint32_t depth; /* the holder's: how often it has it */
};
#define RECURSIVE_INIT \
	{ \
		.mutex = MUTEX_INIT \
	}

static inline bool recursive_is_mine(struct recursive *r) { return mutex_owner(&r->mutex) == thread_self(); }

/* False: not until then, or inside an atomic section. */
static inline bool recursive_lock_until(struct recursive *r, petri_time deadline)
{
	bool again = recursive_is_mine(r);
	enum petri_error error = again ? PETRI_OK : mutex_lock_until(&r->mutex, deadline);

	if (error != PETRI_OK && error != PETRI_EOWNERDIED)
		return false;
	r->depth = again ? r->depth + 1 : 1;
	return true;
}

static inline void recursive_lock(struct recursive *r)
{
	if (!recursive_lock_until(r, PETRI_FOREVER))
		thread_abort("the C library was used inside an atomic section");
}

static inline bool recursive_trylock(struct recursive *r)
{
	bool again = recursive_is_mine(r);

	if (!again && mutex_trylock(&r->mutex) != PETRI_OK)
		return false;
	r->depth = again ? r->depth + 1 : 1;
	return true;
}

static inline void recursive_unlock(struct recursive *r)
{
	if (--r->depth == 0)
		(void)mutex_unlock(&r->mutex);
}

#endif
