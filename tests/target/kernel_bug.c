/*
 * A fault of the kernel itself stops the machine and tells all there is: what it was and where, registers, the way there, the thread. Only a
 * kernel thread can bring it about, on purpose: it goes over to the kernel's own stack pointer, and reads where nothing is.
 *
 * test: mode kernel
 * test: exit 70
 * test: says 1 fault in the kernel itself: esr 0x9600000[4-6] far 0x5a5a5a5a50
 * test: says 1 x20 00000000c0ffee20\s+x21 00000000c0ffee21
 * test: says 1 backtrace: 10\w+ 10
 * test: says 1 PANIC on core [0-3]: fault in the kernel itself at 0x10
 * test: says 1 current thread: culprit, id 0x
 */
#include <petri/console.h>

#include "common/test.h"

static void *fault_inside(void *arg)
{
	__asm__ volatile("movz	x20, #0xee20\n\t"
			 "movk	x20, #0xc0ff, lsl #16\n\t"
			 "movz	x21, #0xee21\n\t"
			 "movk	x21, #0xc0ff, lsl #16\n\t"
			 "msr	daifset, #2\n\t"
			 "msr	spsel, #1\n\t"
			 "ldr	x9, [%0]"
			 :
			 : "r"(arg)
			 : "x9", "x20", "x21", "memory");
	return NULL;
}

int main(void)
{
	check(!thread_is_user(), "a kernel thread");
	console_printf("1..1\n");
	start("culprit", fault_inside, (void *)0x5a5a5a5a50, 20);
	thread_sleep(PETRI_MS(1));
	console_printf("the machine goes on\n");
	return 0;
}
