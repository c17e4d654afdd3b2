/*
 * What EL0 may read besides its own registers is the counter of time: the debugger's channel (MDCCSR_EL0 and its data), the performance counters
 * and the timers' registers are closed to it, and no debug exception is set up. QEMU 7.2 lets user threads read MDCCSR_EL0 all the same: so the test asks
 * the registers that decide, which a kernel-mode thread can read.
 *
 * test: mode kernel
 */
#include "common/test.h"

#define MDSCR_TDCC (1u << 12)    /* accesses of EL0 to the debugger's channel are trapped */
#define CNTKCTL_COUNTERS 3u      /* EL0 may read both counters */
#define CNTKCTL_TIMERS (3u << 8) /* and could set the timers */

#define READ(reg) \
	({ \
		uint64_t value_; \
		__asm__ volatile("mrs %0, " reg : "=r"(value_)); \
		value_; \
	})

int main(void)
{
	uint64_t debug = READ("mdscr_el1"), timers = READ("cntkctl_el1"), counters = READ("pmuserenr_el0");

	check(debug == MDSCR_TDCC, "MDSCR_EL1: the debugger's channel is trapped, and no more is on: 0x%lx", debug);
	check((timers & (CNTKCTL_COUNTERS | CNTKCTL_TIMERS)) == CNTKCTL_COUNTERS,
	      "CNTKCTL_EL1: the counters, not the timers: 0x%lx", timers);
	check(counters == 0, "PMUSERENR_EL0: no performance counters: 0x%lx", counters);
	return test_end();
}
