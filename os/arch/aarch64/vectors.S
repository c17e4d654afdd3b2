/*
 * The door: the exception vectors, the ways in, the way out, and a shorter one for calls after which there is nothing to see to.
 *
 *     void kernel_syscall(struct core *, struct thread *, uint64_t number);
 *     void kernel_interrupt(struct core *, struct thread *);
 *     void kernel_fault(struct core *, struct thread *);
 *     struct thread *sched_leave(struct core *);		what is next, if the core's `look` says that this is to be asked
 *
 * While a thread runs, on its own stack (SP_EL0), SP_EL1 points at its control block, which begins with the frame:
 *
 *     struct thread      0  x0 .. x30              <- SP_EL1 at the exception
 *                      248  sp, pc, pstate, tls
 *                      280  user block | mode
 *                      288  kind: call or full
 *     struct core        0  top of the core's stack  <- SP_EL1 while C runs
 *     TPIDR_EL1 = struct core
 *
 * So the frame is complete before any C runs, and nothing of a thread is ever left on a kernel stack.
 */
#include "arch/aarch64/seam.h"

#define EC_SVC64 0x15

	.macro	vector label
	.balign	128
	b	\label
	.endm

/* Arm ARM D1.10.2: four groups of synchronous, IRQ, FIQ, SError. */
	.section .vectors, "ax"
	.balign	2048
	.globl	vectors
vectors:
	vector	thread_sync		/* EL1t: a kernel thread */
	vector	thread_irq
	vector	thread_fiq
	vector	thread_serror
	vector	kernel_sync		/* EL1h: the kernel itself */
	vector	kernel_irq
	vector	kernel_fiq
	vector	kernel_serror
	vector	thread_sync		/* EL0: a user thread */
	vector	thread_irq
	vector	thread_fiq
	vector	thread_serror
	vector	bad_a32			/* EL0 in AArch32: we never go there */
	vector	bad_a32
	vector	bad_a32
	vector	bad_a32

	.text

/* What the procedure-call standard keeps: all that a system call saves. Uses x9-x12. */
	.macro	save_call
	stp	x19, x20, [sp, #FRAME_X(19)]
	stp	x21, x22, [sp, #FRAME_X(21)]
	stp	x23, x24, [sp, #FRAME_X(23)]
	stp	x25, x26, [sp, #FRAME_X(25)]
	stp	x27, x28, [sp, #FRAME_X(27)]
	stp	x29, x30, [sp, #FRAME_X(29)]
	mrs	x9, sp_el0
	mrs	x10, elr_el1
	mrs	x11, spsr_el1
	mrs	x12, tpidr_el0
	stp	x9, x10, [sp, #FRAME_SP]
	stp	x11, x12, [sp, #FRAME_PSTATE]
	.endm

/* x8 and x9 have been saved. */
	.macro	save_rest
	stp	x0, x1, [sp, #FRAME_X(0)]
	stp	x2, x3, [sp, #FRAME_X(2)]
	stp	x4, x5, [sp, #FRAME_X(4)]
	stp	x6, x7, [sp, #FRAME_X(6)]
	stp	x10, x11, [sp, #FRAME_X(10)]
	stp	x12, x13, [sp, #FRAME_X(12)]
	stp	x14, x15, [sp, #FRAME_X(14)]
	stp	x16, x17, [sp, #FRAME_X(16)]
	str	x18, [sp, #FRAME_X(18)]
	save_call
	mov	x9, #FRAME_FULL
	str	x9, [sp, #FRAME_KIND]
	.endm

/* x0 = core, x1 = thread, sp = the core's stack */
	.macro	enter_c
	mov	x1, sp
	mrs	x0, tpidr_el1
	ldr	x9, [x0, #CORE_STACK]
	mov	sp, x9
	mov	x29, xzr		/* the kernel's backtrace ends here */
	.endm

/* Into kernel_bug, with x0-x2 kept in registers that are free inside the kernel. */
	.macro	bug which
	msr	tpidrro_el0, x0
	msr	sp_el0, x1
	msr	tpidr_el0, x2
	mov	x1, #\which
	b	kernel_bug
	.endm

thread_sync:
	stp	x8, x9, [sp, #FRAME_X(8)]
	mrs	x9, esr_el1
	lsr	x9, x9, #26
	cmp	x9, #EC_SVC64
	b.ne	thread_fault
	stp	x0, x1, [sp, #FRAME_X(0)]
	stp	x2, x3, [sp, #FRAME_X(2)]
	save_call
	str	xzr, [sp, #FRAME_KIND]
	enter_c
	mov	w2, w8
	bl	kernel_syscall
	mrs	x0, tpidr_el1
	ldr	w9, [x0, #CORE_LOOK]
	cbnz	w9, decide
	/* The caller goes on, and all that C keeps is as it was: so are the registers of the exception. */
	ldr	x0, [x0, #CORE_CURRENT]
	mov	sp, x0
	ldp	x29, x30, [sp, #FRAME_X(29)]
	ldr	x4, [sp, #FRAME_PSTATE]
	ldr	x0, [sp, #FRAME_X(0)]
	tst	x4, #PSTATE_MODE_MASK
	b.eq	leave_user
	eret

thread_irq:
	stp	x8, x9, [sp, #FRAME_X(8)]
	save_rest
	enter_c
	bl	kernel_interrupt
	b	full

thread_fault:
	save_rest
	enter_c
	bl	kernel_fault
full:	mrs	x0, tpidr_el1
	ldr	w9, [x0, #CORE_LOOK]
	cbz	w9, 1f
decide:	cmp	w9, #LOOK_ALTERED	/* who goes on is clear */
	b.ne	2f
	str	wzr, [x0, #CORE_LOOK]
1:	ldr	x0, [x0, #CORE_CURRENT]
	b	leave
2:	bl	sched_leave

/* noreturn void arch_enter(struct thread *t): x0 = the thread that runs next. The way out of the kernel for everything but a call that changes nothing.
 * (eret clears the exclusive monitor, Arm ARM B2.9.1: nobody goes on with the reservation of somebody else.) */
	.globl	arch_enter
arch_enter:
leave:
	mov	sp, x0
	ldp	x2, x3, [sp, #FRAME_SP]
	ldp	x4, x5, [sp, #FRAME_PSTATE]
	ldp	x6, x7, [sp, #FRAME_BLOCK]
	msr	sp_el0, x2
	msr	elr_el1, x3
	msr	spsr_el1, x4
	msr	tpidr_el0, x5
	msr	tpidrro_el0, x6
	ldp	x19, x20, [sp, #FRAME_X(19)]
	ldp	x21, x22, [sp, #FRAME_X(21)]
	ldp	x23, x24, [sp, #FRAME_X(23)]
	ldp	x25, x26, [sp, #FRAME_X(25)]
	ldp	x27, x28, [sp, #FRAME_X(27)]
	ldp	x29, x30, [sp, #FRAME_X(29)]
	cbnz	x7, leave_full
	tst	x4, #PSTATE_MODE_MASK
	ldr	x0, [sp, #FRAME_X(0)]
	b.eq	leave_user
	eret

/* Nothing of the kernel is left in the scratch registers. */
leave_user:
	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18
	mov	x\n, xzr
	.endr
	eret

leave_full:
	ldp	x0, x1, [sp, #FRAME_X(0)]
	ldp	x2, x3, [sp, #FRAME_X(2)]
	ldp	x4, x5, [sp, #FRAME_X(4)]
	ldp	x6, x7, [sp, #FRAME_X(6)]
	ldp	x8, x9, [sp, #FRAME_X(8)]
	ldp	x10, x11, [sp, #FRAME_X(10)]
	ldp	x12, x13, [sp, #FRAME_X(12)]
	ldp	x14, x15, [sp, #FRAME_X(14)]
	ldp	x16, x17, [sp, #FRAME_X(16)]
	ldr	x18, [sp, #FRAME_X(18)]
	eret

/*
 * An exception of the kernel itself. The one that is allowed is a fault of the user-access routines (user_access.S, one
 * 256-byte block): it continues at user_access_failed. Until the next way out TPIDRRO_EL0 and SP_EL0 are free: both are written there.
 */
kernel_sync:
	msr	tpidrro_el0, x0
	msr	sp_el0, x1
	mrs	x0, elr_el1
	adrp	x1, user_access
	add	x1, x1, :lo12:user_access
	sub	x0, x0, x1
	cmp	x0, #256
	b.hs	1f
	adrp	x1, user_access_failed
	add	x1, x1, :lo12:user_access_failed
	msr	elr_el1, x1
	mrs	x0, tpidrro_el0
	mrs	x1, sp_el0
	eret
1:	mrs	x0, tpidrro_el0
	mrs	x1, sp_el0
	bug	0
kernel_irq:
	bug	1
kernel_fiq:
	bug	2
kernel_serror:
	bug	3

/* From a thread, whose frame is saved as for any exception: noreturn void arch_thread_bug(struct core *, struct thread *, which) */
thread_fiq:
	stp	x8, x9, [sp, #FRAME_X(8)]
	save_rest
	enter_c
	mov	x2, #2
	bl	arch_thread_bug
thread_serror:
	stp	x8, x9, [sp, #FRAME_X(8)]
	save_rest
	enter_c
	mov	x2, #4
	bl	arch_thread_bug
bad_a32:
	stp	x8, x9, [sp, #FRAME_X(8)]
	save_rest
	enter_c
	mov	x2, #5
	bl	arch_thread_bug

/*
 * x1 = which; x0-x2 are kept in TPIDRRO_EL0, SP_EL0 and TPIDR_EL0. All goes to the emergency stack, for the usual one may be the reason.
 * noreturn void arch_kernel_bug(const struct trapframe *, which)
 */
kernel_bug:
	mov	x0, sp			/* where sp was: for the dump */
	mrs	x2, tpidr_el1
	cbz	x2, 2f
	ldr	x2, [x2, #CORE_EMERGENCY]
	mov	sp, x2
	sub	sp, sp, #FRAME_SIZE
	stp	x3, x4, [sp, #FRAME_X(3)]
	stp	x5, x6, [sp, #FRAME_X(5)]
	stp	x7, x8, [sp, #FRAME_X(7)]
	stp	x9, x10, [sp, #FRAME_X(9)]
	stp	x11, x12, [sp, #FRAME_X(11)]
	stp	x13, x14, [sp, #FRAME_X(13)]
	stp	x15, x16, [sp, #FRAME_X(15)]
	stp	x17, x18, [sp, #FRAME_X(17)]
	stp	x19, x20, [sp, #FRAME_X(19)]
	stp	x21, x22, [sp, #FRAME_X(21)]
	stp	x23, x24, [sp, #FRAME_X(23)]
	stp	x25, x26, [sp, #FRAME_X(25)]
	stp	x27, x28, [sp, #FRAME_X(27)]
	stp	x29, x30, [sp, #FRAME_X(29)]
	str	x0, [sp, #FRAME_SP]
	mrs	x3, elr_el1
	mrs	x4, spsr_el1
	str	x3, [sp, #FRAME_PC]
	str	x4, [sp, #FRAME_PSTATE]
	mrs	x3, tpidrro_el0
	mrs	x4, sp_el0
	mrs	x5, tpidr_el0
	stp	x3, x4, [sp, #FRAME_X(0)]
	str	x5, [sp, #FRAME_X(2)]
	mov	x0, sp
	bl	arch_kernel_bug
2:	wfi
	b	2b

	.section .note.GNU-stack, "", %progbits
