/*
 * Two heaps: the shared one of the app, and a private one for each thread that wants it.
 *
 * Both give blocks aligned to 16 bytes, of any size from 0 on (that is a block of the smallest size), and merge freed neighbours at once. A
 * double free, or a free of what is no block of that heap (of the other heap, of another thread, of a stack, of nothing, the inside of a
 * block), and a write past the end of a block are found when the block is freed, resized or measured, and kill the calling thread
 * with a message: see docs/heap.md.
 */
#ifndef PETRI_HEAP_H
#define PETRI_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap_stats {
	size_t from_kernel; /* bytes */
	size_t in_use;      /* bytes in blocks given out, headers included */
	size_t blocks;      /* given out */
};

/* ---- the shared heap: one per app, for all its threads, behind a mutex. It grows by whole pages. ---------------------------- */

/* NULL when there is no memory. May block (mutex): not in an atomic section. */
void *heap_alloc(size_t size) __attribute__((malloc, alloc_size(1), warn_unused_result));
/* At a multiple of alignment, a power of two. */
void *heap_alloc_aligned(size_t alignment, size_t size) __attribute__((malloc, alloc_align(1), alloc_size(2), warn_unused_result));
/* Zeroed; NULL on overflow of count * size too. */
void *heap_calloc(size_t count, size_t size) __attribute__((malloc, alloc_size(1, 2), warn_unused_result));
/* NULL: no memory, and the old block is as it was. block may be NULL. */
void *heap_realloc(void *block, size_t size) __attribute__((alloc_size(2), warn_unused_result));
void heap_free(void *block); /* NULL is fine */
size_t heap_usable_size(const void *block);
void heap_stats(struct heap_stats *out);

/*
 * ---- the private heap: of the calling thread, and gone with it, however it ends -------------------------------------------------
 *
 * Made at the first use; a page at first, 2 MiB at most. No lock: only its own thread uses these calls on it, in an atomic section too. The
 * blocks are ordinary memory of the app: other threads may read and write them while the owner lives, and fault when it has
 * ended. A compact stack of the default size is enough for these calls.
 */
void *private_alloc(size_t size) __attribute__((malloc, alloc_size(1), warn_unused_result));
void *private_calloc(size_t count, size_t size) __attribute__((malloc, alloc_size(1, 2), warn_unused_result));
void *private_realloc(void *block, size_t size) __attribute__((alloc_size(2), warn_unused_result));
void private_free(void *block);
size_t private_usable_size(const void *block);
void private_stats(struct heap_stats *out);

/* Where they lie: that of the thread with index i (the low bits of its id) at PRIVATE_HEAPS + i * PRIVATE_HEAP_SIZE. Threads with an index of
 * PRIVATE_HEAPS_MAX and more have none: NULL. */
#define PRIVATE_HEAPS (256ull << 30)
#define PRIVATE_HEAP_SIZE (2ull << 20)
#define PRIVATE_HEAPS_MAX 131072u

#endif
