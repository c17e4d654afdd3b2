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
extern uint32_t system_cores_wanted;
extern bool system_stopping; /* the core that set it wants to be the only one */

struct system_counters {
	uint64_t now_ns, switches, preemptions, idle_ns;
};
void system_count(struct system_counters *out);
/* What it rests in now included. */
uint64_t system_core_idle_ns(const struct core *core);
/* RAM taken since boot by each thread alive, rounded up, when they were most of all the times that this was asked: at each STATS, and when an app
 * ends. */
uint32_t system_bytes_per_thread(void);

/* The others have stopped, or do not answer; they do so between two handlers, so with no lock held. At the end, and before a panic's dump. */
void system_stop_others(const struct core *core);
/* This core stops for good. */
__attribute__((noreturn)) void system_stop_here(struct core *core);
/* STATS, END, everything sent; nothing is armed any more. */
__attribute__((noreturn)) void system_end(struct core *core, uint32_t code);
/* After the architecture's start: never returns. boot_argument: what the firmware left in x0. */
__attribute__((noreturn)) void kernel_main(void);
/* The same for the other cores, later. */
__attribute__((noreturn)) void kernel_other_core(struct core *core);

#endif
