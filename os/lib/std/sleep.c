/* The older ways to sleep, of <unistd.h>, and giving way. */
#include <sched.h>
#include <unistd.h>

#include <petri/thread.h>

#include "std.h"

unsigned int sleep(unsigned int seconds)
{
	(void)thread_sleep(PETRI_S(seconds));
	return 0;
}

int usleep(useconds_t us)
{
	int error = std_errno(thread_sleep(PETRI_US(us)));

	return error != 0 ? std_fail(error) : 0;
}

int sched_yield(void)
{
	thread_yield();
	return 0;
}
