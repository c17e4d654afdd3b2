/*
 * The C standard's threads, in terms of POSIX's: the same objects, fewer errors. A mutex that a dead thread held is a success here, since the
 * caller has it and the standard has no word for the rest.
 */
#include <threads.h>

#include <errno.h>
#include <pthread.h>

#include <petri/system.h>
#include <petri/thread.h>

#include "std.h"

static int result(int error)
{
	switch (error) {
	case 0:
	case EOWNERDEAD:
		return thrd_success;
	case EBUSY:
		return thrd_busy;
	case ETIMEDOUT:
		return thrd_timedout;
	case ENOMEM:
	case EAGAIN:
		return thrd_nomem;
	}
	return thrd_error;
}

/* ---- threads --------------------------------------------------------------------------------------------------------- */

int thrd_create(thrd_t *id, thrd_start_t entry, void *arg)
{
	return result(std_create(id, NULL, &(struct std_start){.entry_of_c = entry, .arg = arg}));
}

int thrd_join(thrd_t id, int *value)
{
	bool killed;
	void *pointer = NULL;
	int error = std_join(id, &pointer, &killed, PETRI_FOREVER);

	if (error == 0 && value != NULL)
		*value = killed ? THRD_KILLED_NP : (int)(intptr_t)pointer;
	return result(error);
}

thrd_t thrd_current(void) { return thread_self(); }
int thrd_detach(thrd_t id) { return result(pthread_detach(id)); }
int thrd_equal(thrd_t a, thrd_t b) { return a == b; }
void thrd_exit(int value) { pthread_exit((void *)(intptr_t)value); }
void thrd_yield(void) { thread_yield(); }

/* -1 would be: interrupted. */
int thrd_sleep(const struct timespec *duration, struct timespec *remaining)
{
	return clock_nanosleep(CLOCK_MONOTONIC, 0, duration, remaining) == 0 ? 0 : -2;
}

/* ---- mutexes and condition variables ----------------------------------------------------------------------------------- */

int mtx_init(mtx_t *m, int type)
{
	if (type & ~(mtx_recursive | mtx_timed))
		return thrd_error;
	*m = (mtx_t)__STD_MUTEX_INIT(type & mtx_recursive ? __STD_MUTEX_RECURSIVE : __STD_MUTEX_NORMAL);
	return thrd_success;
}

void mtx_destroy(mtx_t *m) { (void)m; }
int mtx_lock(mtx_t *m) { return result(pthread_mutex_lock(m)); }
int mtx_trylock(mtx_t *m) { return result(pthread_mutex_trylock(m)); }
int mtx_timedlock(mtx_t *m, const struct timespec *until) { return result(pthread_mutex_timedlock(m, until)); }
int mtx_unlock(mtx_t *m) { return result(pthread_mutex_unlock(m)); }

int cnd_init(cnd_t *c) { return result(pthread_cond_init(c, NULL)); }
void cnd_destroy(cnd_t *c) { (void)c; }
int cnd_wait(cnd_t *c, mtx_t *m) { return result(pthread_cond_wait(c, m)); }
int cnd_timedwait(cnd_t *c, mtx_t *m, const struct timespec *until) { return result(pthread_cond_timedwait(c, m, until)); }
int cnd_signal(cnd_t *c) { return result(pthread_cond_signal(c)); }
int cnd_broadcast(cnd_t *c) { return result(pthread_cond_broadcast(c)); }

/* ---- keys, once -------------------------------------------------------------------------------------------------------- */

int tss_create(tss_t *key, tss_dtor_t destructor) { return result(pthread_key_create(key, destructor)); }
void tss_delete(tss_t key) { (void)pthread_key_delete(key); }
void *tss_get(tss_t key) { return pthread_getspecific(key); }
int tss_set(tss_t key, void *value) { return result(pthread_setspecific(key, value)); }

/* It cannot fail but by waiting for itself, and then nothing good can follow. */
void call_once(once_flag *flag, void (*function)(void))
{
	if (pthread_once(flag, function) != 0)
		thread_abort("call_once: called by its own function");
}
