/*
 * Where threads of an app begin and end.
 *
 * The ELF's entry point holds two branches, 4 bytes apart, and the kernel knows no other address of the app:
 *   e_entry      the main thread starts here;
 *   e_entry + 4  in x30 of every other thread at its start: where it gets by returning from its entry function.
 * The linker script puts this section first.
 */
	.section .entry, "ax"
	.balign	16

	.globl	_start
	.type	_start, %function
_start:
	b	app_begin
	b	thread_return
	.size	_start, . - _start

/* noreturn void app_begin(void): returning from int main(void) ends the run with its value. sp is the kernel's, aligned. */
	.type	app_begin, %function
app_begin:
	mov	x29, xzr		/* backtraces end here */
	mov	x30, xzr
	bl	main
	b	system_exit		/* w0 = the exit code */
	.size	app_begin, . - app_begin

/* noreturn void thread_return(void *value): x0 = what the entry function returned. */
	.type	thread_return, %function
thread_return:
	mov	x29, xzr
	mov	x30, xzr
	b	thread_exit
	.size	thread_return, . - thread_return

	.section .note.GNU-stack, "", %progbits
