/*
 * A machine with one to four cores, 1 tick = 1 ns, and threads that only do what a test says. The cores take turns: each call here is one
 * entry into the kernel by the core machine_at, with sched_leave() as its last step. A core that finds nobody to run sleeps in there
 * until it is interrupted. (A machine with one core lets the time pass instead.)
 */
#ifndef TESTS_MACHINE_H
#define TESTS_MACHINE_H

#include "kernel/core.h"
#include "kernel/runq.h"

extern struct core *machine_at;
extern uint64_t machine_now;       /* ticks */
extern unsigned int machine_waits; /* how often a core was idle */
extern unsigned int machine_lines; /* how many lines went to the log */
extern uint32_t machine_told;      /* bit n: core n was interrupted by another, and has not heard of it yet */
extern unsigned int machine_tells; /* how often that was done */

/* Nobody was ever interrupted. */
void machine_forget_tells(void);
/* How many wait there (kernel.c). */
uint32_t wait_length(uint64_t key);
/* Forgets all threads (kernel.c). */
void machine_clear(void);
/* From now on each core keeps to its own queue, and shows none to the others (kernel.c). */
void machine_no_stealing(void);
/* An empty machine, core 0 at work; seed as for sched_init. */
void machine_begin(uint64_t seed);
/* The same with more cores, all idle. */
void machine_begin_cores(uint32_t count);
/* A new thread, ready on this core (after those of its priority), with a quantum in ns. Its number is the one after the last's. */
struct thread *machine_thread(unsigned int priority, uint64_t quantum_ns);
/* The thread that runs. */
struct thread *machine_current(void);
unsigned int machine_number(const struct thread *t);
/* A READY thread becomes the current one out of its turn; the one that ran goes behind its equals. */
void machine_run(struct thread *t);
/* When the timer fires; UINT64_MAX: off. */
uint64_t machine_alarm(void);

/* From now on calls are about this core. It sleeps: it has been in sched_leave() since it found nobody. */
void machine_turn(uint32_t core);
bool machine_asleep(uint32_t core);

/* A new thread begins on that core, which turns to it if it is idle. */
struct thread *machine_thread_on(uint32_t core, unsigned int priority);
/* Number of the thread that runs there; 0: none. */
unsigned int machine_runs(uint32_t core);

/* The current thread does this. */
void machine_block(uint64_t key, uint64_t deadline);
void machine_sleep(uint64_t deadline);
void machine_yield(void);
/* A system call with these arguments. Returns its result (if there is one already). */
uint64_t machine_call(void (*handler)(struct core *core, struct thread *t), uint64_t a, uint64_t b, uint64_t c);
/* Wakes the first, or all. Returns how many. */
unsigned int machine_wake_one(uint64_t key);
unsigned int machine_wake_all(uint64_t key);
/* An entry into the kernel that does nothing. */
void machine_enter(void);
/* The current thread leaves its atomic section: an interrupt that waited comes now, and a user thread that was told so calls. */
void machine_leave_section(void);
/* The cores that were told hear of it, and what comes of that, until all is quiet. */
void machine_settle(void);
/* Time passes; on each core the timer interrupts whenever it is due, but not inside an atomic section of a kernel thread. */
void machine_pass(uint64_t ticks);
/* How many have a deadline on this core, whose trees are looked through: UINT32_MAX if something is wrong there. */
uint32_t machine_deadlines(uint32_t core);

#endif
