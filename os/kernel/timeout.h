/* Deadlines: a binary heap of threads, each with its place in it. O(log n), nothing allocated when a thread goes to sleep. */
#ifndef KERNEL_TIMEOUT_H
#define KERNEL_TIMEOUT_H

#include "kernel/core.h"

/* Makes room for one more thread in the table. */
PETRI_NODISCARD enum petri_error timeout_reserve(uint32_t threads);
/* deadline in ticks; UINT64_MAX: does nothing. */
void timeout_add(struct thread *t, uint64_t deadline);
void timeout_remove(struct thread *t);
/* Ticks of the earliest; UINT64_MAX if there is none. Another core may change it at any moment. */
extern uint64_t timeout_earliest;
static inline uint64_t timeout_next(void) { return timeout_earliest; }
/* Wakes those whose time has come, at most a bounded number: the rest keep the timer due. */
void timeout_expire(struct core *core, uint64_t now);

#endif
