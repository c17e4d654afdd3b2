/* What was put off: see later.h. Each kind looks itself whether it is this core that goes on with it. Takes no lock. */
#include "kernel/later.h"

#include "kernel/app.h"
#include "kernel/deadlock.h"
#include "kernel/estate.h"
#include "kernel/thread.h"

uint32_t later_bits;

void later_note(enum later kind, bool left)
{
	uint32_t bits = later_bits & ~(uint32_t)kind;

	__atomic_store_n(&later_bits, left ? bits | (uint32_t)kind : bits, __ATOMIC_RELAXED);
}

void later_continue(struct core *core)
{
	deadlock_continue(core);
	apps_sweep(core);
	threads_continue(core);
	estates_continue(core);
}
