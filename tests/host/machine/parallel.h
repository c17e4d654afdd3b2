/*
 * A machine whose cores are threads of the computer that runs the test, and whose time is the computer's: 1 tick = 1 ns. For tests of
 * what happens at the same time, under ThreadSanitizer. What the threads of the kernel do there is up to the test.
 */
#ifndef TESTS_PARALLEL_H
#define TESTS_PARALLEL_H

#include "kernel/core.h"

/* Four cores, nobody there yet. The caller plays core 0 until parallel_run(). */
void parallel_begin(void);
/* From now on all four go: one step() after the other on each, each being one entry into the kernel by its current thread, and sched_leave() between, until
 * watch() returns, which the caller does meanwhile. */
void parallel_run(void (*step)(struct core *core), void (*watch)(void));

/* What is pending on this core happens (between two steps of a thread that runs). */
void parallel_interrupts(struct core *core);
/* A number below limit, from a stream of this core's own. */
uint32_t parallel_random(uint32_t limit);
/* Something of the test's own that happens in interrupts now and then. */
extern void (*parallel_device)(struct core *core);

/* What a core did. */
struct parallel_counts {
	uint64_t steps, waits, interrupts, tells;
};
struct parallel_counts parallel_count(void);

#endif
