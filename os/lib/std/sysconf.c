/* What a program may ask of the system, and the signal mask of a thread, for which there is nothing to hold back. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

#include <petri/system.h>

#include "std.h"

#define PAGE 4096

static struct system_info info(void)
{
	struct system_info info;

	system_info(&info);
	return info;
}

long sysconf(int name)
{
	switch (name) {
	case _SC_NPROCESSORS_CONF:
	case _SC_NPROCESSORS_ONLN:
		return (long)info().cores;
	case _SC_PHYS_PAGES:
		return (long)(info().memory / PAGE);
	case _SC_AVPHYS_PAGES:
		return (long)(info().memory_free / PAGE);
	case _SC_PAGESIZE:
		return PAGE;
	case _SC_CLK_TCK:
		return CLOCKS_PER_SEC;
	case _SC_THREAD_KEYS_MAX:
		return PTHREAD_KEYS_MAX;
	case _SC_THREAD_DESTRUCTOR_ITERATIONS:
		return PTHREAD_DESTRUCTOR_ITERATIONS;
	case _SC_THREAD_STACK_MIN:
		return PTHREAD_STACK_MIN;
	case _SC_SEM_VALUE_MAX:
		return SEM_VALUE_MAX;
	case _SC_THREADS:
	case _SC_THREAD_ATTR_STACKSIZE:
	case _SC_THREAD_SAFE_FUNCTIONS:
	case _SC_SEMAPHORES:
	case _SC_MONOTONIC_CLOCK:
	case _SC_CLOCK_SELECTION:
	case _SC_BARRIERS:
	case _SC_READER_WRITER_LOCKS:
	case _SC_SPIN_LOCKS:
	case _SC_TIMEOUTS:
		return 200809L;
	}
	return std_fail(EINVAL);
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *old) { return sigprocmask(how, set, old) == 0 ? 0 : errno; }
