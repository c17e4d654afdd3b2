/*
 * When main returns, the app ends with its value, although others run, wait and sleep; what lies on main's stack is used by nobody after that.
 *
 * test: exit 3
 */
#include <petri/console.h>
#include <petri/park.h>

#include "common/test.h"

static void *use(void *arg)
{
	volatile uint64_t *word = arg;

	while (++*word != 0)
		;
	return NULL;
}

static void *wait(void *arg)
{
	(void)!park(arg, 0, PETRI_FOREVER);
	return NULL;
}

static void *sleep_long(void *arg)
{
	thread_sleep(PETRI_S(1000));
	console_printf("not ok 99 - the app goes on after its main has returned\n");
	return arg;
}

int main(void)
{
	uint64_t words[2] = {0, 0};

	start("user", use, &words[0], THREAD_PRIORITY_DEFAULT);
	start("waiter", wait, &words[1], 20);
	start("sleeper", sleep_long, NULL, 20);
	thread_sleep(PETRI_MS(1));
	check(*(volatile uint64_t *)&words[0] > 0, "another thread uses what is main's");
	console_printf("1..1\n");
	return 3;
}
