/*
 * The private heaps: one per thread, in its own slot of addresses. The slot begins with the heap's bookkeeping, so all that a thread
 * costs that never asks for one is a flag, and nothing needs to be tidied up at its end. Contracts in <petri/heap.h>.
 *
 * No lock: only its own thread calls in here, and a thread that is killed half-way takes the half-changed heap along.
 */
#include <petri/heap.h>

#include <petri/string.h>

#include "heap_backing.h"
#include "heap_blocks.h"
#include "private_slot.h"

#define PAGE 4096u
#define UNITS_LOG2 17u /* 2 MiB in units */
_Static_assert(HEAP_UNIT << UNITS_LOG2 == PRIVATE_HEAP_SIZE, "the largest block is the slot");

struct private_heap {
	struct heap heap;
	struct block *bins[HEAP_BINS(UNITS_LOG2)];
} __attribute__((aligned(16)));

static __attribute__((noreturn)) void die(const char *what, const void *block)
{
	heap_backing_die("private heap: ", what, block);
}

static const struct heap_ground ground = {private_backing_grow, die};

/* The caller's; NULL: it has none so far. */
static inline struct heap *mine(void) { return private_slot_made(); }

static __attribute__((noinline)) struct heap *make(void)
{
	struct private_heap *p = private_slot();

	if (!p || !private_backing_grow(PAGE))
		return NULL;
	p->heap = (struct heap)HEAP_INIT(&ground, p->bins, UNITS_LOG2, PAGE); /* the page is all zeros */
	p->heap.stats.from_kernel = sizeof(*p);
	heap_add(&p->heap, p + 1, PAGE - sizeof(*p));
	private_slot_set_made();
	return &p->heap;
}

static struct heap *mine_or_made(void)
{
	struct heap *h = mine();

	return h ? h : make();
}

/* A block of the caller's heap; dies if it is none. */
static struct block *check(const struct heap *h, const void *block)
{
	if (!h)
		die("this thread has none, and frees", block);
	return heap_check(h, block);
}

static __attribute__((noinline)) void *alloc_slowly(size_t size)
{
	struct heap *h = mine_or_made();

	return h ? heap_take(h, size) : NULL;
}

void *private_alloc(size_t size)
{
	struct heap *h = mine();
	void *block = h ? heap_take_kept(h, size) : NULL;

	return block ? block : alloc_slowly(size);
}

void *private_calloc(size_t count, size_t size)
{
	size_t total;
	void *block;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	block = private_alloc(total);
	return block ? memset(block, 0, total) : NULL;
}

static __attribute__((noinline)) void free_slowly(void *block)
{
	struct heap *h = mine();

	if (block)
		heap_give(h, check(h, block));
}

/* (NULL lies in no heap.) */
void private_free(void *block)
{
	struct heap *h = mine();

	if (!h || !heap_keep(h, block))
		free_slowly(block);
}

void *private_realloc(void *block, size_t size)
{
	struct heap *h = mine();
	struct block *b;
	void *moved;

	if (!block)
		return private_alloc(size);
	b = check(h, block);
	if (heap_resize(h, b, size))
		return block;
	moved = heap_take(h, size);
	if (!moved)
		return NULL;
	memcpy(moved, block, heap_block_size(b));
	heap_give(h, b);
	return moved;
}

size_t private_usable_size(const void *block) { return heap_block_size(check(mine(), block)); }

void private_stats(struct heap_stats *out)
{
	const struct heap *h = mine();

	*out = (struct heap_stats){0};
	if (h)
		heap_count(h, out);
}
