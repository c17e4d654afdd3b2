/*
 * From reset to C: the arm64 Image header, parking of the other cores, and the way down to EL1 from wherever we start.
 *
 * On entry: x0 = device tree or whatever the firmware left, MMU and caches off, at EL3, EL2 or EL1, interrupts masked.
 */
#include "board.h"
#include "arch/aarch64/stacks.h"

#define SCTLR_EL1_RESET	0x30d00800	/* the bits that are one by architecture; MMU and caches off */
#define HCR_EL2_RW	(1 << 31)	/* EL1 is AArch64 */
#define SCR_EL3_INIT	0x5b1		/* NS, RW, HCE, SMD (no SMC from below: nobody answers), and the bits that are one */
#define CPUECTLR_EL1	S3_1_C15_C2_1	/* Cortex-A53 */
#define SMPEN		(1 << 6)
#define SPSR_EL1H	0x3c5		/* DAIF masked, EL1h */
#define SPSR_EL2H	0x3c9

	.section .head, "ax"
	.globl	_start
_start:
	b	start			/* code0; the header is that of Linux' arm64 Image (booting.rst) */
	.long	0			/* code1 */
	.quad	BOARD_TEXT_OFFSET	/* where in a 2 MiB block the image wants to lie */
	.quad	image_size
	.quad	0x2			/* flags: little-endian, 4 KiB pages, near the start of RAM: it is linked for one place */
	.quad	0
	.quad	0
	.quad	0
	.ascii	"ARM\x64"
	.long	0

start:
	msr	daifset, #0xf
	mov	x20, x0			/* keep what the firmware said */
	mrs	x1, CurrentEL
	mov	x21, x1
	cmp	x1, #(3 << 2)
	b.eq	at_el3
	cmp	x1, #(2 << 2)
	b.eq	at_el2
	b	at_el1

at_el3:
	mov	x1, #SCR_EL3_INIT
	msr	scr_el3, x1
	msr	cptr_el3, xzr
	mrs	x1, CPUECTLR_EL1	/* coherency, without which there are no exclusives (A53 TRM 4.3.67); below EL3 the firmware did it */
	orr	x1, x1, #SMPEN
	msr	CPUECTLR_EL1, x1
	mov	x1, #SPSR_EL2H
	msr	spsr_el3, x1
	adr	x1, at_el2
	msr	elr_el3, x1
	mrs	x1, id_aa64pfr0_el1	/* no EL2? straight to EL1 */
	tst	x1, #0xf00
	b.ne	1f
	mov	x1, #SPSR_EL1H
	msr	spsr_el3, x1
	adr	x1, at_el1
	msr	elr_el3, x1
	ldr	x1, =SCTLR_EL1_RESET
	msr	sctlr_el1, x1
1:	isb
	eret

at_el2:
	mov	x1, #HCR_EL2_RW
	msr	hcr_el2, x1
	mov	x1, #3			/* EL1 may use the physical timer and counter */
	msr	cnthctl_el2, x1
	msr	cntvoff_el2, xzr	/* the virtual counter is the physical one */
	mov	x1, #0x33ff		/* no FP traps to EL2 */
	msr	cptr_el2, x1
	msr	hstr_el2, xzr
	msr	mdcr_el2, xzr
	msr	vttbr_el2, xzr
	mrs	x1, midr_el1
	msr	vpidr_el2, x1
	mrs	x1, mpidr_el1
	msr	vmpidr_el2, x1
	ldr	x1, =SCTLR_EL1_RESET
	msr	sctlr_el1, x1
	mov	x1, #SPSR_EL1H
	msr	spsr_el2, x1
	adr	x1, at_el1
	msr	elr_el2, x1
	isb
	eret

at_el1:
	msr	spsel, #1		/* the core's own stack */
	ldr	x1, =vectors
	msr	vbar_el1, x1
	mov	x1, #(1 << 12)		/* TDCC: the debugger's channel is not for EL0 */
	msr	mdscr_el1, x1		/* threads run with debug exceptions unmasked: none is set up */
	mov	x1, #3
	msr	cntkctl_el1, x1		/* EL0 may read the counters of time, */
	msr	pmuserenr_el0, xzr	/* and no others */
	msr	cpacr_el1, xzr		/* FP traps until a thread has the right to it */
	isb
	msr	tpidr_el1, xzr		/* no core yet */
	mrs	x1, mpidr_el1
	and	x1, x1, #0xffffff	/* bit 31 is always set: not part of the number */
	cbnz	x1, other_core
	ldr	x1, =image_start	/* what the firmware's caches still hold goes to memory; after this nothing is cached till the MMU is on */
	ldr	x2, =image_end
5:	dc	civac, x1
	add	x1, x1, #64
	cmp	x1, x2
	b.lo	5b
	dsb	sy
	ldr	x1, =bss_start		/* both 16-byte aligned (kernel.ld.in) */
	ldr	x2, =bss_end
2:	cmp	x1, x2
	b.hs	3f
	stp	xzr, xzr, [x1], #16
	b	2b
3:	ldr	x1, =STACK_TOP(0)
	mov	sp, x1
	mov	x29, xzr
	mov	x30, xzr
	mov	x0, x20
	mov	x1, x21
	bl	arch_start
4:	wfi				/* it does not return */
	b	4b

/* x1 = number. Waits in wfi (QEMU sleeps there, unlike in wfe) until the first core has opened the gate for it; then the MMU comes on
 * before anything else is touched, for what the first core wrote may still be in its cache. */
other_core:
	ldr	x2, =core_gate
6:	ldr	x3, [x2]		/* cores with numbers below may go */
	cmp	x1, x3
	b.lo	7f
	wfi
	b	6b
7:	ldp	x4, x5, [x2, #8]	/* MAIR, TCR */
	ldp	x6, x7, [x2, #24]	/* TTBR0, SCTLR */
	msr	mair_el1, x4
	msr	tcr_el1, x5
	msr	ttbr0_el1, x6
	tlbi	vmalle1
	ic	iallu
	dsb	sy
	isb
	msr	sctlr_el1, x7
	isb
	ldr	x2, =STACK_TOP(0)
	add	x2, x2, x1, lsl #15	/* two stacks a core */
	mov	sp, x2
	mov	x29, xzr
	mov	x30, xzr
	mov	x0, x1
	bl	arch_start_other
	b	4b
	.ltorg

/* struct core_gate (mmu.c): one line of the cache. */
	.section .data
	.balign	64
	.globl	core_gate
core_gate:
	.quad	0, 0, 0, 0, 0, 0, 0, 0

	.section .note.GNU-stack, "", %progbits
