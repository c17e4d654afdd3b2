/*
 * The clocks and the sleeps: they agree, never go back, wake nobody early, and say what makes no sense.
 *
 * std: seeds 2
 */
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static long long now(clockid_t clock)
{
	struct timespec t = {-1, -1};

	CHECK(clock_gettime(clock, &t) == 0);
	CHECK(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void reading(void)
{
	struct timespec t;
	long long before = now(CLOCK_MONOTONIC), between;

	CHECK(timespec_get(&t, TIME_UTC) == TIME_UTC);
	between = t.tv_sec * 1000000000LL + t.tv_nsec;
	CHECK(before <= between && between <= now(CLOCK_REALTIME));
	CHECK(timespec_get(&t, TIME_UTC + 100) == 0);
	errno = 0;
	CHECK(clock_gettime((clockid_t)99, &t) == -1 && errno == EINVAL);
	errno = 0;
	CHECK(clock_getres((clockid_t)99, &t) == -1 && errno == EINVAL);
	CHECK(clock_getres(CLOCK_MONOTONIC, &t) == 0 && t.tv_sec == 0 && t.tv_nsec > 0 && t.tv_nsec < 1000);
	CHECK(clock_getres(CLOCK_REALTIME, NULL) == 0);
	CHECK(timespec_getres(&t, TIME_UTC) == TIME_UTC);
}

static void never_back(void)
{
	long long last = now(CLOCK_MONOTONIC), next;

	for (int i = 0; i < 1000; i++, last = next) {
		next = now(i % 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME);
		CHECK(next >= last);
	}
}

static void sleeping(void)
{
	struct timespec until, left;
	long long before = now(CLOCK_MONOTONIC);

	CHECK(nanosleep(&(struct timespec){0, 2000000}, &left) == 0);
	CHECK(now(CLOCK_MONOTONIC) - before >= 2000000);
	CHECK(clock_gettime(CLOCK_REALTIME, &until) == 0);
	until.tv_sec += until.tv_nsec >= 997000000;
	until.tv_nsec = (until.tv_nsec + 3000000) % 1000000000;
	CHECK(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL) == 0);
	CHECK(now(CLOCK_REALTIME) >= until.tv_sec * 1000000000LL + until.tv_nsec);
	CHECK(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &(struct timespec){0, 0}, NULL) == 0);
	before = now(CLOCK_MONOTONIC);
	CHECK(usleep(1500) == 0 && now(CLOCK_MONOTONIC) - before >= 1500000);
	before = now(CLOCK_MONOTONIC);
	CHECK(sleep(1) == 0 && now(CLOCK_MONOTONIC) - before >= 1000000000);
	errno = 0;
	CHECK(nanosleep(&(struct timespec){0, 1000000000}, NULL) == -1 && errno == EINVAL);
	errno = 0;
	CHECK(nanosleep(&(struct timespec){-1, 0}, NULL) == -1 && errno == EINVAL);
	CHECK(clock_nanosleep((clockid_t)99, 0, &(struct timespec){0, 1}, NULL) == EINVAL);
}

/* A second and more after boot a moment and a duration are told apart. */
static void until_a_moment(void)
{
	struct timespec until;
	long long moment;

	CHECK(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	until.tv_sec += until.tv_nsec >= 997000000;
	until.tv_nsec = (until.tv_nsec + 3000000) % 1000000000;
	moment = until.tv_sec * 1000000000LL + until.tv_nsec;
	CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0);
	CHECK(now(CLOCK_MONOTONIC) >= moment && now(CLOCK_MONOTONIC) - moment < 900000000);
}

int main(void)
{
	reading();
	never_back();
	sleeping();
	until_a_moment();
	return finish();
}
