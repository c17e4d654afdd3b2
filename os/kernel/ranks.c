/* Checked builds: who holds which ranks of locks, and takes them in their order (docs/locking.md). */
#ifdef CHECKED
#include "kernel/core.h"

/* Nothing of this rank or further in is held. (Not before the core is known.) */
void lock_rank_enter(uint32_t rank)
{
	struct core *core = arch_core();

	if (core != NULL && core->ranks >> rank != 0)
		panic("a lock of rank %u is taken under one of rank %u", rank, 31u - (uint32_t)__builtin_clz(core->ranks));
	if (core != NULL)
		core->ranks |= 1u << rank;
}

void lock_rank_leave(uint32_t rank)
{
	if (arch_core() != NULL)
		arch_core()->ranks &= ~(1u << rank);
}
#endif
