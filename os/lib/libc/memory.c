/*
 * malloc and its family: Petri's shared heap with C's names and errors. Sizes of 0 give a block of their own.
 *
 * The heap finds a second free, a foreign pointer and a header that was written over, and ends the thread with a message.
 */
#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <petri/heap.h>

#define PAGE 4096

static void *or_error(void *block)
{
	if (block == NULL)
		errno = ENOMEM;
	return block;
}

void *malloc(size_t size) { return or_error(heap_alloc(size)); }
void *calloc(size_t count, size_t size) { return or_error(heap_calloc(count, size)); }
void *realloc(void *block, size_t size) { return or_error(heap_realloc(block, size)); }
void free(void *block) { heap_free(block); }
void cfree(void *block) { heap_free(block); }
size_t malloc_usable_size(void *block) { return block != NULL ? heap_usable_size(block) : 0; }

/* ---- aligned ------------------------------------------------------------------------------------------------------------- */

static bool is_power_of_two(size_t n) { return n != 0 && (n & (n - 1)) == 0; }

void *memalign(size_t alignment, size_t size)
{
	if (!is_power_of_two(alignment)) {
		errno = EINVAL;
		return NULL;
	}
	return or_error(heap_alloc_aligned(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
void *valloc(size_t size) { return memalign(PAGE, size); }
void *pvalloc(size_t size) { return memalign(PAGE, (size + PAGE - 1) & ~(size_t)(PAGE - 1)); }

int posix_memalign(void **out, size_t alignment, size_t size)
{
	void *block;

	if (!is_power_of_two(alignment) || alignment % sizeof(void *) != 0)
		return EINVAL;
	block = heap_alloc_aligned(alignment, size);
	if (block == NULL)
		return ENOMEM;
	*out = block;
	return 0;
}

void *reallocarray(void *block, size_t count, size_t size)
{
	size_t total;

	return __builtin_mul_overflow(count, size, &total) ? or_error(NULL) : realloc(block, total);
}
