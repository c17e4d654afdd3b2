/*
 * Virtual arrays: kernel tables with a fixed address that grow by pages as they are needed, so that an index is
 * one addition away from its element and nothing is reserved for threads that never come.
 */
#ifndef KERNEL_VARRAY_H
#define KERNEL_VARRAY_H

#include "kernel/spinlock.h"

/* The kernel's own addresses above all RAM, a GiB each: enough for all the threads that fit in 2 GiB of RAM. */
#define VARRAY_MAX (1ull << 30)
#define VARRAY_FIRST (32 * VARRAY_MAX)
#define VARRAY_THREADS (32 * VARRAY_MAX)
#define VARRAY_BUCKETS (33 * VARRAY_MAX)
#define VARRAY_END (34 * VARRAY_MAX)

struct varray {
	uint64_t base, mapped; /* bytes mapped so far */
	struct spinlock lock;
};
#define VARRAY(address) {.base = (address), .lock = SPINLOCK(RANK_VARRAY)}

/* Makes the first bytes usable, zeroed. ENOMEM. */
PETRI_NODISCARD enum petri_error varray_reserve(struct varray *a, uint64_t bytes);

#endif
