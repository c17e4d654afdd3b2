/*
 * Spinlock: excludes other cores. Taken inside the kernel only, where interrupts are masked anyway.
 * The order of locks stands in docs/locking.md. Not before the MMU is on: exclusives need cacheable memory.
 */
#ifndef KERNEL_SPINLOCK_H
#define KERNEL_SPINLOCK_H

#include <stdint.h>

#include "kernel/arch.h"
#include "kernel/panic.h"

struct spinlock {
	uint32_t taken;
};

static inline void spin_lock(struct spinlock *l)
{
	kassert(arch_interrupts_masked() && arch_mmu_is_on());
	while (__atomic_exchange_n(&l->taken, 1, __ATOMIC_ACQUIRE) != 0)
		while (__atomic_load_n(&l->taken, __ATOMIC_RELAXED) != 0)
			arch_spin_hint();
}

static inline void spin_unlock(struct spinlock *l)
{
	kassert(l->taken == 1);
	__atomic_store_n(&l->taken, 0, __ATOMIC_RELEASE);
}

#endif
