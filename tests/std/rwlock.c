/*
 * POSIX read-write locks: readers together, writers alone, in order of arrival; a reader may read again while a writer waits; times,
 * tries, errors; and a writer that dies hands on.
 *
 * std: seeds 8
 * std: quantum 0.7
 * std: fault writer x2
 */
#include <errno.h>
#include <pthread.h>

#include "check.h"

#define ROUNDS 150

static pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
static volatile long a, b;
static int writers_done, most_readers, readers;

static void *writes(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		CHECK(pthread_rwlock_wrlock(&l) == 0);
		CHECK(__atomic_load_n(&readers, __ATOMIC_RELAXED) == 0);
		a = a + 1;
		b = b + 1;
		CHECK(pthread_rwlock_unlock(&l) == 0);
	}
	__atomic_fetch_add(&writers_done, 1, __ATOMIC_RELAXED);
	return arg;
}

static void *reads(void *arg)
{
	int now;

	while (__atomic_load_n(&writers_done, __ATOMIC_RELAXED) < 2) {
		CHECK(pthread_rwlock_rdlock(&l) == 0);
		now = __atomic_add_fetch(&readers, 1, __ATOMIC_RELAXED);
		if (now > most_readers)
			most_readers = now;
		CHECK(a == b);
		sched_yield();
		__atomic_fetch_sub(&readers, 1, __ATOMIC_RELAXED);
		CHECK(pthread_rwlock_unlock(&l) == 0);
	}
	return arg;
}

/* Readers that never leave the lock to nobody do not keep the writers out: else this would not end. */
static void together(void)
{
	pthread_t t[5];

	for (int i = 0; i < 5; i++)
		CHECK(pthread_create(&t[i], NULL, i < 3 ? reads : writes, NULL) == 0);
	for (int i = 0; i < 5; i++)
		pthread_join(t[i], NULL);
	CHECK(a == 2 * ROUNDS && b == 2 * ROUNDS);
	CHECK(most_readers >= 2);
}

struct attempt {
	int (*call)(pthread_rwlock_t *);
	int result;
};

static void *attempts(void *arg)
{
	struct attempt *attempt = arg;

	attempt->result = attempt->call(&l);
	if (attempt->result == 0)
		CHECK(pthread_rwlock_unlock(&l) == 0);
	return NULL;
}

static int read_soon(pthread_rwlock_t *lock) { return pthread_rwlock_timedrdlock(lock, &(struct timespec){0, 0}); }
static int write_soon(pthread_rwlock_t *lock) { return pthread_rwlock_timedwrlock(lock, &(struct timespec){0, 0}); }
static int read_never(pthread_rwlock_t *lock) { return pthread_rwlock_timedrdlock(lock, &(struct timespec){0, -1}); }
static int write_never(pthread_rwlock_t *lock) { return pthread_rwlock_timedwrlock(lock, &(struct timespec){0, -1}); }

/* What another thread gets. */
static int other_gets(int (*call)(pthread_rwlock_t *))
{
	struct attempt attempt = {call, -1};
	pthread_t t;

	CHECK(pthread_create(&t, NULL, attempts, &attempt) == 0);
	CHECK(pthread_join(t, NULL) == 0);
	return attempt.result;
}

static void answers(void)
{
	CHECK(other_gets(pthread_rwlock_tryrdlock) == 0 && other_gets(pthread_rwlock_trywrlock) == 0);
	CHECK(other_gets(read_never) == 0 && other_gets(write_never) == 0);
	CHECK(pthread_rwlock_unlock(&l) == EPERM);
	CHECK(pthread_rwlock_rdlock(&l) == 0);
	CHECK(pthread_rwlock_destroy(&l) == EBUSY);
	CHECK(other_gets(pthread_rwlock_tryrdlock) == 0 && other_gets(read_soon) == 0);
	CHECK(other_gets(pthread_rwlock_trywrlock) == EBUSY && other_gets(write_soon) == ETIMEDOUT);
	CHECK(other_gets(write_never) == EINVAL);
	CHECK(other_gets(pthread_rwlock_rdlock) == 0); /* the one that gave up stands in nobody's way */
	CHECK(pthread_rwlock_unlock(&l) == 0);
	CHECK(pthread_rwlock_wrlock(&l) == 0);
	CHECK(pthread_rwlock_destroy(&l) == EBUSY);
	CHECK(pthread_rwlock_wrlock(&l) == EDEADLK && pthread_rwlock_rdlock(&l) == EDEADLK);
	CHECK(other_gets(pthread_rwlock_unlock) == EPERM);
	CHECK(other_gets(pthread_rwlock_tryrdlock) == EBUSY && other_gets(read_soon) == ETIMEDOUT);
	CHECK(other_gets(pthread_rwlock_trywrlock) == EBUSY && other_gets(write_soon) == ETIMEDOUT);
	CHECK(other_gets(read_never) == EINVAL);
	CHECK(pthread_rwlock_unlock(&l) == 0);
	CHECK(pthread_rwlock_unlock(&l) == EPERM);
	CHECK(pthread_rwlock_destroy(&l) == 0);
}

static pthread_barrier_t step;

static void *holds(void *arg)
{
	CHECK(pthread_rwlock_rdlock(&l) == 0);
	pthread_barrier_wait(&step);
	pthread_barrier_wait(&step);
	CHECK(pthread_rwlock_unlock(&l) == 0);
	return arg;
}

/* A writer that gave up, and lives on, has left nothing behind: neither for readers nor for writers. */
static void gives_up(void)
{
	pthread_t t;

	CHECK(pthread_barrier_init(&step, NULL, 2) == 0);
	CHECK(pthread_create(&t, NULL, holds, NULL) == 0);
	pthread_barrier_wait(&step);
	CHECK(write_soon(&l) == ETIMEDOUT);
	CHECK(other_gets(pthread_rwlock_tryrdlock) == 0);
	pthread_barrier_wait(&step);
	CHECK(pthread_join(t, NULL) == 0);
	CHECK(other_gets(pthread_rwlock_trywrlock) == 0);
}

static void *writes_once(void *arg)
{
	CHECK(pthread_rwlock_wrlock(&l) == 0);
	CHECK(pthread_rwlock_unlock(&l) == 0);
	return arg;
}

static void reads_again(void)
{
	pthread_t t;

	CHECK(pthread_rwlock_rdlock(&l) == 0);
	CHECK(pthread_create(&t, NULL, writes_once, NULL) == 0);
	nanosleep(&(struct timespec){0, 1000000}, NULL); /* the writer waits by now */
	CHECK(other_gets(pthread_rwlock_tryrdlock) == EBUSY);
	CHECK(pthread_rwlock_rdlock(&l) == 0);
	CHECK(pthread_rwlock_unlock(&l) == 0);
	CHECK(pthread_rwlock_unlock(&l) == 0);
	CHECK(pthread_join(t, NULL) == 0);
}

static void *dies_writing(void *arg)
{
	CHECK(pthread_rwlock_wrlock(&l) == 0);
	pthread_setname_np(pthread_self(), "writer");
	write_to_nowhere();
	return arg;
}

static void writer_dies(int (*next)(pthread_rwlock_t *))
{
	pthread_t t;

	CHECK(pthread_create(&t, NULL, dies_writing, NULL) == 0);
	CHECK(pthread_join(t, NULL) == 0);
	CHECK(next(&l) == 0);
	CHECK(pthread_rwlock_unlock(&l) == 0);
	CHECK(other_gets(pthread_rwlock_trywrlock) == 0);
}

int main(void)
{
	together();
	answers();
	gives_up();
	reads_again();
	writer_dies(pthread_rwlock_rdlock);
	writer_dies(pthread_rwlock_wrlock);
	check_preempted(2 * ROUNDS);
	return finish();
}
