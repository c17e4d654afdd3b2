/*
 * exit() from any thread ends the program with its code, whatever others do: one that runs, one that waits, main that joins.
 *
 * std: exit 7
 * std: cores 4
 * std: says atexit was called
 */
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

static mtx_t lock;

static void at_exit(void) { puts("atexit was called"); }

static int runs(void *arg)
{
	while (*(volatile int *)arg == 0)
		continue;
	return 0;
}

static int waits(void *arg)
{
	(void)arg;
	return mtx_lock(&lock);
}

static int ends_it(void *arg)
{
	(void)arg;
	thrd_sleep(&(struct timespec){0, 5000000}, NULL);
	exit(7);
}

int main(void)
{
	thrd_t t;
	int word = 0;

	atexit(at_exit);
	mtx_init(&lock, mtx_plain);
	mtx_lock(&lock);
	thrd_create(&t, runs, &word);
	thrd_create(&t, waits, NULL);
	thrd_create(&t, ends_it, NULL);
	thrd_join(t, NULL);
	puts("not ok: the thread that calls exit() was joined");
	return 1;
}
