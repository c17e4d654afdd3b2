/*
 * A lock guard that would wait for itself, or wait in an atomic section, ends its thread with a message; and so does a failed
 * assertion. Everybody else goes on.
 *
 * test: fault 10 twice
 * test: fault 10 inside
 * test: fault 10 asserts
 */
#include <petri/atomic.h>
#include <petri/mutex.h>

#include "common/test.h"

static struct mutex m = MUTEX_INIT;

static void *lock_twice(void *arg)
{
	LOCK_GUARD(&m);
	LOCK_GUARD(&m);
	return arg;
}

static void *lock_inside(void *arg)
{
	ATOMIC_SECTION {
		LOCK_GUARD(&m);
	}
	return arg;
}

static void *assert_wrong(void *arg)
{
	petri_assert(arg != NULL);
	return arg;
}

int main(void)
{
	expect(thread_join(start("twice", lock_twice, NULL, 20), NULL), PETRI_EFAULTED);
	expect(mutex_lock(&m), PETRI_EOWNERDIED);
	expect(thread_join(start("inside", lock_inside, NULL, 20), NULL), PETRI_EFAULTED);
	expect(mutex_unlock(&m), PETRI_OK);
	expect(thread_join(start("asserts", assert_wrong, NULL, 20), NULL), PETRI_EFAULTED);
	expect(mutex_lock(&m), PETRI_OK);
	expect(mutex_unlock(&m), PETRI_OK);
	return test_end();
}
