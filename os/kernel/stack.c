/* Stacks: see stack.h. Under the domain's lock, given by the caller. */
#include "kernel/stack.h"

#include "kernel/page.h"

#define NEAR 64u

uint32_t stack_class_guarded(uint32_t size)
{
	if (size == 0)
		size = THREAD_GUARDED_SIZE;
	for (uint32_t c = 0; c < GUARDED_CLASSES; c++)
		if (size <= PAGE_SIZE << c)
			return COMPACT_CLASSES + c;
	return STACK_CLASSES;
}

uint32_t stack_class_size(uint32_t class)
{
	if (class < COMPACT_CLASSES)
		return (class + 1) * COMPACT_STEP;
	return (uint32_t)PAGE_SIZE << (class - COMPACT_CLASSES);
}

static enum petri_error make_compact(struct domain *d, struct stack_class *c, struct thread *t)
{
	while (c->mapped < c->next + t->stack_size) {
		enum petri_error error = domain_map_fresh(d, c->mapped, PAGE_SIZE);

		if (error != PETRI_OK)
			return error;
		c->mapped += PAGE_SIZE;
	}
	t->stack_base = c->next;
	c->next += t->stack_size;
	return PETRI_OK;
}

static uint64_t guarded_end(const struct thread *t) { return APP_GUARDED + (t->stack_class - COMPACT_CLASSES + 1) * 4 * GIB; }

/* A page stays unmapped between any two. */
static enum petri_error make_guarded(struct domain *d, struct stack_class *c, struct thread *t)
{
	enum petri_error error = PETRI_ENOMEM;

	if (c->next + t->stack_size <= guarded_end(t))
		error = domain_map_fresh(d, c->next, t->stack_size);
	if (error != PETRI_OK)
		return error;
	t->stack_base = c->next;
	c->next += t->stack_size + PAGE_SIZE;
	return PETRI_OK;
}

enum petri_error stack_make(struct domain *d, struct thread *t)
{
	struct stack_class *c = &d->stacks[t->stack_class];

	t->stack_size = stack_class_size(t->stack_class);
	if (t->stack_kind == THREAD_COMPACT)
		return c->next + PAGE_SIZE > APP_COMPACT + (t->stack_class + 1) * GIB ? PETRI_ENOMEM : make_compact(d, c, t);
	return make_guarded(d, c, t);
}

void stack_drop(struct domain *d, struct thread *t)
{
	domain_unmap(d, t->stack_base, t->stack_size);
	t->flags |= THREAD_STACK_DROPPED;
}

enum petri_error stack_restore(struct domain *d, struct thread *t)
{
	enum petri_error error = PETRI_OK;

	if (t->flags & THREAD_STACK_DROPPED)
		error = domain_map_fresh(d, t->stack_base, t->stack_size);
	return error;
}

static bool lies_below(const struct thread *n, const struct thread *t)
{
	return n->domain == t->domain && n->stack_kind == THREAD_COMPACT && n->stack_base + n->stack_size == t->stack_base;
}

/* Its user block, at the far end of its stack, tells who it is, unless the overrun was longer than that: then it is among those made at about the same
 * time, if they are near in the table. */
struct thread *stack_neighbour_below(const struct thread *t)
{
	uint64_t at = t->stack_base - t->stack_size, lowest = APP_COMPACT + t->stack_class * GIB;
	uint32_t index = THREAD_INDEX(t->id), resident = thread_counts.resident;
	uint32_t from = index > NEAR ? index - NEAR : 1, to = index + NEAR < resident ? index + NEAR : resident;
	struct thread *n = at >= lowest ? thread_find(((const struct user_block *)at)->tid) : NULL;

	if (n != NULL && lies_below(n, t))
		return n;
	for (n = &threads[from]; n <= &threads[to]; n++)
		if (lies_below(n, t))
			return n;
	return NULL;
}
