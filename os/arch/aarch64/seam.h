/*
 * The inline half of the seam (see kernel/arch.h): the trap frame and what must cost next to nothing.
 *
 * The frame is the first member of struct thread. While a thread runs, SP_EL1 points at it, so that the vectors can save
 * registers before they have a free one.
 */
#ifndef ARCH_SEAM_H
#define ARCH_SEAM_H

/* Offsets for the assembly; held by assertions below. */
#define FRAME_X(n) ((n) * 8)
#define FRAME_SP 248
#define FRAME_PC 256
#define FRAME_PSTATE 264
#define FRAME_TLS 272
#define FRAME_BLOCK 280
#define FRAME_KIND 288
#define FRAME_SIZE 304 /* on a stack: a multiple of 16 */

#define FRAME_CALL 0 /* svc: x19-x30 are saved, x0 is the result */
#define FRAME_FULL 1 /* everything is saved */

#define CORE_STACK 0
#define CORE_EMERGENCY 8
#define CORE_CURRENT 16
#define CORE_LOOK 24
#define CORE_ALTERED 24
#define LOOK_ALTERED 1 /* nothing but that */

#define PSTATE_MODE_MASK 0xf
#define PSTATE_EL0 0x0
#define PSTATE_EL1T 0x4
#define PSTATE_I (1 << 7)

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <petri/arch.h>
#include <petri/error.h>

struct trapframe {
	uint64_t x[31];
	uint64_t sp;
	uint64_t pc;
	uint64_t pstate;
	uint64_t tls;   /* TPIDR_EL0 */
	uint64_t block; /* TPIDRRO_EL0: the user block, the mode in bit 0, the core in bits 1 to 3 */
	uint64_t kind;
};
_Static_assert(offsetof(struct trapframe, sp) == FRAME_SP, "frame");
_Static_assert(offsetof(struct trapframe, pc) == FRAME_PC, "frame");
_Static_assert(offsetof(struct trapframe, pstate) == FRAME_PSTATE, "frame");
_Static_assert(offsetof(struct trapframe, tls) == FRAME_TLS, "frame");
_Static_assert(offsetof(struct trapframe, block) == FRAME_BLOCK, "frame");
_Static_assert(offsetof(struct trapframe, kind) == FRAME_KIND, "frame");
_Static_assert(sizeof(struct trapframe) <= FRAME_SIZE, "frame");

static inline struct user_block *arch_frame_block(const struct trapframe *f) { return (struct user_block *)(f->block & ~15ull); }

/* As if it had called: so x0 and what calls keep is all there is of it, and the way out clears the rest of a user thread. */
static inline void arch_frame_start(struct trapframe *f, uint64_t pc, uint64_t sp, uint64_t arg, uint64_t entry, uint64_t block)
{
	f->x[0] = arg;
	f->x[19] = entry;
	f->x[20] = f->x[21] = f->x[22] = f->x[23] = f->x[24] = f->x[25] = f->x[26] = f->x[27] = f->x[28] = f->x[29] = f->x[30] = 0;
	f->sp = sp;
	f->pc = pc;
	f->pstate = block & 1 ? PSTATE_EL1T : PSTATE_EL0;
	f->tls = 0;
	f->block = block;
	f->kind = FRAME_CALL;
}
#define arch_frame_init(t, pc, sp, arg, entry, kernel_mode) \
	arch_frame_start(&(t)->frame, pc, sp, arg, entry, (t)->stack_base | ((kernel_mode) ? 1 : 0))

/* L1 table of 512 GiB; app windows lie above the kernel's part. */
struct address_space {
	uint64_t *table;
	uint64_t ttbr;
};

/* A call's n-th argument and its result; which call it is. */
#define arch_argument(t, n) ((t)->frame.x[n])
#define arch_set_argument(t, n, v) ((t)->frame.x[n] = (v))
#define arch_set_result(t, v) ((t)->frame.x[0] = (v))
/* The thread stands inside an atomic section: it must not be switched away from. (Of a user thread, whose domain's space is in use: so it says.) */
#define arch_in_atomic_section(t) \
	((t)->frame.pstate & PSTATE_EL1T ? ((t)->frame.pstate & PSTATE_I) != 0 : arch_frame_block(&(t)->frame)->preempt_off != 0)
/* Tells a user thread inside one that it must call at its end. */
static inline void arch_frame_switch_due(const struct trapframe *f, bool due)
{
	struct user_block *block = arch_frame_block(f);

	block->flags = due ? block->flags | ARCH_SWITCH_DUE : block->flags & ~ARCH_SWITCH_DUE; /* the library's own flags stay */
}
#define arch_set_switch_due(t, due) arch_frame_switch_due(&(t)->frame, due)
/* Where it runs next; who has the thread says so. (Others may look for its user block meanwhile.) */
static inline void arch_frame_set_core(struct trapframe *f, uint64_t number)
{
	__atomic_store_n(&f->block, (f->block & ~14ull) | number << 1, __ATOMIC_RELAXED);
}
#define arch_set_core(t, number) arch_frame_set_core(&(t)->frame, number)
#define arch_is_user(t) (((t)->frame.pstate & PSTATE_EL1T) == 0)
#define arch_stack_pointer(t) ((t)->frame.sp)
#define arch_program_counter(t) ((t)->frame.pc)

static inline struct core *arch_core(void)
{
	struct core *c;

	__asm__("mrs %0, tpidr_el1" : "=r"(c));
	return c;
}

static inline bool arch_interrupts_masked(void)
{
	uint64_t daif;

	__asm__ volatile("mrs %0, daif" : "=r"(daif));
	return daif & PSTATE_I;
}

static inline uint64_t arch_ticks(void)
{
	uint64_t t;

	/* isb: else the counter may be read early (Arm ARM D11.2.1) */
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(t) : : "memory");
	return t;
}

static inline void arch_timer_off(void) { __asm__ volatile("msr cntv_ctl_el0, xzr\n\tisb" : : : "memory"); }

/*
 * A word of a thread's memory, with the rights of its mode. These two routines of user_access.S change the registers named here and no others: so what
 * a caller has at hand may stay where it is. All app windows lie from 64 to 512 GiB, all devices below.
 */
bool arch_is_memory(uint64_t address);
static inline bool arch_is_app_memory(uint64_t address) { return (address >> 36) - 1 < 7 || arch_is_memory(address); }

static inline enum petri_error arch_frame_load64(const struct trapframe *f, uint64_t address, uint64_t *value)
{
	if (!arch_is_app_memory(address))
		return PETRI_EADDRESS;

	register uint64_t x0 __asm__("x0") = address;
	register uint64_t x1 __asm__("x1") = f->pstate & PSTATE_EL1T;

	__asm__ volatile("bl user_access_load64" : "+r"(x0), "+r"(x1) : : "x30", "memory");
	*value = x1;
	return (enum petri_error)x0;
}

static inline enum petri_error arch_frame_store64(const struct trapframe *f, uint64_t address, uint64_t value)
{
	if (!arch_is_app_memory(address))
		return PETRI_EADDRESS;

	register uint64_t x0 __asm__("x0") = address;
	register uint64_t x1 __asm__("x1") = value;
	register uint64_t x2 __asm__("x2") = f->pstate & PSTATE_EL1T;

	__asm__ volatile("bl user_access_store64" : "+r"(x0), "+r"(x1) : "r"(x2) : "x30", "memory");
	return (enum petri_error)x0;
}
#define arch_load64(t, address, value) arch_frame_load64(&(t)->frame, address, value)
#define arch_store64(t, address, value) arch_frame_store64(&(t)->frame, address, value)

static inline bool arch_mmu_is_on(void)
{
	uint64_t sctlr;

	__asm__ volatile("mrs %0, sctlr_el1" : "=r"(sctlr));
	return sctlr & 1;
}

static inline void arch_spin_hint(void) { __asm__ volatile("yield" : : : "memory"); }
/* Sleeps until an interrupt is pending, masked or not. */
static inline void arch_wait(void) { __asm__ volatile("dsb sy\n\twfi" : : : "memory"); }

#endif
#endif
