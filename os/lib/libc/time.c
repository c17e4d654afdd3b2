/*
 * The C library's clock: time() and gettimeofday() count from the machine's start, because no board has a clock that
 * knows the date; clock() and times() tell how long the system has run (CPU time is not counted per app).
 */
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

#include <petri/time.h>

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	petri_time ns = petri_now();

	(void)zone;
	*now = (struct timeval){.tv_sec = (time_t)(ns / PETRI_S(1)), .tv_usec = (suseconds_t)(ns % PETRI_S(1) / PETRI_US(1))};
	return 0;
}

clock_t times(struct tms *out)
{
	clock_t ticks = (clock_t)(petri_now() / (PETRI_S(1) / CLOCKS_PER_SEC));

	*out = (struct tms){.tms_utime = ticks};
	return ticks;
}
