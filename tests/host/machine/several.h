/*
 * A machine whose four cores are at work at the same time, for tests that draw what the threads do. There are two: in parallel.c each core is
 * a thread of the computer that runs the test, under ThreadSanitizer; in interleaved.c the cores change places wherever one takes a lock or
 * waits for one, in an order drawn from a seed: what goes wrong there goes wrong again.
 */
#ifndef TESTS_SEVERAL_H
#define TESTS_SEVERAL_H

#include "kernel/core.h"

/* What the test brings along. */
struct several_test {
	/* One entry into the kernel by the current thread of this core. */
	void (*step)(struct core *core);
	/* Something that happens in interrupts now and then. */
	void (*device)(struct core *core);
	/* Asked now and then, with a clock that tells milliseconds, or what is like them. */
	bool (*goes_on)(uint64_t clock);
	/* Nothing happens anywhere: no core is inside the kernel (but asleep), none has an interrupt pending. Interleaved only. */
	void (*quiet)(void);
};

/* Four cores without threads. The caller plays core 0 until several_run(). */
void several_begin(uint64_t seed);
/* All four go, until the test wants no more. */
void several_run(const struct several_test *test);

/* What is pending on this core happens (between two steps of a thread that runs). */
void several_interrupts(struct core *core);
/* A number below limit, from a stream of this core's own. */
uint32_t several_random(uint32_t limit);

/* How often, and for how long on the clock, if nobody says otherwise. */
extern const unsigned int several_rounds;
extern const uint64_t several_length;

/* What the cores did. */
struct several_counts {
	uint64_t steps, waits, interrupts, tells;
};
struct several_counts several_count(void);

#endif
