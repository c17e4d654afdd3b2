/*
 * malloc and its family: Petri's shared heap with C's names and errors. Sizes of 0 give a block of their own.
 *
 * The heap finds a second free, a foreign pointer and a header that was written over, and ends the thread with a message.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <petri/heap.h>

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

void *reallocarray(void *block, size_t count, size_t size)
{
	size_t total;

	return __builtin_mul_overflow(count, size, &total) ? or_error(NULL) : realloc(block, total);
}
