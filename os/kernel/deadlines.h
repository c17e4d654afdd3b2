/* A tree of threads in the order of their deadlines, linked through them (timeout_up and the like). See deadlines.c. */
#ifndef KERNEL_DEADLINES_H
#define KERNEL_DEADLINES_H

#include "kernel/thread.h"

/* Indexes of threads; 0 = nobody. */
struct deadlines {
	uint32_t top;
	uint32_t first; /* whose deadline is the earliest */
};

/* timeout_up of who stands at the top: so it is 0 for nobody who is in a tree. */
#define DEADLINES_TOP UINT32_MAX

/* t, whose deadline is set, goes behind those whose deadline is the same. O(log n), as is the other. */
void deadlines_add(struct deadlines *d, struct thread *t);
/* Leaves timeout_up of t as it is: the caller says when it is out. */
void deadlines_remove(struct deadlines *d, struct thread *t);

#endif
