/*
 * Any thread can end the run with a code: the line is drained first, and whatever the other threads do does not matter.
 *
 * test: exit 42
 * test: lines last 50
 */
#include <petri/console.h>

#include "common/test.h"

static void *spin(void *arg)
{
	while (arg == NULL)
		__asm__ volatile("");
	return arg;
}

static void *end_it(void *arg)
{
	for (int i = 0; i < 50; i++)
		console_printf("last %d\n", i);
	system_exit((int)(intptr_t)arg);
}

int main(void)
{
	start("spin", spin, NULL, THREAD_PRIORITY_DEFAULT);
	check(true, "main runs");
	test_end();
	join(start("ends", end_it, (void *)42, THREAD_PRIORITY_DEFAULT));
	console_printf("not ok 2 - main went on\n");
	return 1;
}
