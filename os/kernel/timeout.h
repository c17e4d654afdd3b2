/* Deadlines: for each core and priority a tree of threads. O(log n), nothing allocated when a thread goes to sleep. */
#ifndef KERNEL_TIMEOUT_H
#define KERNEL_TIMEOUT_H

#include "kernel/core.h"

void timeout_init(struct core *core);
/* Of a thread that stops on this core. deadline in ticks; UINT64_MAX: does nothing. */
void timeout_add(struct core *core, struct thread *t, uint64_t deadline);
/* The thread, which has just stopped on this core, is SLEEPING from now on. */
void timeout_sleep(struct core *core, struct thread *t, uint64_t deadline);
/* Any core. Nothing, if it has none (any more). */
void timeout_remove(struct thread *t);
/* Any core: takes a SLEEPING thread out, with or without a deadline; it is WAKING then. False: it does not sleep any more. */
bool timeout_take_sleeper(struct thread *t);
/* A SLEEPING thread gets another priority or affinity. False: it does not sleep any more. */
bool timeout_give(struct thread *t, enum thread_trait trait, uint8_t value);
/* A BLOCKED thread has got another priority: so it goes into the tree of that, if it has a deadline. Under its bucket's lock. */
void timeout_follow(struct thread *t);
/* Is t the next to wake on this core? Then it is taken out. Under the lock of what it waits for, so that its wait cannot end meanwhile. */
bool timeout_take_due(struct core *core, struct thread *t, uint64_t now);
/* Ticks of the earliest; UINT64_MAX if there is none. Another core may change it at any moment. */
static inline uint64_t timeout_next(const struct core *core)
{
	return __atomic_load_n(&core->timeouts.earliest, __ATOMIC_RELAXED);
}
/* Wakes those whose time has come, the most urgent first, few at a time so that other interrupts are let in, and sets the timer for the next. */
void timeout_expire(struct core *core, uint64_t now);

#endif
