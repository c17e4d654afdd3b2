/*
 * Deadlocks called by name: when a thread blocks on a mutex without a deadline, the kernel walks from owner to owner; a cycle that
 * closes is reported at once, in words and as a frame. docs/deadlock.md tells what it can see and what not.
 */
#ifndef PETRI_DEADLOCK_H
#define PETRI_DEADLOCK_H

#include <stdint.h>

#include <petri/error.h>
#include <petri/time.h>

enum deadlock_reaction {
	DEADLOCK_REPORT, /* tell, and let them wait for ever */
	DEADLOCK_STOP,   /* tell, and stop: in kernel mode the machine, in user mode the app, with code 1 */
	DEADLOCK_REFUSE, /* tell, and refuse the lock call that would close the cycle: it returns PETRI_EDEADLOCK */
	DEADLOCK_OFF,    /* do not look */
};

/* What happens when a cycle closes; DEADLOCK_REPORT at boot. For the whole app. EINVAL. */
enum petri_error deadlock_react(enum deadlock_reaction reaction);

/* Waits until more than `seen` cycles have been reported since boot and tells how many. Blocks: EATOMIC, ETIMEDOUT. */
PETRI_NODISCARD enum petri_error deadlock_await(uint64_t seen, uint64_t *count, petri_time deadline);

#endif
