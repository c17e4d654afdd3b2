/*
 * "Spin" locks: nobody else is inside, even one whom the holder would never get to run beside.
 *
 * std: seeds 6
 * std: quantum 0.5
 */
#include <errno.h>
#include <pthread.h>

#include <petri/thread.h>

#include "check.h"

#define ROUNDS 500

static pthread_spinlock_t l;
static volatile long counter;

static void *counts(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		CHECK(pthread_spin_lock(&l) == 0);
		counter = counter + 1;
		CHECK(pthread_spin_unlock(&l) == 0);
	}
	return arg;
}

static void *is_urgent(void *arg)
{
	CHECK(thread_set_priority(thread_self(), THREAD_PRIORITY_DEFAULT + 5, NULL) == PETRI_OK);
	CHECK(pthread_spin_trylock(&l) == EBUSY);
	CHECK(pthread_spin_lock(&l) == 0); /* main has it, and has to run to let it go */
	CHECK(pthread_spin_unlock(&l) == 0);
	return arg;
}

int main(void)
{
	pthread_t t[4];

	CHECK(pthread_spin_init(&l, PTHREAD_PROCESS_PRIVATE) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&t[i], NULL, counts, NULL) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	CHECK(counter == 4 * ROUNDS);
	CHECK(pthread_spin_lock(&l) == 0);
	CHECK(pthread_spin_destroy(&l) == EBUSY);
	CHECK(pthread_create(&t[0], NULL, is_urgent, NULL) == 0);
	nanosleep(&(struct timespec){0, 1000000}, NULL);
	CHECK(pthread_spin_unlock(&l) == 0);
	pthread_join(t[0], NULL);
	CHECK(pthread_spin_trylock(&l) == 0 && pthread_spin_unlock(&l) == 0);
	CHECK(pthread_spin_destroy(&l) == 0);
	check_preempted(4 * ROUNDS);
	return finish();
}
