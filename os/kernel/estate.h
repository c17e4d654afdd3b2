/* What the dead leave: see estate.c. Under `lives`. */
#ifndef KERNEL_ESTATE_H
#define KERNEL_ESTATE_H

#include "kernel/thread.h"

/* t has ended: hands the contended mutexes that it held on to their waiters, the first few at once. */
void estate_settle(struct core *core, struct thread *t);
/* Goes on with those who left many: from the timer, without the lock. */
void estates_continue(struct core *core);

#endif
