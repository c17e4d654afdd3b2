/*
 * Once a thread has called abort(), no handler runs and no destructor, and the code is 1, though main, more urgent than all others, calls exit(0) as soon
 * as that thread is dead.
 *
 * std: exit 1
 * std: seeds 8
 * std: quantum 0.5
 * std: cores 4
 * std: fault aborts
 * std: says to be aborted
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <petri/thread.h>

static void at_exit(void) { puts("not ok: a handler"); }

__attribute__((destructor)) static void destruct(void) { puts("not ok: a destructor"); }

static void *aborts(void *arg)
{
	(void)arg;
	pthread_setname_np(pthread_self(), "aborts");
	abort();
}

int main(void)
{
	pthread_t t;

	puts("to be aborted");
	atexit(at_exit);
	(void)thread_set_priority(thread_self(), THREAD_PRIORITIES - 1, NULL);
	pthread_create(&t, NULL, aborts, NULL);
	pthread_join(t, NULL);
	exit(0);
}
