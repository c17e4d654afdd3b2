/*
 * Where free blocks hang: a bin for each size up to 63 units, above that eight per power of two, and a bitmap that finds the next bin that has
 * something. For heap_blocks.c alone.
 */
#ifndef HEAP_BINS_H
#define HEAP_BINS_H

#include "heap_blocks.h"

#define UNIT HEAP_UNIT

#define SMALL HEAP_SMALL
#define SUBBINS_LOG2 HEAP_SUBBINS_LOG2
#define BIN_WORDS HEAP_BIN_WORDS
#define TRIES 4 /* blocks looked at in the request's own bin, where some may be too small */

/* In the body of a free block. */
struct links {
	struct block *next, *prev;
};

#define USED HEAP_USED
#define FREE HEAP_FREE
#define KEPT HEAP_KEPT
#define END HEAP_END

static inline void seal(struct block *b, uint64_t state) { b->seal = heap_seal_of(b) ^ state; }
static inline bool is(const struct block *b, uint64_t state) { return heap_state_of(b) == state; }

static inline struct block *after(struct block *b) { return b + b->units; }
static inline struct block *before(struct block *b) { return b - b->before; }
static inline struct links *links(const struct block *b) { return (struct links *)(uintptr_t)(b + 1); }

/* Lies in the heap, and may be read as a header. */
static inline bool inside(const struct heap *h, const struct block *b)
{
	return (uintptr_t)b % UNIT == 0 && (uintptr_t)b - (uintptr_t)h->first < (uintptr_t)h->end - (uintptr_t)h->first;
}

static inline unsigned int bin_of(uint32_t units)
{
	unsigned int log2;

	if (units < SMALL)
		return units;
	log2 = 31u - (unsigned int)__builtin_clz(units);
	return SMALL + ((log2 - 6u) << SUBBINS_LOG2) + (units >> (log2 - SUBBINS_LOG2)) - (1u << SUBBINS_LOG2);
}

static inline void bin_insert(struct heap *h, struct block *b)
{
	unsigned int bin = bin_of(b->units);
	struct links *l = links(b);

	l->prev = NULL;
	l->next = h->bins[bin];
	if (l->next)
		links(l->next)->prev = b;
	h->bins[bin] = b;
	h->filled[bin / 64] |= 1ull << bin % 64;
}

static inline void bin_remove(struct heap *h, struct block *b)
{
	unsigned int bin = bin_of(b->units);
	struct links *l = links(b);

	if (l->next)
		links(l->next)->prev = l->prev;
	if (l->prev)
		links(l->prev)->next = l->next;
	else
		h->bins[bin] = l->next;
	if (!h->bins[bin])
		h->filled[bin / 64] &= ~(1ull << bin % 64);
}

/* A free block's links are in its body, where a late write of its last owner may have hit them: do its neighbours in the bin point back? */
static inline bool is_linked(const struct heap *h, const struct block *b)
{
	const struct links *l = links(b);

	if (l->next != NULL && !(inside(h, l->next) && links(l->next)->prev == b))
		return false;
	if (l->prev == NULL)
		return h->bins[bin_of(b->units)] == b;
	return inside(h, l->prev) && links(l->prev)->next == b;
}

static inline void check_free(const struct heap *h, const struct block *b)
{
	if (!is(b, FREE) || !is_linked(h, b))
		h->ground->die("written after it was freed: near", b + 1);
}

/* A free block of at least that size, from the request's own bin or the first filled one above; NULL: none at hand. */
static inline struct block *bin_find(const struct heap *h, uint32_t units)
{
	unsigned int bin = bin_of(units), tries = TRIES;

	for (struct block *b = h->bins[bin]; b && tries; b = links(b)->next, tries--) {
		check_free(h, b);
		if (b->units >= units)
			return b;
	}
	bin++;
	for (unsigned int word = bin / 64; word < BIN_WORDS; word++) {
		uint64_t filled = h->filled[word];

		if (word == bin / 64)
			filled &= ~0ull << bin % 64;
		if (filled) {
			struct block *b = h->bins[word * 64 + (unsigned int)__builtin_ctzll(filled)];

			check_free(h, b);
			return b;
		}
	}
	return NULL;
}

#endif
