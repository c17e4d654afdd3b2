/* A tree of threads in the order of their deadlines, linked through them (timeout_up and the like). See deadlines.c. */
#ifndef KERNEL_DEADLINES_H
#define KERNEL_DEADLINES_H

#include "kernel/thread.h"

struct deadlines {
	uint64_t earliest; /* ticks: the deadline of the first; UINT64_MAX: there is nobody */
	uint32_t top;      /* indexes of threads; 0 = nobody */
	uint32_t first;    /* whose deadline is the earliest */
};

static inline void deadlines_init(struct deadlines *d) { *d = (struct deadlines){.earliest = UINT64_MAX}; }

/* timeout_up of who stands at the top: so it is 0 for nobody who is in a tree. */
#define DEADLINES_TOP UINT32_MAX

/* t, whose deadline is set, goes behind those whose deadline is the same. O(log n), as is the other. */
void deadlines_add(struct deadlines *d, struct thread *t);
/* Is t all there is in its tree? */
static inline bool deadlines_is_alone(const struct thread *t)
{
	return t->timeout_up == DEADLINES_TOP && t->timeout_below[0] == 0 && t->timeout_below[1] == 0;
}
/* t is not alone. Leaves its timeout_up as it is: the caller says when it is out. */
void deadlines_remove(struct deadlines *d, struct thread *t);

#endif
