/* Faults of threads: a record, and the end of that thread only. */
#ifndef KERNEL_FAULT_H
#define KERNEL_FAULT_H

#include <stdbool.h>

#include "kernel/core.h"

/* docs/wire.md, FAULT. */
enum fault_cause {
	FAULT_DATA = 1,
	FAULT_INSTRUCTION,
	FAULT_GUARD,
	FAULT_COMPACT,
	FAULT_OVERRUN_BY_NEIGHBOUR,
	FAULT_NO_FP,
	FAULT_UNDEFINED,
	FAULT_ALIGNMENT,
	FAULT_OTHER,
	FAULT_ABORT,
	FAULT_PRIVILEGED,
	FAULT_BREAKPOINT,
};

/* The first FP instruction since the switch: loads the registers and lets t go on. False: it was something else. */
bool fault_first_fp(struct core *core, struct thread *t);
/* The current thread's fault: a record, and its end. */
void fault_thread(struct core *core, struct thread *t);
/* Its compact stack was overrun: it ends, and so does the one below whose memory it wrote over. */
void fault_stack_overrun(struct core *core, struct thread *t);

#endif
