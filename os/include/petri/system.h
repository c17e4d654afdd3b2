/* The system as a whole: what machine this is, its counters, and the end. */
#ifndef PETRI_SYSTEM_H
#define PETRI_SYSTEM_H

#include <stdint.h>

#include <petri/error.h>

struct system_info {
	char board[16];
	uint32_t cores; /* that take part: 0 .. cores - 1 */
	uint32_t timer_hz;
	uint64_t seed;            /* of the preemption points; 0 = none */
	uint64_t quantum_ns;      /* default */
	uint64_t memory;          /* bytes of RAM the kernel manages */
	uint64_t memory_free;     /* bytes not given out */
	uint64_t threads_created; /* since boot */
	uint64_t switches;        /* voluntary: blocked, slept, yielded, ended */
	uint64_t preemptions;     /* quantum ended, or something more urgent woke */
	uint64_t idle_ns;
	uint32_t threads_alive;
	uint32_t threads_resident; /* control blocks in memory */
	uint32_t scripted;         /* 1: a boot script commands this run */
	uint32_t checked;          /* 1: a checked build */
};
void system_info(struct system_info *out);
/* How many cores take part; the same for the whole run. */
uint32_t system_cores(void);

/* Ends the caller's app with this code, with all of its threads; returning from main does the same. With the last app the run ends: STATS and END
 * go out, the line is drained, nothing is armed any more. Under QEMU the process ends with the code of the first app (in the image's order) that gave another one than 0. */
__attribute__((noreturn)) void system_exit(int code);

/* A programmer's error: the calling thread dies with this message (cause 10). */
__attribute__((noreturn)) void thread_abort(const char *message);

#define PETRI_STRING2(x) #x
#define PETRI_STRING(x) PETRI_STRING2(x)
#define petri_assert(x)                                                                            \
	((x) ? (void)0 : thread_abort(__FILE__ ":" PETRI_STRING(__LINE__) ": assertion failed: " #x))

#endif
