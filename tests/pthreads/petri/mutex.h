/* The host's mutex under our names, and the guard. */
#ifndef PETRI_MUTEX_H
#define PETRI_MUTEX_H

#include <pthread.h>
#include <stdbool.h>

#include <petri/error.h>
#include <petri/park.h>
#include <petri/thread.h>

struct mutex {
	pthread_mutex_t host;
};
#define MUTEX_INIT {PTHREAD_MUTEX_INITIALIZER}

PETRI_NODISCARD static inline enum petri_error mutex_lock(struct mutex *m)
{
	return pthread_mutex_lock(&m->host) == 0 ? PETRI_OK : PETRI_EDEADLOCK;
}
PETRI_NODISCARD static inline enum petri_error mutex_trylock(struct mutex *m)
{
	return pthread_mutex_trylock(&m->host) == 0 ? PETRI_OK : PETRI_EBUSY;
}
static inline bool mutex_take_free(struct mutex *m) { return mutex_trylock(m) == PETRI_OK; }
/* Nobody here gives up waiting for a lock that is held for a moment. */
PETRI_NODISCARD static inline enum petri_error mutex_lock_until(struct mutex *m, petri_time deadline)
{
	(void)deadline;
	return mutex_lock(m);
}
static inline enum petri_error mutex_unlock(struct mutex *m)
{
	return pthread_mutex_unlock(&m->host) == 0 ? PETRI_OK : PETRI_EOWNER;
}

static inline struct mutex *mutex_guard_enter(struct mutex *m)
{
	pthread_mutex_lock(&m->host);
	return m;
}
static inline void mutex_guard_leave(struct mutex **m) { (void)mutex_unlock(*m); }
#define LOCK_GUARD(m)                                                                              \
	struct mutex *PETRI_JOIN(lock_guard_, __COUNTER__)                                         \
		__attribute__((cleanup(mutex_guard_leave), unused)) = mutex_guard_enter(m)

#endif
