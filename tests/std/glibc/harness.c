/* What the tests of the C library call that lives in its supervisor there: where failures are noted, and an end by the clock. */
#include <support/check.h>
#include <support/harness.h>

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

int harness_failures;
unsigned int test_verbose;

void support_record_failure(void) { __atomic_fetch_add(&harness_failures, 1, __ATOMIC_RELAXED); }
int support_record_failure_is_failed(void) { return harness_failures; }

static void *ends_later(void *seconds)
{
	nanosleep(&(struct timespec){.tv_sec = *(int *)seconds}, NULL);
	exit(harness_failures != 0);
}

void delayed_exit(int seconds)
{
	static int later;
	pthread_t thread;

	later = seconds;
	if (pthread_create(&thread, NULL, ends_later, &later) != 0)
		abort();
}
