/*
 * Memory of threads, read and written by the kernel: all in one block of 256 bytes, whose faults end at
 * user_access_failed (vectors.S, kernel_sync). User mode: ldtr/sttr, with the rights of EL0. Kernel mode: plain.
 *
 * load64: x0 = from, x1 = kernel mode; after it x1 = the word. store64: x0 = to, x1 = value, x2 = kernel mode. Both change x0 and x1 and no other
 * register, in vain too (kernel_sync, user_access_failed): seam.h calls them on that condition.
 * enum petri_error user_access_read(void *to, const void *from, size_t n, bool kernel_mode);   byte by byte or 8 at a time
 * enum petri_error user_access_write(void *to, const void *from, size_t n, bool kernel_mode);
 * After each x0 = 0 or PETRI_EADDRESS. Leaf functions without a stack: nothing to unwind.
 */
#include "arch/aarch64/seam.h"

#define EADDRESS 11

	.text
	.balign	256
	.globl	user_access
user_access:

	.globl	user_access_load64
user_access_load64:
	cbz	x1, 1f
	ldr	x1, [x0]
	mov	x0, xzr
	ret
1:	ldtr	x1, [x0]
	mov	x0, xzr
	ret

	.globl	user_access_store64
user_access_store64:
	cbz	x2, 1f
	str	x1, [x0]
	mov	x0, xzr
	ret
1:	sttr	x1, [x0]
	mov	x0, xzr
	ret

/* x0 = to (kernel), x1 = from (thread), x2 = n, w3 = kernel mode */
	.globl	user_access_read
user_access_read:
	orr	x4, x0, x1
	tst	x4, #7
	b.ne	5f
	cbz	w3, 2f
1:	subs	x2, x2, #8
	b.lo	4f
	ldr	x4, [x1], #8
	str	x4, [x0], #8
	b	1b
2:	subs	x2, x2, #8
	b.lo	4f
	ldtr	x4, [x1]
	add	x1, x1, #8
	str	x4, [x0], #8
	b	2b
4:	add	x2, x2, #8
5:	cbz	x2, all_copied
	cbz	w3, 6f
	ldrb	w4, [x1]
	b	7f
6:	ldtrb	w4, [x1]
7:	strb	w4, [x0], #1
	add	x1, x1, #1
	sub	x2, x2, #1
	b	5b

/* x0 = to (thread), x1 = from (kernel), x2 = n, w3 = kernel mode */
	.globl	user_access_write
user_access_write:
	orr	x4, x0, x1
	tst	x4, #7
	b.ne	1f
5:	cmp	x2, #8
	b.lo	1f
	ldr	x4, [x1], #8
	cbz	w3, 6f
	str	x4, [x0]
	b	7f
6:	sttr	x4, [x0]
7:	add	x0, x0, #8
	sub	x2, x2, #8
	b	5b
1:	cbz	x2, all_copied
	ldrb	w4, [x1], #1
	cbz	w3, 2f
	strb	w4, [x0]
	b	3f
2:	sttrb	w4, [x0]
3:	add	x0, x0, #1
	sub	x2, x2, #1
	b	1b
all_copied:
	mov	x0, xzr
	ret
	.if	. - user_access > 256
	.error	"user access routines must fit 256 bytes"
	.endif

	.globl	user_access_failed
user_access_failed:
	mrs	x1, tpidr_el1
	mov	w0, #1
	strb	w0, [x1, #CORE_ALTERED]	/* the registers of the first exception are lost */
	mov	x0, #EADDRESS
	ret

	.section .note.GNU-stack, "", %progbits
