/*
 * A panic is the last that is heard: threads on the other cores, which talk without end, say nothing from then on.
 *
 * test: cores 4
 * test: mode kernel
 * test: exit 70
 * test: says 1 PANIC on core
 * test: says 0 PANIC(.|\n)*still here
 */
#include <petri/console.h>

#include "common/test.h"

static uint64_t said[3];

static void *talk(void *arg)
{
	for (;;) {
		console_printf("still here\n");
		__atomic_fetch_add((uint64_t *)arg, 1, __ATOMIC_RELAXED);
	}
	return arg;
}

/* With the kernel's own stack pointer, which is a fault of the kernel. */
static void *fault_inside(void *arg)
{
	__asm__ volatile("msr	daifset, #2\n\t"
			 "msr	spsel, #1\n\t"
			 "ldr	x9, [%0]"
			 :
			 : "r"(arg)
			 : "x9", "memory");
	return NULL;
}

int main(void)
{
	for (int i = 0; i < 3; i++)
		start("talker", talk, &said[i], 10);
	for (int i = 0; i < 3; i++)
		while (__atomic_load_n(&said[i], __ATOMIC_RELAXED) < 3)
			thread_sleep(PETRI_MS(1));
	check(info_now().cores == 4, "all talk");
	console_printf("1..1\n");
	start("culprit", fault_inside, (void *)0x5a5a5a5a50, 20);
	thread_sleep(PETRI_S(1));
	return 0;
}
