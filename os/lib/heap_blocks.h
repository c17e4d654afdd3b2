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
	union {
		struct {
			uint32_t units;
			uint32_t before; /* units of the block before; 0: the first of its region */
		};
		uint64_t sizes; /* both */
	};
	uint64_t seal;
};

#define HEAP_UNIT sizeof(struct block)
#define HEAP_KEPT_UNITS 17u /* of a block that may be kept: up to 256 bytes for its owner */
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
	struct block *kept[HEAP_KEPT_UNITS + 1]; /* by units: one each that was freed and stays whole, for the next of its size */
	const struct heap_ground *ground;
	struct block **bins;
	uint64_t filled[HEAP_BIN_WORDS]; /* which bins have something */
	struct block *first;             /* of the first region; NULL: there is none yet */
	uintptr_t span;                  /* units from the first to the end */
	struct block *end;               /* of the newest region */
	uint32_t units_max;              /* of a block */
	uint32_t growth;                 /* bytes at a time, while there are so many */
	struct heap_stats stats;         /* what is kept counts as given out: see heap_count() */
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
void heap_count(const struct heap *h, struct heap_stats *out);
/* The same at a multiple of alignment, a power of two of at least two units. */
void *heap_take_aligned(struct heap *h, size_t alignment, size_t size);
/* The block of a pointer that heap_take() gave; dies if it is not that, or was written over. */
struct block *heap_check(const struct heap *h, const void *pointer);
/* A block that was checked. */
void heap_give(struct heap *h, struct block *b);
/* Likewise: makes it that large where it is, if that can be done. */
bool heap_resize(struct heap *h, struct block *b, size_t size);
static inline size_t heap_block_size(const struct block *b) { return (b->units - 1) * HEAP_UNIT; }

/* ---- the short way: the block of this size that was freed last ------------------------------------------------------------------ */

/* What a block is. Its seal is this, its address and its sizes in one. */
#define HEAP_USED 0ull
#define HEAP_FREE (1ull << 62)
#define HEAP_KEPT (2ull << 62) /* nobody's, but in no bin and not merged */
#define HEAP_END (3ull << 62)  /* the mark at the end of a region */

static inline uint64_t heap_mix(uint64_t place) { return place + (place << 29); }
static inline uint64_t heap_seal_of(const struct block *b) { return heap_mix((uint64_t)(uintptr_t)b) ^ b->sizes; }
/* One of the four, if the header is sound. */
static inline uint64_t heap_state_of(const struct block *b) { return b->seal ^ heap_seal_of(b); }
static inline bool heap_is_sound(uint64_t state) { return state << 2 == 0; }

/* (The compiler is not to know how this address was made: else it computes that twice, and loads the header's words one by one.) */
static inline struct block *heap_at(uintptr_t at)
{
	__asm__("" : "+r"(at));
	return (struct block *)at;
}

/* In the body of a block that is kept, made of its address: who writes to it late hits this first. */
static inline uint64_t *heap_mark(struct block *b) { return (uint64_t *)(b + 1); }

/* NULL: take the long way. */
static inline __attribute__((always_inline)) void *heap_take_kept(struct heap *h, size_t size)
{
	size_t units = (size + 2 * HEAP_UNIT - 1) / HEAP_UNIT;
	struct block *b;
	uint64_t seal, mark;

	if (size > (HEAP_KEPT_UNITS - 1) * HEAP_UNIT || (b = h->kept[units]) == NULL)
		return NULL;
	seal = b->seal ^ HEAP_KEPT ^ HEAP_USED;
	mark = *heap_mark(b);
	if (seal != heap_seal_of(b) || mark != heap_mix((uintptr_t)b))
		return NULL;
	h->kept[units] = NULL;
	b->seal = seal;
	return b + 1;
}

/* The pointer may be anything. False: take the long way, which tells what is wrong, if anything is. */
static inline bool heap_keep(struct heap *h, void *pointer)
{
	struct block *b = heap_at((uintptr_t)pointer - HEAP_UNIT);
	uintptr_t at = (uintptr_t)b, unit = (at - (uintptr_t)h->first) / HEAP_UNIT;
	uint64_t sizes, seal, units;

	if ((unit | at << 60) >= h->span) /* a misaligned one lies far outside, too */
		return false;
	sizes = b->sizes;
	seal = b->seal;
	units = sizes & UINT32_MAX;
	if ((seal ^ HEAP_USED) != (heap_mix(at) ^ sizes) || units > HEAP_KEPT_UNITS)
		return false;
	if (!heap_is_sound(heap_state_of(heap_at(at + units * HEAP_UNIT))) || h->kept[units] != NULL)
		return false;
	h->kept[units] = b;
	b->seal = seal ^ HEAP_USED ^ HEAP_KEPT;
	*heap_mark(b) = heap_mix(at);
	return true;
}

#endif
