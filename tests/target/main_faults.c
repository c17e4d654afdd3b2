/*
 * A fault of main ends its app, with 1, whatever the other threads are doing; all that was said before is on the line.
 *
 * test: fault 1 main
 * test: exit 1
 * test: lines last 20
 */
#include <petri/console.h>

#include "common/test.h"

static volatile uint64_t *volatile nowhere = (volatile uint64_t *)8;

static void *spin(void *arg)
{
	while (arg == NULL)
		__asm__ volatile("");
	return arg;
}

int main(void)
{
	start("spin", spin, NULL, THREAD_PRIORITY_DEFAULT);
	start("less", spin, NULL, 1);
	check(true, "main has come here");
	for (int i = 0; i < 20; i++)
		console_printf("last %d\n", i);
	console_printf("1..1\n");
	*nowhere = 1;
	console_printf("last and gone\n");
	system_exit(7);
}
