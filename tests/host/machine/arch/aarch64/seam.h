/*
 * The inline half of the seam for a machine that is only played: the host tests compile the scheduler, the wait queues and the
 * deadlines with it.
 */
#ifndef ARCH_SEAM_H
#define ARCH_SEAM_H

#include <stdbool.h>
#include <stdint.h>

#define CORE_STACK 0
#define CORE_EMERGENCY 8
#define CORE_CURRENT 16
#define CORE_LOOK 24
#define CORE_ALTERED 24

struct core;

struct trapframe {
	uint64_t argument[4];
	uint64_t result;
	uint64_t pc;
	bool restarted;  /* the call is to be issued again */
	bool atomic;     /* stands inside an atomic section */
	bool user;       /* a user thread: its section is a request */
	bool switch_due; /* and it was told that somebody waits for its end */
	uint8_t core;    /* what the thread is told of where it runs */
};

struct address_space {
	int unused;
};

struct thread;
void arch_frame_init(struct thread *t, uint64_t pc, uint64_t sp, uint64_t arg, uint64_t entry, bool kernel_mode);
#define arch_argument(t, n) ((t)->frame.argument[n])
#define arch_set_argument(t, n, v) ((t)->frame.argument[n] = (v))
#define arch_set_result(t, v) ((t)->frame.result = (v))
#define arch_in_atomic_section(t) ((t)->frame.atomic)
#define arch_is_user(t) ((t)->frame.user)
#define arch_set_core(t, number) ((t)->frame.core = (uint8_t)(number))
#define arch_store64(t, address, value) ((void)(t), *(uint64_t *)(address) = (value), PETRI_OK)
#define arch_set_switch_due(t, due) ((t)->frame.switch_due = (due))
#define arch_stack_pointer(t) ((uint64_t)0)
#define arch_program_counter(t) ((t)->frame.pc)

/* Played by machine.c, where cores take turns, or by parallel.c, where each is a thread of this machine. */
struct core *machine_core(void);
uint64_t machine_ticks(void);
void machine_wait(void);    /* what a core does while there is nobody to run */
void machine_breathe(void); /* what it does while it waits for a lock */
void machine_at_lock(void); /* it is about to take one: another may come first */

static inline bool arch_interrupts_masked(void)
{
	machine_at_lock();
	return true;
}

static inline struct core *arch_core(void) { return machine_core(); }
static inline bool arch_mmu_is_on(void) { return true; }
static inline uint64_t arch_ticks(void) { return machine_ticks(); }
void arch_timer_arm(uint64_t ticks);
static inline void arch_timer_off(void) { arch_timer_arm(UINT64_MAX); }
static inline void arch_spin_hint(void) { machine_breathe(); }
static inline void arch_wait(void) { machine_wait(); }

#endif
