/*
 * Where threads of an app begin and end.
 *
 * The ELF's entry point holds two branches, 4 bytes apart, and the kernel knows no other address of the app:
 *   e_entry      the main thread starts here;
 *   e_entry + 4  every other thread starts here.
 * The linker script puts this section first.
 */
	.section .entry, "ax"
	.balign	16

	.globl	_start
	.type	_start, %function
_start:
	b	app_begin
	b	thread_begin
	.size	_start, . - _start

/*
 * noreturn void app_begin(const char *words, size_t size): returning from int main(void) ends the app with its value.
 * sp is the kernel's, aligned. x0, x1 = the arguments' words, one after the other, each ended by a zero; the first is the app's name.
 */
	.type	app_begin, %function
app_begin:
	mov	x29, xzr		/* backtraces end here */
	mov	x30, xzr
	bl	main
	b	system_exit		/* w0 = the exit code */
	.size	app_begin, . - app_begin

/* noreturn void thread_begin(void *arg, thread_entry entry): returning from entry is thread_exit with its value. */
	.type	thread_begin, %function
thread_begin:
	blr	x1			/* x29 and x30 are 0 at the start: backtraces end here */
	b	thread_exit
	.size	thread_begin, . - thread_begin

	.section .note.GNU-stack, "", %progbits
