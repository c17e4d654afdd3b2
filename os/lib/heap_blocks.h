/*
 * The allocator under the shared and the private heaps: blocks in memory that somebody else finds, guards and grows. It knows its heap by a
 * struct heap, which may lie in that very memory. One thread at a time, which is the caller's business.
 */
#ifndef HEAP_BLOCKS_H
#define HEAP_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/heap.h>

struct block {
	uint32_t units;
	uint32_t before; /* units of the block before; 0: the first of its region */
	uint64_t seal;
};

#define HEAP_UNIT sizeof(struct block)
#define HEAP_SMALL 64u /* bins for exact sizes */
#define HEAP_SUBBINS_LOG2 3u
/* For blocks of less than 2^(log2 + 1) units. */
#define HEAP_BINS(log2) (HEAP_SMALL + ((log2)-5u) * (1u << HEAP_SUBBINS_LOG2))
#define HEAP_UNITS_LOG2_MAX 30u /* 16 GiB: sums do not overflow */
#define HEAP_BIN_WORDS ((HEAP_BINS(HEAP_UNITS_LOG2_MAX) + 63u) / 64u)

/* Both are called with the heap as its caller left it: sound, and guarded if it has a guard. */
struct heap_ground {
	/* bytes more memory (a multiple of 4096), 16-byte aligned; NULL: there is none. Above what was given before, usually right behind; what lies
	 * between can be read. */
	void *(*grow)(size_t bytes);
	/* A programmer's error was found at this address. Does not return. */
	__attribute__((noreturn)) void (*die)(const char *what, const void *block);
};

struct heap {
	const struct heap_ground *ground;
	struct block **bins;
	uint64_t filled[HEAP_BIN_WORDS]; /* which bins have something */
	struct block *first;             /* of the first region; NULL: there is none yet */
	struct block *end;               /* of the newest region */
	uint32_t units_max;              /* of a block */
	uint32_t growth;                 /* bytes at a time, while there are so many */
	struct heap_stats stats;
};

/* Blocks of at most 2^log2 units; bins is an array of HEAP_BINS(log2) zeros. */
#define HEAP_INIT(ground_, bins_, log2, growth_) \
	{ \
		.ground = (ground_), .bins = (bins_), .units_max = 1u << (log2), .growth = (growth_), \
	}

/* Memory that grow() has not given. */
void heap_add(struct heap *h, void *memory, size_t bytes);
/* NULL: there is no memory. */
void *heap_take(struct heap *h, size_t size);
/* The same at a multiple of alignment, a power of two of at least two units. */
void *heap_take_aligned(struct heap *h, size_t alignment, size_t size);
/* The block of a pointer that heap_take() gave; dies if it is not that, or was written over. */
struct block *heap_check(const struct heap *h, const void *pointer);
/* A block that was checked. */
void heap_give(struct heap *h, struct block *b);
/* Likewise: makes it that large where it is, if that can be done. */
bool heap_resize(struct heap *h, struct block *b, size_t size);
static inline size_t heap_block_size(const struct block *b) { return (b->units - 1) * HEAP_UNIT; }

#endif
