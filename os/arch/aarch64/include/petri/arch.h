/*
 * What the library's inline paths need of AArch64: the user block, the atomic section, the system call.
 *
 * TPIDRRO_EL0 points to the thread's user block, which the kernel lays at the lowest address of its stack. Blocks are 16-byte
 * aligned, and bit 0 of the register tells the mode: 1 = kernel-mode thread (EL1t), 0 = user thread (EL0). Bits 1 to 3 tell the core.
 */
#ifndef PETRI_ARCH_H
#define PETRI_ARCH_H

#include <stdint.h>

struct user_block {
	uint64_t tid;
	uint32_t preempt_off; /* user threads: depth of atomic sections */
	uint32_t flags;
};
#define ARCH_SWITCH_DUE 1u   /* by the kernel: call preempt_point when preempt_off is 0 again */
#define ARCH_PRIVATE_HEAP 8  /* by the library, from this bit on: where the thread's private heap is (private_slot.h); 0: it has none */

static inline uint64_t arch_thread_register(void)
{
	uint64_t r;

	__asm__("mrs %0, tpidrro_el0" : "=r"(r));
	return r;
}

/* The number of the core. It may be another at any time, so nothing of this is kept. */
static inline uint32_t arch_core_number(void)
{
	uint64_t r;

	__asm__ volatile("mrs %0, tpidrro_el0" : "=r"(r));
	return (uint32_t)(r >> 1) & 7;
}

/* The compiler may keep this across calls: it is the same for the life of the thread. */
static inline struct user_block *arch_user_block(void) { return (struct user_block *)(arch_thread_register() & ~15ull); }

/* Atomic section in: at EL1t masks interrupts and returns DAIF as it was; at EL0 counts in the user block. (The straight way is the short one.) */
static inline uint64_t arch_preempt_off(void)
{
	uint64_t saved = 0;

	if (__builtin_expect(arch_thread_register() & 1, 1))
		__asm__ volatile("mrs %0, daif\n\tmsr daifset, #2" : "=r"(saved) : : "memory");
	else
		arch_user_block()->preempt_off++;
	__asm__ volatile("" : : : "memory");
	return saved;
}

/*
 * A word that counts below its top bit. Up: adds one (release), unless the top bit is set. Down: takes one (acquire), if it is positive. False: it is
 * not so, and nothing has changed. One exclusive pair; a compare-and-swap would have to read the word before.
 */
static inline int arch_count_up(uint64_t *word)
{
	uint64_t n;
	uint32_t failed;

	__asm__ volatile("1:	ldxr	%0, %2\n\t"
			 "tbnz	%0, #63, 2f\n\t"
			 "add	%0, %0, #1\n\t"
			 "stlxr	%w1, %0, %2\n\t"
			 "cbnz	%w1, 1b\n"
			 "2:"
			 : "=&r"(n), "=&r"(failed), "+Q"(*word)
			 :
			 : "memory");
	return !(n >> 63);
}

static inline int arch_count_down(uint64_t *word)
{
	uint64_t n, either;
	uint32_t failed;

	__asm__ volatile("1:	ldaxr	%0, %3\n\t"
			 "sub	%1, %0, #1\n\t"
			 "orr	%0, %0, %1\n\t" /* below 0, if n or n - 1 is */
			 "tbnz	%0, #63, 2f\n\t"
			 "stxr	%w2, %1, %3\n\t"
			 "cbnz	%w2, 1b\n"
			 "2:"
			 : "=&r"(either), "=&r"(n), "=&r"(failed), "+Q"(*word)
			 :
			 : "memory");
	return !(either >> 63);
}

/* The kernel lets the switch happen that became due inside (os/lib/thread.c). */
void arch_preempt_point(void);

static inline void arch_preempt_restore(uint64_t saved)
{
	__asm__ volatile("" : : : "memory");
	if (__builtin_expect(arch_thread_register() & 1, 1)) {
		__asm__ volatile("msr daif, %0" : : "r"(saved) : "memory");
	} else if (--arch_user_block()->preempt_off == 0) {
		/* An interrupt before the store above finds us inside, and sets the flag; one after it finds us outside. */
		__asm__ volatile("" : : : "memory");
		if (arch_user_block()->flags & ARCH_SWITCH_DUE)
			arch_preempt_point();
	}
}

/* Is the caller inside an atomic section? */
static inline int arch_preempt_is_off(void)
{
	uint64_t daif;

	if (!(arch_thread_register() & 1))
		return arch_user_block()->preempt_off != 0;
	__asm__ volatile("mrs %0, daif" : "=r"(daif));
	return (daif & 0x80) != 0;
}

/* In a loop that waits for another core. */
static inline void arch_relax(void) { __asm__ volatile("yield" : : : "memory"); }

/* The door. Everything but x19-x30 and sp is lost (FP registers are kept for threads that have them). */
static inline uint64_t arch_syscall(uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)
{
	register uint64_t x0 __asm__("x0") = a0;
	register uint64_t x1 __asm__("x1") = a1;
	register uint64_t x2 __asm__("x2") = a2;
	register uint64_t x3 __asm__("x3") = a3;
	register uint64_t x8 __asm__("x8") = number;

	__asm__ volatile("svc #0"
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x8)
			 :
			 : "x4", "x5", "x6", "x7", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "memory",
			   "cc");
	return x0;
}

/* The address of the code around this. */
static inline uint64_t arch_here(void)
{
	uint64_t pc;

	__asm__ volatile("adr %0, ." : "=r"(pc));
	return pc;
}

static inline uint64_t arch_counter(void)
{
	uint64_t t;

	/* isb: the counter may otherwise be read early (Arm ARM D11.2.1) */
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(t) : : "memory");
	return t;
}

static inline uint64_t arch_counter_hz(void)
{
	uint64_t f;

	__asm__("mrs %0, cntfrq_el0" : "=r"(f));
	return f;
}

#endif
