/*
 * What the heaps (heap.c, private_heap.c) need of the world: pages, exclusion, and a way to die. Petri's is heap_backing.c; a test on
 * the host supplies its own.
 */
#ifndef HEAP_BACKING_H
#define HEAP_BACKING_H

#include <stdbool.h>
#include <stddef.h>

/* A programmer's error was found at this address, in this heap. Called unlocked; does not return. Wants little stack. */
__attribute__((noreturn)) void heap_backing_die(const char *heap, const char *what, const void *block);

/* ---- the shared heap ------------------------------------------------------------------------------------------------ */

/* bytes more memory (a multiple of 4096), as struct heap_ground wants it; NULL: there is none. Called locked. */
void *heap_backing_grow(size_t bytes);

/* Between these the heap is inconsistent: one thread at a time, and it is not ended there. Bounded work only. */
void heap_backing_lock(void);
void heap_backing_unlock(void);

/* ---- the caller's private heap ---------------------------------------------------------------------------------------- */

/* As above, zeroed; the first is at the slot's begin (private_slot.h). */
void *private_backing_grow(size_t bytes);

#endif
