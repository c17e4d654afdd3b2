/* Deadlocks: cycles of threads that wait for each other's mutexes. docs/deadlock.md. */
#ifndef KERNEL_DEADLOCK_H
#define KERNEL_DEADLOCK_H

#include "kernel/core.h"
#include "kernel/domain.h"

/* t has just blocked on a mutex: does that close a cycle? Looks now, or soon if the way is long. */
void deadlock_look(struct core *core, const struct thread *t);
/* So many looks are under way that nobody else may block on a mutex just now: he is to try again. They get on meanwhile. */
bool deadlock_is_busy(const struct domain *d);
/* Goes on with what was left: from the timer, which is set when the line has room again. */
void deadlock_line_has_room(struct core *core);
void deadlock_continue(struct core *core);

#endif
