/*
 * What the C library's <time.h> lacks: the clocks of POSIX, sleeping by them, timespec_get. No board has a clock that knows the date: both
 * clocks count from boot, and neither can be set.
 */
#ifndef _STD_TIME_H
#define _STD_TIME_H

#include_next <time.h>

#define TIME_UTC 1

int timespec_get(struct timespec *__now, int __base);
int timespec_getres(struct timespec *__resolution, int __base);

#ifndef CLOCK_REALTIME
#define CLOCK_REALTIME ((clockid_t)1)
#endif
#ifndef CLOCK_MONOTONIC
#define CLOCK_MONOTONIC ((clockid_t)4)
#endif
#ifndef TIMER_ABSTIME
#define TIMER_ABSTIME 4
#endif

#if __POSIX_VISIBLE
int clock_gettime(clockid_t __clock, struct timespec *__now);
int clock_getres(clockid_t __clock, struct timespec *__resolution);
int clock_nanosleep(clockid_t __clock, int __flags, const struct timespec *__wanted, struct timespec *__remaining);
int nanosleep(const struct timespec *__wanted, struct timespec *__remaining);
#endif

#endif
