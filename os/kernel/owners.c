/* Owners of contended mutexes: see owners.h. Takes owners, under a bucket's lock or alone. */
#include "kernel/owners.h"

/* Guards all those lists, and that nobody is made owner who has ended. */
static struct spinlock owners = SPINLOCK(RANK_OWNERS);

static void clear(struct thread *first)
{
	uint32_t next = first->contended_next, prev = first->contended_prev;

	if (prev != 0)
		threads[prev].contended_next = next;
	else
		threads[first->queue_owner].contended = next;
	if (next != 0)
		threads[next].contended_prev = prev;
	first->queue_owner = 0;
}

static void set(struct thread *first, uint32_t owner)
{
	uint32_t next = threads[owner].contended, index = THREAD_INDEX(first->id);

	first->queue_owner = owner;
	first->contended_prev = 0;
	first->contended_next = next;
	if (next != 0)
		threads[next].contended_prev = index;
	threads[owner].contended = index;
}

void owners_clear(struct thread *first)
{
	if (first->queue_owner == 0)
		return;
	spin_lock(&owners);
	clear(first);
	spin_unlock(&owners);
}

void owners_pass(struct thread *first, struct thread *heir)
{
	uint32_t owner = first->queue_owner;

	if (owner == 0)
		return;
	spin_lock(&owners);
	clear(first);
	set(heir, owner);
	spin_unlock(&owners);
}

static bool is_alive(const struct thread *t, uint64_t id)
{
	return !(__atomic_load_n(&t->flags, __ATOMIC_ACQUIRE) & THREAD_ENDED) && __atomic_load_n(&t->id, __ATOMIC_RELAXED) == id;
}

/* The queue always has an owner who hands it on, the old one or the new one: so both changes are one, or none. */
bool owners_set(struct thread *first, uint64_t owner)
{
	uint32_t index = THREAD_INDEX(owner);
	bool alive;

	if (first->queue_owner == index)
		return true; /* even if it ends just now: it has this one still to hand on */
	spin_lock(&owners);
	alive = owner == 0 || is_alive(&threads[index], owner);
	if (alive && first->queue_owner != 0)
		clear(first);
	if (alive && owner != 0)
		set(first, index);
	spin_unlock(&owners);
	return alive;
}

bool owners_end(struct thread *t)
{
	bool any;

	spin_lock(&owners);
	__atomic_store_n(&t->flags, t->flags | THREAD_ENDED, __ATOMIC_RELAXED);
	any = t->contended != 0;
	spin_unlock(&owners);
	return any;
}

bool owners_any(const struct thread *t, uint64_t *key)
{
	bool any;

	spin_lock(&owners);
	any = t->contended != 0;
	if (any)
		*key = threads[t->contended].wait_key;
	spin_unlock(&owners);
	return any;
}
