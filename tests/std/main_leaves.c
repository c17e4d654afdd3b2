/*
 * main leaves by pthread_exit: its handlers and destructors are run, the others go on, and the end of the last is exit(0).
 * One of them dies of a fault and is joined: it is not waited for.
 *
 * std: fault dies
 * std: says main's handler
 * std: says main's destructor
 * std: says the last one: 3
 * std: says atexit was called
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"

static pthread_t main_thread;
static int done;

static void at_exit(void) { puts("atexit was called"); }
static void say(void *text) { puts(text); }

static void *dies(void *arg)
{
	pthread_setname_np(pthread_self(), "dies");
	write_to_nowhere();
	return arg;
}

static void *works(void *arg)
{
	nanosleep(&(struct timespec){0, 2000000}, NULL);
	__atomic_fetch_add(&done, 1, __ATOMIC_RELAXED);
	return arg;
}

static void *comes_last(void *arg)
{
	void *value;
	pthread_t t;

	if (pthread_join(main_thread, &value) != 0 || value != &done)
		puts("not ok: main was not joined, or with another value");
	if (pthread_create(&t, NULL, dies, NULL) != 0 || pthread_join(t, &value) != 0 || value != PTHREAD_CANCELED)
		puts("not ok: the one that dies");
	nanosleep(&(struct timespec){0, 20000000}, NULL);
	printf("the last one: %d\n", done);
	return arg;
}

int main(void)
{
	pthread_key_t key;
	pthread_t t;

	main_thread = pthread_self();
	atexit(at_exit);
	pthread_key_create(&key, say);
	pthread_setspecific(key, "main's destructor");
	for (int i = 0; i < 3; i++)
		pthread_create(&t, NULL, works, NULL);
	pthread_create(&t, NULL, comes_last, NULL);
	pthread_cleanup_push(say, "main's handler");
	pthread_exit(&done);
	pthread_cleanup_pop(0);
	return 1;
}
