/*
 * POSIX condition variables: deadlines by either clock, in the past, and in no sense at all.
 *
 * std: seeds 2
 */
#include <errno.h>
#include <pthread.h>

#include "check.h"

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void by(clockid_t clock)
{
	pthread_condattr_t attr;
	pthread_cond_t c;
	clockid_t told;
	struct timespec until, now;
	int error = 0;

	CHECK(pthread_condattr_init(&attr) == 0);
	CHECK(pthread_condattr_getclock(&attr, &told) == 0 && told == CLOCK_REALTIME);
	CHECK(pthread_condattr_setclock(&attr, (clockid_t)99) == EINVAL);
	CHECK(pthread_condattr_setclock(&attr, clock) == 0);
	CHECK(pthread_condattr_getclock(&attr, &told) == 0 && told == clock);
	CHECK(pthread_cond_init(&c, &attr) == 0);
	CHECK(clock_gettime(clock, &until) == 0);
	until.tv_sec += until.tv_nsec >= 998000000;
	until.tv_nsec = (until.tv_nsec + 2000000) % 1000000000;
	while (error == 0)
		error = pthread_cond_timedwait(&c, &m, &until);
	clock_gettime(clock, &now);
	CHECK(error == ETIMEDOUT);
	CHECK(now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
	CHECK(pthread_cond_timedwait(&c, &m, &(struct timespec){0, 0}) == ETIMEDOUT);
	CHECK(pthread_cond_timedwait(&c, &m, &(struct timespec){-5, 0}) == ETIMEDOUT);
	CHECK(pthread_cond_timedwait(&c, &m, &(struct timespec){9, 1000000000}) == EINVAL);
	CHECK(pthread_cond_destroy(&c) == 0);
}

static pthread_cond_t forever = PTHREAD_COND_INITIALIZER;
static int told;

static void *tells(void *arg)
{
	nanosleep(&(struct timespec){0, 1000000}, NULL);
	pthread_mutex_lock(&m);
	told = 1;
	pthread_cond_signal(&forever);
	pthread_mutex_unlock(&m);
	return arg;
}

/* Further away than nanoseconds can be counted: not taken for the past. */
static void at_the_end_of_time(time_t seconds, long ns)
{
	const struct timespec last = {seconds, ns};
	pthread_t t;

	told = 0;
	CHECK(pthread_create(&t, NULL, tells, NULL) == 0);
	while (!told)
		CHECK(pthread_cond_timedwait(&forever, &m, &last) == 0);
	CHECK(pthread_mutex_unlock(&m) == 0);
	CHECK(pthread_join(t, NULL) == 0);
	CHECK(pthread_mutex_lock(&m) == 0);
}

int main(void)
{
	CHECK(pthread_mutex_lock(&m) == 0);
	by(CLOCK_REALTIME);
	by(CLOCK_MONOTONIC);
	at_the_end_of_time((time_t)1 << 55, 0);
	at_the_end_of_time(0x7fffffffffffffff, 999999999);
	return finish();
}
