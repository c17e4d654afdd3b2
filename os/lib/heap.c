/*
 * The shared heap: an allocator in O(1), so that it may run with preemption off.
 *
 * Memory is a row of blocks, each with a header of 16 bytes; all sizes are in units of 16 bytes, header included. A block
 * knows its own size and that of the block before it, so freed neighbours merge at once. Free blocks hang in bins: one per size
 * up to 63 units, above that eight per power of two; a bitmap finds the next bin that has something. A region ends with a
 * header of size 0 that counts as used.
 *
 * Each header carries a seal made of its address, its sizes and its state. A foreign pointer, a second free, or a header that was
 * written over does not fit its seal and is told before anything is done. The ground below (pages, lock) is heap_backing.h.
 */
#include <petri/heap.h>

#include <stdbool.h>
#include <stdint.h>

#include <petri/string.h>

#include "heap_backing.h"

#define UNIT sizeof(struct block)
#define UNITS_MIN 2u         /* header, and room for the links of a free block */
#define UNITS_MAX (1u << 30) /* 16 GiB: sums do not overflow */
#define GROWTH 65536u        /* bytes at a time, while the kernel has them */
#define PAGE 4096u

#define SMALL 64u /* bins for exact sizes */
#define SUBBINS_LOG2 3u
#define BINS (SMALL + ((31u - 6u) << SUBBINS_LOG2))
#define BIN_WORDS ((BINS + 63u) / 64u)
#define TRIES 4 /* blocks looked at in the request's own bin, where some may be too small */

struct block {
	uint32_t units;
	uint32_t before; /* units of the block before; 0: the first of its region */
	uint64_t seal;
};

/* In the body of a free block. */
struct links {
	struct block *next, *prev;
};

enum state { USED = 0x5eed, FREE = 0xf4ee };

static struct block *bins[BINS];
static uint64_t bins_filled[BIN_WORDS];
static struct block *end; /* of the newest region */
static struct heap_stats stats;

static uint64_t seal_of(const struct block *b, enum state state)
{
	uint64_t seal = (uint64_t)(uintptr_t)b * 0x9e3779b97f4a7c15ull;

	return seal ^ ((uint64_t)b->before << 32 | b->units) ^ (uint64_t)state << 20;
}

static void seal(struct block *b, enum state state) { b->seal = seal_of(b, state); }
static bool is(const struct block *b, enum state state) { return b->seal == seal_of(b, state); }

static struct block *after(struct block *b) { return b + b->units; }
static struct block *before(struct block *b) { return b - b->before; }
static void *body(struct block *b) { return b + 1; }
static struct links *links(struct block *b) { return body(b); }

/* ---- bins ---------------------------------------------------------------------------------------------------------- */

static unsigned int bin_of(uint32_t units)
{
	unsigned int log2;

	if (units < SMALL)
		return units;
	log2 = 31u - (unsigned int)__builtin_clz(units);
	return SMALL + ((log2 - 6u) << SUBBINS_LOG2) + (units >> (log2 - SUBBINS_LOG2)) - (1u << SUBBINS_LOG2);
}

static void bin_insert(struct block *b)
{
	unsigned int bin = bin_of(b->units);
	struct links *l = links(b);

	l->prev = NULL;
	l->next = bins[bin];
	if (l->next)
		links(l->next)->prev = b;
	bins[bin] = b;
	bins_filled[bin / 64] |= 1ull << bin % 64;
}

static void bin_remove(struct block *b)
{
	unsigned int bin = bin_of(b->units);
	struct links *l = links(b);

	if (l->next)
		links(l->next)->prev = l->prev;
	if (l->prev)
		links(l->prev)->next = l->next;
	else
		bins[bin] = l->next;
	if (!bins[bin])
		bins_filled[bin / 64] &= ~(1ull << bin % 64);
}

/* A free block of at least that size, from the request's own bin or the first filled one above; NULL: none at hand. */
static struct block *bin_find(uint32_t units)
{
	unsigned int bin = bin_of(units), tries = TRIES;

	for (struct block *b = bins[bin]; b && tries; b = links(b)->next, tries--)
		if (b->units >= units)
			return b;
	bin++;
	for (unsigned int word = bin / 64; word < BIN_WORDS; word++) {
		uint64_t filled = bins_filled[word];

		if (word == bin / 64)
			filled &= ~0ull << bin % 64;
		if (filled)
			return bins[word * 64 + (unsigned int)__builtin_ctzll(filled)];
	}
	return NULL;
}

/* ---- blocks -------------------------------------------------------------------------------------------------------- */

/* The block after b is told b's size; its state stays. One whose header was written over is left alone, for its owner to find. */
static void tell_next(struct block *b)
{
	struct block *next = after(b);
	enum state state = is(next, FREE) ? FREE : USED;

	if (!is(next, state))
		return;
	next->before = b->units;
	seal(next, state);
}

/* b is in no bin and sealed FREE: merges with free neighbours and goes into its bin. */
static void release(struct block *b)
{
	struct block *next = after(b), *first = b;
	uint32_t units = b->units;

	if (is(next, FREE)) {
		bin_remove(next);
		units += next->units;
	}
	if (b->before && is(before(b), FREE)) {
		first = before(b);
		bin_remove(first);
		units += first->units; /* b's own header stays as it is: a second free of b finds its seal */
	}
	first->units = units;
	seal(first, FREE);
	tell_next(first);
	bin_insert(first);
}

/* Cuts b, which is in no bin, to that size, and frees the rest if a block can be made of it. */
static void trim(struct block *b, uint32_t units, enum state state)
{
	struct block *rest = b + units;

	if (b->units - units < UNITS_MIN) {
		seal(b, state);
		return;
	}
	*rest = (struct block){.units = b->units - units, .before = units};
	seal(rest, FREE);
	tell_next(rest);
	b->units = units;
	seal(b, state);
	release(rest);
}

/* New memory: goes on where the last region ended, or is one of its own. */
static void add_region(void *memory, size_t bytes)
{
	struct block *first = memory;
	uint32_t units = (uint32_t)(bytes / UNIT);

	if (end && first == end + 1) {
		first = end; /* the old end mark becomes the new block's header */
	} else {
		first->before = 0;
		units--;
	}
	first->units = units;
	seal(first, FREE);
	end = after(first);
	*end = (struct block){.units = 0, .before = units};
	seal(end, USED);
	stats.from_kernel += bytes;
	release(first);
}

/* How much more is wanted for a block of that size if the new memory follows the last free block. */
static size_t shortage(uint32_t units)
{
	uint32_t tail = end && end->before && is(before(end), FREE) ? before(end)->units : 0;

	return (units > tail ? units - tail : 1) * UNIT;
}

static bool grow(size_t bytes)
{
	size_t exact = (bytes + PAGE - 1) & ~(size_t)(PAGE - 1);
	size_t ask = exact > GROWTH ? exact : GROWTH;
	void *memory = heap_backing_grow(ask);

	if (!memory && ask > exact)
		memory = heap_backing_grow(ask = exact);
	if (memory)
		add_region(memory, ask);
	return memory != NULL;
}

static struct block *find_or_grow(uint32_t units)
{
	struct block *b = bin_find(units);

	if (b || !grow(shortage(units)))
		return b;
	b = bin_find(units);
	/* the new memory lies elsewhere: all of it is wanted, and an end mark */
	if (!b && grow(((size_t)units + 1) * UNIT))
		b = bin_find(units);
	return b;
}

static struct block *take(uint32_t units)
{
	struct block *b = find_or_grow(units);

	if (!b)
		return NULL;
	bin_remove(b);
	trim(b, units, USED);
	stats.in_use += b->units * UNIT;
	stats.blocks++;
	return b;
}

/* 0: too large. */
static uint32_t units_for(size_t size)
{
	size_t units;

	if (size > (UNITS_MAX - 1) * UNIT)
		return 0;
	units = (size + UNIT - 1) / UNIT + 1;
	return units < UNITS_MIN ? UNITS_MIN : (uint32_t)units;
}

/* Called locked. NULL: fine; else what is wrong with it. */
static const char *fault_of(const void *pointer)
{
	const struct block *b = (const struct block *)pointer - 1;

	if ((uintptr_t)pointer % UNIT)
		return "not a block, it is misaligned:";
	if (is(b, FREE))
		return "double free of";
	if (!is(b, USED))
		return "not a block, or its header was overwritten:";
	if (!is(b + b->units, USED) && !is(b + b->units, FREE))
		return "written past the end of";
	return NULL;
}

/* The header of a block in use; dies if it is none. Returns locked. */
static struct block *lock_and_check(const void *pointer)
{
	const char *wrong;

	heap_backing_lock();
	wrong = fault_of(pointer);
	if (wrong) {
		heap_backing_unlock();
		heap_backing_die(wrong, pointer);
	}
	return (struct block *)(uintptr_t)pointer - 1;
}

/* Makes b that large where it stands, if it can be done. Called locked. */
static bool resize_here(struct block *b, uint32_t units)
{
	struct block *next = after(b);
	uint32_t had = b->units;

	if (had < units) {
		if (!is(next, FREE) || had + next->units < units)
			return false;
		bin_remove(next);
		b->units += next->units;
		tell_next(b);
	}
	trim(b, units, USED);
	stats.in_use += b->units * UNIT;
	stats.in_use -= had * UNIT;
	return true;
}

/* ---- what one calls ------------------------------------------------------------------------------------------------ */

void *heap_alloc(size_t size)
{
	uint32_t units = units_for(size);
	struct block *b;

	if (!units)
		return NULL;
	heap_backing_lock();
	b = take(units);
	heap_backing_unlock();
	return b ? body(b) : NULL;
}

void *heap_calloc(size_t count, size_t size)
{
	size_t total;
	void *block;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	block = heap_alloc(total);
	return block ? memset(block, 0, total) : NULL;
}

void heap_free(void *block)
{
	struct block *b;

	if (!block)
		return;
	b = lock_and_check(block);
	stats.in_use -= b->units * UNIT;
	stats.blocks--;
	seal(b, FREE);
	release(b);
	heap_backing_unlock();
}

void *heap_realloc(void *block, size_t size)
{
	uint32_t units = units_for(size);
	size_t had;
	void *moved;
	bool done;

	if (!block)
		return heap_alloc(size);
	if (!units)
		return NULL;
	done = resize_here(lock_and_check(block), units);
	heap_backing_unlock();
	if (done)
		return block;
	had = heap_usable_size(block); /* less than size, or it would have been done */
	moved = heap_alloc(size);
	if (!moved)
		return NULL;
	memcpy(moved, block, had);
	heap_free(block);
	return moved;
}

size_t heap_usable_size(const void *block)
{
	size_t size = (lock_and_check(block)->units - 1) * UNIT;

	heap_backing_unlock();
	return size;
}

void heap_stats(struct heap_stats *out)
{
	heap_backing_lock();
	*out = stats;
	heap_backing_unlock();
}
