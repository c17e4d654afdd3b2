/*
 * Private heaps: each thread has a slot of addresses of its own (<petri/heap.h>), which is exactly what one page table of the last level
 * covers. So all of it can be taken off at once when the thread ends.
 */
#ifndef KERNEL_PRIVATE_HEAP_H
#define KERNEL_PRIVATE_HEAP_H

#include "kernel/thread.h"

/* At the end of t: its pages go to the page allocator, in O(1). */
void private_heap_release(struct thread *t);

#endif
