/*
 * Where the caller's private heap is, and whether there is one. In line: it is half of what an allocation costs. A test on the host has its own.
 */
#ifndef PRIVATE_SLOT_H
#define PRIVATE_SLOT_H

#include <petri/heap.h>
#include <petri/thread.h>

/* The slots of all addresses, counted. */
static inline uint64_t private_slot_number(void)
{
	return PRIVATE_HEAPS / PRIVATE_HEAP_SIZE + (thread_self() & ((1u << THREAD_ID_INDEX_BITS) - 1));
}
static inline void *private_slot_of(uint64_t number) { return (void *)(uintptr_t)(number * PRIVATE_HEAP_SIZE); }

/* NULL: this thread can have none. */
static inline void *private_slot(void)
{
	uint64_t number = private_slot_number();

	return number < PRIVATE_HEAPS / PRIVATE_HEAP_SIZE + PRIVATE_HEAPS_MAX ? private_slot_of(number) : NULL;
}

/* NULL: there is no heap in it yet. */
static inline void *private_slot_made(void) { return private_slot_of(arch_user_block()->flags >> ARCH_PRIVATE_HEAP); }

/* Atomically: the kernel sets a flag of this word when it interrupts us. */
static inline void private_slot_set_made(void)
{
	__atomic_fetch_or(&arch_user_block()->flags, (uint32_t)private_slot_number() << ARCH_PRIVATE_HEAP, __ATOMIC_RELAXED);
}

_Static_assert(PRIVATE_HEAPS / PRIVATE_HEAP_SIZE + PRIVATE_HEAPS_MAX <= 1u << (32 - ARCH_PRIVATE_HEAP),
	       "a slot's number fits beside the flags");

#endif
