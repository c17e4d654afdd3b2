/* Virtual arrays without virtual memory: plain arrays, large enough for the tests. */
#ifndef KERNEL_VARRAY_H
#define KERNEL_VARRAY_H

#include "kernel/thread.h"

struct varray {
	uint64_t base;
	struct spinlock lock;
};
#define VARRAY(address) \
	{ \
		.base = (address) \
	}

#define MACHINE_THREADS 200
#define MACHINE_BUCKETS 64

extern struct thread machine_table[MACHINE_THREADS + 1];
extern uint64_t machine_buckets[];
#define VARRAY_MAX (1u << 20)
#define VARRAY_THREADS (uint64_t) machine_table
#define VARRAY_BUCKETS (uint64_t) machine_buckets

PETRI_NODISCARD enum petri_error varray_reserve(struct varray *a, uint64_t bytes);

#endif
