/*
 * The shared heap: one per app, for all its threads, behind a mutex. Grows by whole pages from the kernel.
 * Blocks are aligned to 16 bytes. A double or foreign free is found and kills the calling thread with a message.
 */
#ifndef PETRI_HEAP_H
#define PETRI_HEAP_H

#include <stddef.h>

/* NULL when there is no memory; size 0 gives a block of the smallest size. May block (mutex): not in an atomic section. */
void *heap_alloc(size_t size) __attribute__((malloc, alloc_size(1), warn_unused_result));
/* Zeroed; NULL on overflow of count * size too. */
void *heap_calloc(size_t count, size_t size) __attribute__((malloc, alloc_size(1, 2), warn_unused_result));
/* NULL: no memory, and the old block is as it was. block may be NULL. */
void *heap_realloc(void *block, size_t size) __attribute__((alloc_size(2), warn_unused_result));
void heap_free(void *block); /* NULL is fine */
size_t heap_usable_size(const void *block);

struct heap_stats {
	size_t from_kernel; /* bytes */
	size_t in_use;      /* bytes in blocks given out, headers included */
	size_t blocks;      /* given out */
};
void heap_stats(struct heap_stats *out);

#endif
