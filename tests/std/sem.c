/*
 * POSIX semaphores: units are neither lost nor made up; values, times, and errors in errno, which is each thread's own.
 *
 * std: seeds 6
 * std: quantum 0.7
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

#include "check.h"

#define ROUNDS 300

static sem_t free_places, filled_places;
static int places[3], in, out;
static long sum;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *puts_in(void *arg)
{
	for (int i = 1; i <= ROUNDS; i++) {
		CHECK(sem_wait(&free_places) == 0);
		pthread_mutex_lock(&lock);
		places[in++ % 3] = i;
		pthread_mutex_unlock(&lock);
		CHECK(sem_post(&filled_places) == 0);
	}
	return arg;
}

static void *takes_out(void *arg)
{
	for (int i = 1; i <= ROUNDS; i++) {
		CHECK(sem_wait(&filled_places) == 0);
		pthread_mutex_lock(&lock);
		sum += places[out++ % 3];
		pthread_mutex_unlock(&lock);
		CHECK(sem_post(&free_places) == 0);
	}
	return arg;
}

static void ring(void)
{
	pthread_t t[4];
	int value;

	CHECK(sem_init(&free_places, 0, 3) == 0 && sem_init(&filled_places, 0, 0) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&t[i], NULL, i % 2 ? puts_in : takes_out, NULL) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	CHECK(sum == 2L * ROUNDS * (ROUNDS + 1) / 2);
	CHECK(sem_getvalue(&free_places, &value) == 0 && value == 3);
	CHECK(sem_getvalue(&filled_places, &value) == 0 && value == 0);
}

static void answers(void)
{
	struct timespec now, until;
	sem_t s;
	int value;

	errno = 0;
	CHECK(sem_init(&s, 0, (unsigned int)SEM_VALUE_MAX + 1) == -1 && errno == EINVAL);
	CHECK(sem_init(&s, 0, 1) == 0);
	CHECK(sem_timedwait(&s, &(struct timespec){0, -1}) == 0); /* there is one: the time is not looked at */
	errno = 0;
	CHECK(sem_trywait(&s) == -1 && errno == EAGAIN);
	CHECK(sem_timedwait(&s, &(struct timespec){0, -1}) == -1 && errno == EINVAL);
	CHECK(sem_timedwait(&s, &(struct timespec){0, 0}) == -1 && errno == ETIMEDOUT);
	CHECK(sem_getvalue(&s, &value) == 0 && value == 0);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += until.tv_nsec >= 998000000;
	until.tv_nsec = (until.tv_nsec + 2000000) % 1000000000;
	errno = 0;
	CHECK(sem_clockwait(&s, CLOCK_MONOTONIC, &until) == -1 && errno == ETIMEDOUT);
	clock_gettime(CLOCK_MONOTONIC, &now);
	CHECK(now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
	CHECK(sem_post(&s) == 0 && sem_post(&s) == 0);
	CHECK(sem_getvalue(&s, &value) == 0 && value == 2);
	CHECK(sem_trywait(&s) == 0 && sem_wait(&s) == 0);
	CHECK(sem_destroy(&s) == 0);
	CHECK(sem_init(&s, 0, SEM_VALUE_MAX) == 0);
	errno = 0;
	CHECK(sem_post(&s) == -1 && errno == EOVERFLOW);
}

static void *waits(void *arg)
{
	errno = 1234;
	CHECK(sem_wait(arg) == 0);
	CHECK(errno == 1234);
	return NULL;
}

static void in_use(void)
{
	pthread_t t;
	sem_t s;

	CHECK(sem_init(&s, 0, 0) == 0);
	CHECK(pthread_create(&t, NULL, waits, &s) == 0);
	nanosleep(&(struct timespec){0, 1000000}, NULL);
	errno = 0;
	CHECK(sem_destroy(&s) == -1 && errno == EBUSY);
	CHECK(sem_post(&s) == 0);
	CHECK(pthread_join(t, NULL) == 0);
	CHECK(sem_destroy(&s) == 0);
}

int main(void)
{
	ring();
	answers();
	in_use();
	check_preempted(4 * ROUNDS);
	return finish();
}
