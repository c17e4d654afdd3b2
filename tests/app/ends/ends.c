/* Every way to end, by the name of its argument. */
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *way = "";

static void at_exit_first(void) { puts("registered first"); }
static void at_exit_last(void) { puts("registered last"); }
static void at_quick(void)
{
	puts("quick");
	fflush(stdout);
}

__attribute__((constructor)) static void before(void) { puts("constructor"); }
__attribute__((destructor)) static void after(void) { puts("destructor"); }

static int is(const char *name) { return strcmp(way, name) == 0; }

__attribute__((noinline)) static void write_to(volatile int *p) { *p = 1; }

static int deeper(int n)
{
	volatile char room[4000];

	room[n % 4000] = (char)n;
	return n < 1000000 ? deeper(n + 1) + room[0] : 0;
}

static void caught(int number) { printf("signal %d\n", number); }

static void *other(void *arg)
{
	if (is("exit-in-thread"))
		exit(6);
	if (is("abort-in-thread"))
		abort();
	if (is("fault-in-thread"))
		write_to((int *)16);
	return arg;
}

static void die(void)
{
	if (is("null"))
		write_to((int *)8);
	if (is("jump"))
		((void (*volatile)(void))NULL)();
	if (is("wild-jump"))
		((void (*volatile)(void))0x123450)();
	if (is("overflow"))
		deeper(0);
	if (is("abort"))
		abort();
	if (is("assert"))
		assert(way[0] == 'z');
	if (is("signal"))
		raise(SIGTERM);
	if (is("free-twice")) {
		void *volatile p = malloc(10);

		free(p);
		free(p);
	}
	if (is("caught")) {
		signal(SIGABRT, caught);
		abort();
	}
}

static void leave(void)
{
	if (is("exit"))
		exit(3);
	if (is("_exit"))
		_exit(4);
	if (is("quick"))
		quick_exit(5);
	if (is("hang"))
		for (;;)
			;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	way = argc > 1 ? argv[1] : "";
	atexit(at_exit_first);
	atexit(at_exit_last);
	at_quick_exit(at_quick);
	fflush(stdout);
	die();
	leave();
	if (strstr(way, "thread") && pthread_create(&thread, NULL, other, NULL) == 0)
		pthread_join(thread, NULL);
	return atoi(way);
}
