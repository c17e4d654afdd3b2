/* Virtual arrays without virtual memory: plain arrays, large enough for the tests. */
#ifndef KERNEL_VARRAY_H
#define KERNEL_VARRAY_H

#include <stdint.h>

#include <petri/error.h>

struct varray {
	uint64_t bytes;
};
#define VARRAY(address) \
	{ \
		0 \
	}

extern uint64_t machine_timeouts[], machine_buckets[];
#define VARRAY_TIMEOUTS machine_timeouts
#define VARRAY_BUCKETS machine_buckets

PETRI_NODISCARD enum petri_error varray_reserve(struct varray *a, uint64_t bytes);

#endif
