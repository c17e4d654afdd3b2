/*
 * A machine with one core, 1 tick = 1 ns, and threads that only do what a test says. Each call here is one entry into the
 * kernel, with sched_leave() as its last step.
 */
#ifndef TESTS_MACHINE_H
#define TESTS_MACHINE_H

#include "kernel/core.h"

#define MACHINE_THREADS 200

extern uint64_t machine_now;       /* ticks */
extern uint64_t machine_alarm;     /* when the timer fires; UINT64_MAX: off */
extern unsigned int machine_waits; /* how often the core was idle */
extern unsigned int machine_lines; /* how many lines went to the log */

/* An empty machine; seed as for sched_init. */
void machine_begin(uint64_t seed);
/* A new thread, ready (after those of its priority), with a quantum in ns. Its number is the one after the last's. */
struct thread *machine_thread(unsigned int priority, uint64_t quantum_ns);
/* The thread that runs. */
struct thread *machine_current(void);
/* A READY thread becomes the current one out of its turn; the one that ran goes behind its equals. */
void machine_run(struct thread *t);
unsigned int machine_number(const struct thread *t);

/* The current thread does this. */
void machine_block(uint64_t key, uint64_t deadline);
void machine_sleep(uint64_t deadline);
void machine_yield(void);
/* Wakes the first, or all. Returns how many. */
unsigned int machine_wake_one(uint64_t key);
unsigned int machine_wake_all(uint64_t key);
/* An entry into the kernel that does nothing. */
void machine_enter(void);
/* The current thread leaves its atomic section: an interrupt that waited comes now, and a user thread that was told so calls. */
void machine_leave_section(void);
/* Time passes; the timer interrupts whenever it is due, but not inside an atomic section of a kernel thread. */
void machine_pass(uint64_t ticks);

#endif
