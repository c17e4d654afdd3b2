/*
 * What the heap (heap.c) needs of the world: pages, exclusion, and a way to die. Petri's is heap_backing.c; a test on
 * the host supplies its own.
 */
#ifndef HEAP_BACKING_H
#define HEAP_BACKING_H

#include <stddef.h>

/* bytes more memory (a multiple of 4096), 16-byte aligned; NULL: there is none. Need not follow the last, but usually does. Called locked. */
void *heap_backing_grow(size_t bytes);

/* Between these the heap is inconsistent: one thread at a time, and it is not ended there. Bounded work only. */
void heap_backing_lock(void);
void heap_backing_unlock(void);

/* A programmer's error was found at this address. Called unlocked; does not return. */
__attribute__((noreturn)) void heap_backing_die(const char *what, const void *block);

#endif
