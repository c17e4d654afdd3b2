/*
 * The clock, from the generic timer's counter: no system call. The kernel converts in the same way (rounding deadlines up), so
 * that after a sleep petri_now() is never below the deadline.
 */
#include <petri/time.h>

#include <petri/arch.h>

#define NS_PER_S 1000000000ull

/* Whole seconds apart: ticks * 10^9 would overflow after minutes. */
petri_time petri_now(void)
{
	uint64_t ticks = arch_counter(), hz = arch_counter_hz();

	return ticks / hz * NS_PER_S + ticks % hz * NS_PER_S / hz;
}
