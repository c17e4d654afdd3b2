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
 * noreturn void app_begin(char *words, size_t size): app_main() never returns.
 * sp is the kernel's, aligned. x0, x19 = the arguments' words, one after the other, each ended by a zero; the first is the app's name. x20-x30 = 0.
 */
	.type	app_begin, %function
app_begin:
	movz	x9, #:abs_g0:app_tls_room
	cbz	x9, 1f
	bl	tls_make
1:	mov	x1, x19
	mov	x30, xzr		/* x29 and x30 are 0 at the start: backtraces end here */
	b	app_main
	.size	app_begin, . - app_begin

/* noreturn: x0 = the argument, x19 = entry. Returning from entry is thread_exit with its value. */
	.type	thread_begin, %function
thread_begin:
	movz	x9, #:abs_g0:app_tls_room
	cbz	x9, 1f
	bl	tls_make
1:	blr	x19
	b	thread_exit
	.size	thread_begin, . - thread_begin

/*
 * void tls_make(void): the thread's own copy of the thread-local variables, at the top of its stack, and sp below it. Keeps x0-x8; x9 =
 * app_tls_room. The sizes come from app.ld.
 *
 *	sp at entry ->	(to align)
 *			variables	app_tls_clear, a multiple of 16, of which the first app_tls_copy have their values in app_tls
 *			head: 0, 0	app_tls_align, 16 or more
 *	new sp, tp  ->
 */
	.type	tls_make, %function
tls_make:
	mov	x10, sp
	sub	x10, x10, x9
	movz	x9, #:abs_g0:app_tls_align
	neg	x11, x9
	and	x10, x10, x11
	mov	sp, x10
	msr	tpidr_el0, x10
	stp	xzr, xzr, [x10]
	add	x10, x10, x9		/* the variables */
	movz	x12, #:abs_g0:app_tls_clear
1:	sub	x12, x12, #16
	add	x13, x10, x12
	stp	xzr, xzr, [x13]
	cbnz	x12, 1b
	adrp	x11, app_tls
	add	x11, x11, :lo12:app_tls
	movz	x12, #:abs_g0:app_tls_copy
2:	cbz	x12, 3f
	sub	x12, x12, #1
	ldrb	w13, [x11, x12]
	strb	w13, [x10, x12]
	b	2b
3:	ret
	.size	tls_make, . - tls_make

	.section .note.GNU-stack, "", %progbits
