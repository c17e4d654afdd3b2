/*
 * The shared heap: one for all threads of an app. Contracts in <petri/heap.h>; the allocator is heap_blocks.c, and what keeps the
 * threads apart heap_backing.c.
 */
#include <petri/heap.h>

#include <petri/string.h>

#include "heap_backing.h"
#include "heap_blocks.h"

#define GROWTH 65536u /* bytes */

static __attribute__((noreturn)) void die(const char *what, const void *block)
{
	heap_backing_unlock();
	heap_backing_die("heap: ", what, block);
}

static const struct heap_ground ground = {heap_backing_grow, die};
static struct block *bins[HEAP_BINS(HEAP_UNITS_LOG2_MAX)];
static struct heap shared = HEAP_INIT(&ground, bins, HEAP_UNITS_LOG2_MAX, GROWTH);

void *heap_alloc(size_t size)
{
	void *block;

	heap_backing_lock();
	block = heap_take_kept(&shared, size);
	if (!block)
		block = heap_take(&shared, size);
	heap_backing_unlock();
	return block;
}

void *heap_alloc_aligned(size_t alignment, size_t size)
{
	void *block;

	if (alignment <= HEAP_UNIT)
		return heap_alloc(size);
	heap_backing_lock();
	block = heap_take_aligned(&shared, alignment, size);
	heap_backing_unlock();
	return block;
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
	if (!block)
		return;
	heap_backing_lock();
	if (!heap_keep(&shared, block))
		heap_give(&shared, heap_check(&shared, block));
	heap_backing_unlock();
}

void *heap_realloc(void *block, size_t size)
{
	struct block *b;
	size_t had;
	void *moved;
	bool done;

	if (!block)
		return heap_alloc(size);
	heap_backing_lock();
	b = heap_check(&shared, block);
	had = heap_block_size(b);
	done = heap_resize(&shared, b, size);
	heap_backing_unlock();
	if (done)
		return block;
	moved = heap_alloc(size); /* more than it had, or it would have been done */
	if (!moved)
		return NULL;
	memcpy(moved, block, had);
	heap_free(block);
	return moved;
}

size_t heap_usable_size(const void *block)
{
	size_t size;

	heap_backing_lock();
	size = heap_block_size(heap_check(&shared, block));
	heap_backing_unlock();
	return size;
}

void heap_stats(struct heap_stats *out)
{
	heap_backing_lock();
	heap_count(&shared, out);
	heap_backing_unlock();
}
