/* The MMU at boot; afterwards see arch_map() and friends in kernel/arch.h. */
#ifndef ARCH_MMU_H
#define ARCH_MMU_H

#include "kernel/arch.h"

/* Identity-maps whole pages. MMU off, one core. */
void mmu_early_map(uint64_t from, uint64_t to, enum map_kind kind);
/* MMU and caches on. */
void mmu_on(void);
/* The other cores with numbers below may go on: to arch_start_other() (cpu.c). */
void mmu_open_gate(uint32_t cores);

#endif
