/* Deadlocks: cycles of threads that wait for each other's mutexes. docs/deadlock.md. */
#ifndef KERNEL_DEADLOCK_H
#define KERNEL_DEADLOCK_H

#include "kernel/core.h"

/* t has just blocked on a mutex: does that close a cycle? Looks now, or soon if the way is long. */
void deadlock_look(struct core *core, const struct thread *t);
/* Goes on with what was left: from the timer, and when the line has room again. */
void deadlock_continue(struct core *core);

#endif
