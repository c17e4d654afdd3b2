/*
 * The clocks. There is one, petri_now(): both CLOCK_REALTIME and CLOCK_MONOTONIC are it, since no board knows the date.
 * So a deadline means the same by either, and needs no conversion but that of its units.
 */
#include "std.h"

#include <errno.h>

#include <petri/arch.h>
#include <petri/thread.h>

#define NS_PER_S 1000000000u

bool std_time(const struct timespec *t, petri_time *ns)
{
	if (t->tv_nsec < 0 || t->tv_nsec >= (long)NS_PER_S)
		return false;
	if (t->tv_sec < 0)
		*ns = 0;
	else if ((uint64_t)t->tv_sec >= PETRI_FOREVER / NS_PER_S)
		*ns = PETRI_FOREVER - 1;
	else
		*ns = (uint64_t)t->tv_sec * NS_PER_S + (uint64_t)t->tv_nsec;
	return true;
}

struct timespec std_timespec(petri_time ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
}

bool std_is_clock(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC; }

int clock_gettime(clockid_t clock, struct timespec *now)
{
	if (!std_is_clock(clock))
		return std_fail(EINVAL);
	*now = std_timespec(petri_now());
	return 0;
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
	if (!std_is_clock(clock))
		return std_fail(EINVAL);
	if (resolution != NULL)
		*resolution = std_timespec((NS_PER_S + arch_counter_hz() - 1) / arch_counter_hz());
	return 0;
}

int timespec_get(struct timespec *now, int base)
{
	return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}

int timespec_getres(struct timespec *resolution, int base)
{
	return base == TIME_UTC && clock_getres(CLOCK_REALTIME, resolution) == 0 ? base : 0;
}

/* Nothing interrupts a sleep, so what remains is never told. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *remaining)
{
	petri_time ns;

	(void)remaining;
	if (!std_is_clock(clock) || !std_time(wanted, &ns) || wanted->tv_sec < 0)
		return EINVAL;
	return std_errno(flags & TIMER_ABSTIME ? thread_sleep_until(ns) : thread_sleep(ns));
}

int nanosleep(const struct timespec *wanted, struct timespec *remaining)
{
	int error = clock_nanosleep(CLOCK_MONOTONIC, 0, wanted, remaining);

	return error != 0 ? std_fail(error) : 0;
}
