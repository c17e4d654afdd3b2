/*
 * The allocator under both heaps (heap.c, private_heap.c): O(1), so that it may run with preemption off.
 *
 * Memory is a row of blocks, each with a header of 16 bytes; all sizes are in units of 16 bytes, header included. A block
 * knows its own size and that of the block before it, so freed neighbours merge at once. Free blocks hang in bins: one per size
 * up to 63 units, above that eight per power of two; a bitmap finds the next bin that has something. A region ends with a
 * header of size 0.
 *
 * Of each small size one block that was freed is kept as it is, for the next who wants that size (heap_take_kept, heap_keep: the short way, in
 * the header): most blocks that a program frees it soon wants again. When memory is short these merge, too, before there is more of it.
 *
 * Each header carries a seal made of its address, its sizes and its state, and free blocks point at each other. A foreign pointer, a second free,
 * a header or a free block that was written over does not fit and is told before anything is done; nothing outside of the heap
 * is read on the way. No state of its own, no lock: the caller's.
 */
#include "heap_blocks.h"

#include "heap_bins.h"

#define UNITS_MIN 2u /* header, and room for the links of a free block */
#define PAGE 4096u

/* ---- blocks -------------------------------------------------------------------------------------------------------- */

/*
 * The block after b, whose size has changed, is told so. It is in no bin, since free neighbours have merged. One whose header was written over
 * is left alone, for its owner to find.
 */
static void tell_next(struct block *b)
{
	struct block *next = after(b);

	uint64_t state = heap_state_of(next);

	if (!heap_is_sound(state))
		return;
	next->before = b->units;
	seal(next, state);
}

/* b is in no bin: merges with free neighbours, is sealed, and goes into its bin. */
static void release(struct heap *h, struct block *b)
{
	struct block *next = after(b), *first = b;
	uint32_t units = b->units;

	if (is(next, FREE)) {
		bin_remove(h, next);
		units += next->units;
	}
	if (b->before && is(before(b), FREE)) {
		first = before(b);
		bin_remove(h, first);
		units += first->units; /* b's own header stays as it is: a second free of b finds its seal */
	}
	first->units = units;
	seal(first, FREE);
	tell_next(first);
	bin_insert(h, first);
}

/* Cuts b, which is in no bin, to that size, and frees the rest if a block can be made of it. b is in use then. */
static void trim(struct heap *h, struct block *b, uint32_t units)
{
	struct block *rest = b + units;

	if (b->units - units < UNITS_MIN) {
		seal(b, USED);
		return;
	}
	*rest = (struct block){.units = b->units - units, .before = units};
	b->units = units;
	seal(b, USED);
	release(h, rest);
}

/* The free block at the heap's end, NULL: none. */
static struct block *tail(const struct heap *h)
{
	return h->end && h->end->before && is(before(h->end), FREE) ? before(h->end) : NULL;
}

/* New memory: goes on where the last region ended, or is one of its own. */
void heap_add(struct heap *h, void *memory, size_t bytes)
{
	struct block *first = memory;
	uint32_t units = (uint32_t)(bytes / UNIT);

	if (h->end && first == h->end + 1) {
		first = h->end; /* the old end mark becomes the new block's header */
	} else {
		first->before = 0;
		units--;
	}
	if (!h->first)
		h->first = first;
	first->units = units;
	seal(first, FREE);
	h->end = after(first);
	*h->end = (struct block){.units = 0, .before = units};
	seal(h->end, END);
	h->span = (uintptr_t)(h->end - h->first);
	h->stats.from_kernel += bytes;
	release(h, first);
}

static bool grow(struct heap *h, size_t bytes)
{
	size_t exact = (bytes + PAGE - 1) & ~(size_t)(PAGE - 1);
	size_t ask = exact > h->growth ? exact : h->growth;
	void *memory = h->ground->grow(ask);

	if (!memory && ask > exact)
		memory = h->ground->grow(ask = exact);
	if (memory)
		heap_add(h, memory, ask);
	return memory != NULL;
}

/* Out of line: what is on the stack for it shall not be there for the others. */
static __attribute__((noinline)) struct block *grow_and_find(struct heap *h, uint32_t units)
{
	struct block *last = tail(h), *b;
	uint32_t had = 0;

	/* The new memory usually follows the last free block, and then only what that one lacks is wanted. */
	if (last) {
		check_free(h, last);
		had = last->units;
	}
	if (!grow(h, (units > had ? units - had : 1) * UNIT))
		return NULL;
	b = bin_find(h, units);
	/* It lies elsewhere: all of it is wanted, and an end mark. */
	if (!b && grow(h, ((size_t)units + 1) * UNIT))
		b = bin_find(h, units);
	return b;
}

/* 0: too large. */
static uint32_t units_for(const struct heap *h, size_t size)
{
	size_t units;

	if (size > (h->units_max - 1) * UNIT)
		return 0;
	units = (size + UNIT - 1) / UNIT + 1;
	return units < UNITS_MIN ? UNITS_MIN : (uint32_t)units;
}

/* ---- what is kept ------------------------------------------------------------------------------------------------- */

/* Free neighbours of a block that is about to be freed. */
static void check_neighbours(const struct heap *h, const struct block *b)
{
	if (is(b + b->units, FREE))
		check_free(h, b + b->units);
	if (b->before && is(b - b->before, FREE))
		check_free(h, b - b->before);
}

static void check_kept(const struct heap *h, struct block *b)
{
	if (b != NULL && (!is(b, KEPT) || *heap_mark(b) != heap_mix((uintptr_t)b)))
		h->ground->die("written after it was freed: near", b + 1);
}

/* It is free as others are. */
static void let_go(struct heap *h, uint32_t units)
{
	struct block *b = h->kept[units];

	check_kept(h, b);
	check_neighbours(h, b);
	h->kept[units] = NULL;
	heap_give(h, b);
}

/* Memory is short: all that is kept merges. So many blocks at most as there are sizes. True: it was something. */
static __attribute__((noinline)) bool let_all_go(struct heap *h)
{
	bool any = false;

	for (uint32_t units = UNITS_MIN; units <= HEAP_KEPT_UNITS; units++)
		if (h->kept[units] != NULL) {
			let_go(h, units);
			any = true;
		}
	return any;
}

void heap_count(const struct heap *h, struct heap_stats *out)
{
	*out = h->stats;
	for (uint32_t units = UNITS_MIN; units <= HEAP_KEPT_UNITS; units++)
		if (h->kept[units] != NULL) {
			out->in_use -= units * UNIT;
			out->blocks--;
		}
}

/* ---- what the heaps call ------------------------------------------------------------------------------------------- */

/* A free block of at least that size, out of its bin. (Inline: compact stacks are to hold all of this.) */
static inline __attribute__((always_inline)) struct block *take_whole(struct heap *h, uint32_t units)
{
	struct block *b = units ? bin_find(h, units) : NULL;

	if (units && !b && let_all_go(h))
		b = bin_find(h, units);
	if (units && !b)
		b = grow_and_find(h, units);
	if (b)
		bin_remove(h, b);
	return b;
}

/* Such a block is given out, cut to that size. */
static void *give_out(struct heap *h, struct block *b, uint32_t units)
{
	trim(h, b, units);
	h->stats.in_use += b->units * UNIT;
	h->stats.blocks++;
	return b + 1;
}

void *heap_take(struct heap *h, size_t size)
{
	uint32_t units = units_for(h, size);
	struct block *b;

	if (units <= HEAP_KEPT_UNITS)
		check_kept(h, h->kept[units]);
	b = take_whole(h, units);
	return b ? give_out(h, b, units) : NULL;
}

/* The first units of such a block become a free one again; returns the rest. */
static struct block *give_front(struct heap *h, struct block *b, uint32_t units)
{
	struct block *rest = b + units;

	*rest = (struct block){.units = b->units - units, .before = units};
	seal(rest, USED);
	tell_next(rest);
	b->units = units;
	release(h, b);
	return rest;
}

void *heap_take_aligned(struct heap *h, size_t alignment, size_t size)
{
	/* Room to begin at the next multiple or, where a block would not fit before it, at the one after that. */
	size_t room = alignment + UNIT, sum;
	struct block *b = __builtin_add_overflow(size, room, &sum) ? NULL : take_whole(h, units_for(h, sum));
	uint32_t skip;

	if (!b)
		return NULL;
	skip = (uint32_t)((-(uintptr_t)(b + 1) & (alignment - 1)) / UNIT);
	if (skip > 0 && skip < UNITS_MIN)
		skip += (uint32_t)(alignment / UNIT);
	return give_out(h, skip > 0 ? give_front(h, b, skip) : b, units_for(h, size));
}

/* NULL: fine. */
static const char *fault_of(const struct block *b)
{
	const struct block *next = b + b->units;

	if (is(b, FREE) || is(b, KEPT))
		return "double free of";
	if (!is(b, USED))
		return "not a block, or its header was overwritten:";
	if (!heap_is_sound(heap_state_of(next)))
		return "written past the end of";
	return NULL;
}

/* The pointer may be anything. */
struct block *heap_check(const struct heap *h, const void *pointer)
{
	struct block *b = (struct block *)((uintptr_t)pointer - UNIT);
	const char *wrong = NULL;

	if ((uintptr_t)pointer % UNIT)
		wrong = "not a block, it is misaligned:";
	else if (!inside(h, b))
		wrong = "not a block of this heap:";
	else
		wrong = fault_of(b);
	if (wrong)
		h->ground->die(wrong, pointer);
	check_neighbours(h, b);
	return b;
}

void heap_give(struct heap *h, struct block *b)
{
	h->stats.in_use -= b->units * UNIT;
	h->stats.blocks--;
	seal(b, FREE);
	release(h, b);
}

bool heap_resize(struct heap *h, struct block *b, size_t size)
{
	struct block *next = after(b);
	uint32_t units = units_for(h, size), had = b->units;

	if (!units)
		return false;
	if (had < units) {
		if (is(next, KEPT))
			let_go(h, next->units);
		if (!is(next, FREE) || had + next->units < units)
			return false;
		bin_remove(h, next);
		b->units += next->units;
		tell_next(b);
	}
	trim(h, b, units);
	h->stats.in_use += b->units * UNIT;
	h->stats.in_use -= had * UNIT;
	return true;
}
