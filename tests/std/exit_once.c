/*
 * Several threads call exit(): what atexit has is called once, the last one first, and the code is that of the first. He dies on the way, in a
 * handler: the next goes on behind it. Main's return is one of the calls; another comes from a destructor, which is not run again for that.
 *
 * std: exit 7
 * std: seeds 8
 * std: quantum 0.5
 * std: cores 4
 * std: fault first
 * std: says the last handler
 * std: says the first handler
 * std: says destructor
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"

static volatile int begun, calls;

__attribute__((destructor)) static void destruct(void)
{
	puts(calls++ == 3 ? "destructor" : "not ok: a destructor out of turn");
	if (calls < 6)
		exit(10);
}

static void first_handler(void)
{
	puts(calls++ == 2 ? "the first handler" : "not ok: the first handler out of turn");
	nanosleep(&(struct timespec){0, 1000000}, NULL);
}

static void dies(void)
{
	if (calls++ != 1)
		puts("not ok: the handler that dies out of turn");
	write_to_nowhere();
}

static void last_handler(void)
{
	puts(calls++ == 0 ? "the last handler" : "not ok: the last handler out of turn");
	begun = 1;
	nanosleep(&(struct timespec){0, 1000000}, NULL);
}

static void *leaves(void *arg)
{
	if (arg == NULL) {
		pthread_setname_np(pthread_self(), "first");
		exit(7);
	}
	while (!begun)
		nanosleep(&(struct timespec){0, 10000}, NULL);
	exit(8);
}

int main(void)
{
	pthread_t t;

	atexit(first_handler);
	atexit(dies);
	atexit(last_handler);
	for (int i = 0; i < 4; i++)
		pthread_create(&t, NULL, leaves, i == 0 ? NULL : &t);
	while (!begun)
		nanosleep(&(struct timespec){0, 10000}, NULL);
	return 9;
}
