/* Who owns contended mutexes: the queue of one hangs, by its first waiter, in the list of the thread that owns it. */
#ifndef KERNEL_OWNERS_H
#define KERNEL_OWNERS_H

#include "kernel/thread.h"

/* Under the bucket's lock. first: of the queue. Its owner is the thread of this id from now on, or nobody (0). False: that thread has ended. */
bool owners_set(struct thread *first, uint64_t owner);
void owners_clear(struct thread *first);
/* Another waiter is the first now. */
void owners_pass(struct thread *first, struct thread *heir);

/* t ends: nobody makes it the owner of a queue any more. True: it still owns some. Then the key of one of them; false: none. */
bool owners_end(struct thread *t);
bool owners_any(const struct thread *t, uint64_t *key);

#endif
