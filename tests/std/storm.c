/*
 * Threads are killed wherever they are: holding a mutex, waiting for it, on a condition, in or before a write lock. Nobody else is held up, each
 * is joined as killed, and the locks work afterwards.
 *
 * std: seeds 8
 * std: quantum 0.7
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include <petri/system.h>
#include <petri/thread.h>

#include "check.h"

#define WORKERS 6
#define KILLS 250

static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER, recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t writers = PTHREAD_RWLOCK_INITIALIZER;
static int stop, inherited;
static unsigned long rounds;

/* True: it is ours, whatever became of the last owner. */
static int lock(pthread_mutex_t *m)
{
	int error = pthread_mutex_lock(m);

	if (error == EOWNERDEAD)
		__atomic_fetch_add(&inherited, 1, __ATOMIC_RELAXED);
	return error == 0 || error == EOWNERDEAD;
}

static void wait_a_little(void)
{
	struct timespec until;
	int error;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 20000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	error = pthread_cond_timedwait(&changed, &recursive, &until);
	CHECK(error == 0 || error == ETIMEDOUT || error == EOWNERDEAD);
}

static void *works(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		CHECK(lock(&plain));
		CHECK(lock(&recursive) && lock(&recursive));
		CHECK(pthread_mutex_unlock(&plain) == 0);
		wait_a_little();
		pthread_cond_signal(&changed);
		CHECK(pthread_mutex_unlock(&recursive) == 0 && pthread_mutex_unlock(&recursive) == 0);
		CHECK(pthread_rwlock_wrlock(&writers) == 0);
		__atomic_fetch_add(&rounds, 1, __ATOMIC_RELAXED);
		CHECK(pthread_rwlock_unlock(&writers) == 0);
	}
	return arg;
}

static void kills(pthread_t *t)
{
	void *value = NULL;

	nanosleep(&(struct timespec){0, rand() % 30000}, NULL);
	CHECK(thread_kill(*t) == PETRI_OK);
	CHECK(pthread_join(*t, &value) == 0 && value == PTHREAD_CANCELED);
	CHECK(pthread_create(t, NULL, works, NULL) == 0);
}

int main(void)
{
	pthread_t t[WORKERS];
	unsigned long before;
	struct system_info info;

	for (int i = 0; i < WORKERS; i++)
		CHECK(pthread_create(&t[i], NULL, works, NULL) == 0);
	for (int i = 0; i < KILLS; i++)
		kills(&t[rand() % WORKERS]);
	before = rounds;
	nanosleep(&(struct timespec){0, 5000000}, NULL);
	CHECK(rounds > before);
	stop = 1;
	for (int i = 0; i < WORKERS; i++)
		CHECK(pthread_join(t[i], NULL) == 0);
	CHECK(lock(&plain) && lock(&recursive));
	CHECK(pthread_rwlock_wrlock(&writers) == 0);
	system_info(&info);
	CHECK(inherited > 0 || info.quantum_ns > 10000); /* long quanta end between locks, where one waits */
	return finish();
}
