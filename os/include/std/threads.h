/*
 * Threads of the C standard (C11, 7.26). Thin over Petri's own: docs/standard.md tells where the standard leaves a choice, and what
 * happens to those who wait for a thread that was killed.
 */
#ifndef _THREADS_H_
#define _THREADS_H_

#include <time.h>
#include <sys/_threadtypes.h>

#ifndef __cplusplus
#define thread_local _Thread_local
#endif
#define ONCE_FLAG_INIT {0, {0, 0}}
#define TSS_DTOR_ITERATIONS 4

typedef unsigned long thrd_t; /* 0 is no thread */
typedef int (*thrd_start_t)(void *);
typedef struct __std_mutex mtx_t;
typedef struct __std_cond cnd_t;
typedef struct __std_once once_flag;
typedef unsigned int tss_t;
typedef void (*tss_dtor_t)(void *);

enum { mtx_plain = 0, mtx_recursive = 1, mtx_timed = 2 };
enum { thrd_success, thrd_busy, thrd_error, thrd_nomem, thrd_timedout };

/* What thrd_join tells of a thread that was killed or died of a fault. */
#define THRD_KILLED_NP (-1)

int thrd_create(thrd_t *__id, thrd_start_t __start, void *__arg);
thrd_t thrd_current(void);
int thrd_detach(thrd_t __id);
int thrd_equal(thrd_t __a, thrd_t __b);
__attribute__((__noreturn__)) void thrd_exit(int __result);
int thrd_join(thrd_t __id, int *__result);
int thrd_sleep(const struct timespec *__duration, struct timespec *__remaining);
void thrd_yield(void);

int mtx_init(mtx_t *__mutex, int __type);
void mtx_destroy(mtx_t *__mutex);
int mtx_lock(mtx_t *__mutex);
int mtx_timedlock(mtx_t *__restrict __mutex, const struct timespec *__restrict __until);
int mtx_trylock(mtx_t *__mutex);
int mtx_unlock(mtx_t *__mutex);

int cnd_init(cnd_t *__cond);
void cnd_destroy(cnd_t *__cond);
int cnd_wait(cnd_t *__cond, mtx_t *__mutex);
int cnd_timedwait(cnd_t *__restrict __cond, mtx_t *__restrict __mutex, const struct timespec *__restrict __until);
int cnd_signal(cnd_t *__cond);
int cnd_broadcast(cnd_t *__cond);

int tss_create(tss_t *__key, tss_dtor_t __destructor);
void tss_delete(tss_t __key);
void *tss_get(tss_t __key);
int tss_set(tss_t __key, void *__value);

void call_once(once_flag *__flag, void (*__function)(void));

#endif
