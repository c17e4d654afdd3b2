/* Circular doubly linked lists. A node alone points to itself; a list head is such a node. */
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *prev, *next;
};

#define list_entry(node, type, member) ((type *)((char *)(node) - offsetof(type, member)))

static inline void list_init(struct list *l) { l->prev = l->next = l; }
static inline bool list_alone(const struct list *l) { return l->next == l; }

/* Puts node in front of at: at the tail, if at is the list's head. */
static inline void list_insert_before(struct list *at, struct list *node)
{
	node->prev = at->prev;
	node->next = at;
	at->prev->next = node;
	at->prev = node;
}

static inline void list_insert_after(struct list *at, struct list *node) { list_insert_before(at->next, node); }

/* The node itself is left as it is: it goes into another list at once. */
static inline void list_unlink(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
}

static inline void list_remove(struct list *node)
{
	list_unlink(node);
	list_init(node);
}

/* All of from, which has some, goes to the tail of to. */
static inline void list_splice(struct list *to, struct list *from)
{
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	list_init(from);
}

#endif
