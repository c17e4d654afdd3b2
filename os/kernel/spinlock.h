/*
 * Spinlock: excludes other cores. Taken inside the kernel only, where interrupts are masked anyway.
 *
 * Each kind of lock has a rank; who holds one takes only locks of higher rank, and never two of one (docs/locking.md). Checked builds hold
 * everybody to it. Not before the MMU is on: exclusives need cacheable memory.
 */
#ifndef KERNEL_SPINLOCK_H
#define KERNEL_SPINLOCK_H

#include <stdint.h>

#include "kernel/arch.h"
#include "kernel/panic.h"

/* From the outermost to the innermost. */
enum lock_rank {
	RANK_LIVES,
	RANK_DEADLOCK,
	RANK_DOMAIN,
	RANK_TABLE,
	RANK_FP_AREAS,
	RANK_SHARES,
	RANK_VARRAY,
	RANK_BUCKET,
	RANK_OWNERS,
	RANK_COMMANDS,
	RANK_STREAM,
	RANK_LINE,
	RANK_TIMEOUTS,
	RANK_RUNQ,
	RANK_TABLES,
	RANK_PAGES
};

struct spinlock {
	uint32_t taken;
#ifdef CHECKED
	uint32_t rank;
#endif
};

#ifdef CHECKED
#define SPINLOCK(r) \
	{ \
		.taken = 0, .rank = (r) \
	}
void lock_rank_enter(uint32_t rank);
void lock_rank_leave(uint32_t rank);
#define lock_rank_check(l, what) lock_rank_##what((l)->rank)
#else
#define SPINLOCK(r) \
	{ \
		.taken = 0 \
	}
#define lock_rank_check(l, what) ((void)(l))
#endif

static inline void spin_init(struct spinlock *l, enum lock_rank rank)
{
	(void)rank;
	*l = (struct spinlock)SPINLOCK(rank);
}

static inline bool spin_take(struct spinlock *l) { return __atomic_exchange_n(&l->taken, 1, __ATOMIC_ACQUIRE) == 0; }

static inline void spin_lock(struct spinlock *l)
{
	kassert(arch_interrupts_masked() && arch_mmu_is_on());
	lock_rank_check(l, enter);
	while (!spin_take(l))
		while (__atomic_load_n(&l->taken, __ATOMIC_RELAXED) != 0)
			arch_spin_hint();
}

/* The same, but not for long. False: somebody has it who may have lost his processor, where that is a thread of a host. */
#define SPIN_LOOKS 200
static inline bool spin_lock_soon(struct spinlock *l)
{
	kassert(arch_interrupts_masked() && arch_mmu_is_on());
	for (int i = 0; i < SPIN_LOOKS; i++) {
		if (__atomic_load_n(&l->taken, __ATOMIC_RELAXED) == 0 && spin_take(l)) {
			lock_rank_check(l, enter);
			return true;
		}
		arch_spin_hint();
	}
	return false;
}

static inline void spin_unlock(struct spinlock *l)
{
	kassert(__atomic_load_n(&l->taken, __ATOMIC_RELAXED) == 1);
	lock_rank_check(l, leave);
	__atomic_store_n(&l->taken, 0, __ATOMIC_RELEASE);
}

#endif
