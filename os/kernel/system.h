/* The system as a whole: facts of this run, counters, the end. */
#ifndef KERNEL_SYSTEM_H
#define KERNEL_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

struct core;
struct domain;

extern bool system_simulated; /* the boot script said that this is QEMU, which ends by semihosting */
extern bool system_framed;    /* it said too that console text goes out in frames */
extern uint64_t system_seed;
extern uint32_t system_cores;

struct system_counters {
	uint64_t now_ns, switches, preemptions, idle_ns;
};
void system_count(struct system_counters *out);

/* STATS, END, everything sent; nothing is armed any more. */
__attribute__((noreturn)) void system_end(struct core *core, uint32_t code);
/* After the architecture's start: never returns. boot_argument: what the firmware left in x0. */
__attribute__((noreturn)) void kernel_main(void);

#endif
