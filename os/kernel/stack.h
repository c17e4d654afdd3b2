/*
 * Stacks: guarded ones (pages, an unmapped one below) and compact ones (packed side by side).
 *
 *     base + size   top: the first frame goes below
 *         ...       grows down
 *     base + 16     lowest address sp may have
 *     base          the user block; its id must still be the thread's, so it serves as canary
 */
#ifndef KERNEL_STACK_H
#define KERNEL_STACK_H

#include <petri/arch.h>

#include "kernel/domain.h"
#include "kernel/thread.h"

/* The class for this kind and size; STACK_CLASSES if there is none so large. */
uint32_t stack_class_guarded(uint32_t size);
static inline uint32_t stack_class(enum thread_stack kind, uint32_t size)
{
	if (kind != THREAD_COMPACT)
		return stack_class_guarded(size);
	if (size == 0)
		size = THREAD_COMPACT_SIZE;
	if (size < THREAD_COMPACT_MIN || size > THREAD_COMPACT_MAX)
		return STACK_CLASSES;
	return (size + COMPACT_STEP - 1) / COMPACT_STEP - 1;
}
uint32_t stack_class_size(uint32_t class);
/* Gives t a new stack of its class. ENOMEM. Under the domain's lock. */
PETRI_NODISCARD enum petri_error stack_make(struct domain *d, struct thread *t);
/* Gives a guarded stack's memory back; its addresses stay t's, and stack_restore() maps fresh memory there. ENOMEM. */
void stack_drop(struct domain *d, struct thread *t);
PETRI_NODISCARD enum petri_error stack_restore(struct domain *d, struct thread *t);

/* At each entry: sp within bounds and the user block untouched? Guarded stacks fault by themselves. */
static inline bool stack_intact(const struct thread *t)
{
	uint64_t low = t->stack_base + sizeof(struct user_block);

	return t->stack_kind == THREAD_GUARDED || (arch_stack_pointer(t) - low <= t->stack_size - sizeof(struct user_block) &&
						   ((const struct user_block *)t->stack_base)->tid == t->id);
}

/* The thread whose compact stack lies right below t's; NULL if there is none. */
struct thread *stack_neighbour_below(const struct thread *t);

#endif
