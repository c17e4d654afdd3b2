/* Ticks of the generic timer and nanoseconds. Exact to one unit; no 128-bit arithmetic. */
#ifndef KERNEL_TICKS_H
#define KERNEL_TICKS_H

#include <stdint.h>

#define NS_PER_S 1000000000ull

extern uint64_t ticks_hz;

static inline uint64_t ns_from_ticks(uint64_t ticks)
{
	return ticks / ticks_hz * NS_PER_S + ticks % ticks_hz * NS_PER_S / ticks_hz;
}

/* Rounds up, so that nobody wakes early. UINT64_MAX (no deadline) stays. */
static inline uint64_t ticks_from_ns(uint64_t ns)
{
	if (ns == UINT64_MAX)
		return UINT64_MAX;
	return ns / NS_PER_S * ticks_hz + (ns % NS_PER_S * ticks_hz + NS_PER_S - 1) / NS_PER_S;
}

#endif
