/*
 * Condition variable. Waiting unlocks and blocks in one step: a signal given while holding the mutex is never lost.
 * Wakeups are in order of priority, then first come. As everywhere: wait in a loop that tests the condition.
 */
#ifndef PETRI_COND_H
#define PETRI_COND_H

#include <stdint.h>

#include <petri/error.h>
#include <petri/mutex.h>

struct cond {
	uint64_t sequence; /* one more at each signal: a waiter that saw an older one does not park */
};
#define COND_INIT {0}

/* Unlocks m, waits, locks m again. m is held at return whatever the result, but for EOWNER (it was not held: nothing happens).
 * ETIMEDOUT, EATOMIC, EOWNERDIED (a thread died holding m meanwhile). */
PETRI_NODISCARD enum petri_error cond_wait_until(struct cond *c, struct mutex *m, petri_time deadline);
PETRI_NODISCARD static inline enum petri_error cond_wait(struct cond *c, struct mutex *m)
{
	return cond_wait_until(c, m, PETRI_FOREVER);
}

/* Wakes one waiter, or all. Never blocks. */
void cond_signal(struct cond *c);
void cond_broadcast(struct cond *c);

#endif
