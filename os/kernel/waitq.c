/*
 * Wait queues: a hash table of buckets; in a bucket a chain of queues; in a queue a chain of groups, the most urgent first; a group
 * is a circle of threads of one priority in order of arrival.
 *
 *     bucket -> T1 =(queue_next)=> T9 ...             T1, T9: first threads of two queues
 *               |                                     T1, T5: first threads of the groups of T1's queue
 *               T1 <-> T2 <-> T3   priority 20        (link: the circle)
 *               | group_next
 *               T5 <-> T6          priority 16
 *
 * So a waiter is put in after at most 32 groups, the first is found at once, and all are woken in as many steps as there are groups. Locks: the
 * bucket, then timeouts or the run queue.
 */
#include "kernel/waitq.h"

#include "kernel/domain.h"
#include "kernel/page.h"
#include "kernel/sched.h"
#include "kernel/timeout.h"
#include "kernel/varray.h"

#define BYTES_PER_BUCKET 16384

uint32_t wait_bucket_shift;
static uint64_t epoch; /* how often a queue was woken as a whole */

void wait_init(uint64_t memory)
{
	static struct varray array = VARRAY(VARRAY_BUCKETS);
	uint32_t bits = 6;

	while (((uint64_t)BYTES_PER_BUCKET << bits) < memory)
		bits++;
	wait_bucket_shift = 64 - bits;
	if (varray_reserve(&array, sizeof(struct wait_bucket) << bits) != PETRI_OK)
		panic("no memory for the table of wait queues");
}

/* ---- one queue --------------------------------------------------------------------------------------------------------- */

/* Where the pointer to the queue's first thread is; *result == NULL: there is no such queue. */
static struct thread **find_queue(struct wait_bucket *b, uint64_t key)
{
	struct thread **q = &b->queues;

	while (*q != NULL && (*q)->wait_key != key)
		q = &(*q)->queue_next;
	return q;
}

bool wait_any(const struct wait_bucket *b, uint64_t key) { return *find_queue((struct wait_bucket *)b, key) != NULL; }

/* ---- owners: a mutex's queue hangs in the list of the thread that owns it, by its first waiter ---------------------------- */

static void disown(struct thread *first)
{
	struct thread **at = &threads[first->queue_owner].contended;

	if (first->queue_owner == 0)
		return;
	while (*at != first)
		at = &(*at)->contended_next;
	*at = first->contended_next;
	first->queue_owner = 0;
}

static void own(struct thread *first, uint32_t owner)
{
	first->queue_owner = owner;
	if (owner == 0)
		return;
	first->contended_next = threads[owner].contended;
	threads[owner].contended = first;
}

static void pass_ownership(struct thread *first, struct thread *heir)
{
	uint32_t owner = first->queue_owner;

	disown(first);
	own(heir, owner);
}

void wait_set_owner(struct wait_bucket *b, uint64_t key, struct thread *owner)
{
	struct thread *first = *find_queue(b, key);

	if (first == NULL)
		return;
	disown(first);
	own(first, owner != NULL ? THREAD_INDEX(owner->id) : 0);
}

/* ---- places in a queue ---------------------------------------------------------------------------------------------------- */

/* t becomes the first thread of the queue at q, in front of what is there. */
static void set_first(struct thread **q, struct thread *t)
{
	struct thread *old = *q;

	t->queue_next = old != NULL ? old->queue_next : NULL;
	t->queue_length = old != NULL ? old->queue_length : 0;
	t->queue_epoch = old != NULL ? old->queue_epoch : t->wait_epoch;
	t->queue_owner = 0;
	if (old != NULL)
		pass_ownership(old, t);
	*q = t;
}

static void insert(struct thread **q, struct thread *t)
{
	struct thread **g = q;

	while (*g != NULL && (*g)->priority > t->priority)
		g = &(*g)->group_next;
	if (*g != NULL && (*g)->priority == t->priority) {
		list_insert_before(&(*g)->link, &t->link);
	} else {
		struct thread *next = *g;

		list_init(&t->link);
		if (g == q)
			set_first(q, t);
		else
			*g = t;
		t->group_next = next;
	}
	(*q)->queue_length++;
}

/* t is the first of its group, to which *g points; q is the queue. */
static void remove_first_of_group(struct thread **q, struct thread **g, struct thread *t)
{
	struct thread *heir = t->group_next;
	uint32_t length = (*q)->queue_length - 1;

	if (!list_alone(&t->link)) {
		heir = list_entry(t->link.next, struct thread, link);
		heir->group_next = t->group_next;
		list_remove(&t->link);
	}
	if (g != q) {
		*g = heir;
		(*q)->queue_length = length;
	} else if (heir != NULL) {
		heir->queue_next = t->queue_next;
		heir->queue_length = length;
		heir->queue_epoch = t->queue_epoch;
		pass_ownership(t, heir);
		*q = heir;
	} else {
		disown(t);
		*q = t->queue_next;
	}
}

static struct thread *pop(struct thread **q)
{
	struct thread *t = *q;

	if (t != NULL)
		remove_first_of_group(q, q, t);
	return t;
}

struct thread *wait_pop(struct wait_bucket *b, uint64_t key) { return pop(find_queue(b, key)); }

/* ---- blocking and waking ----------------------------------------------------------------------------------------------- */

void wait_block(struct core *core, struct wait_bucket *b, uint64_t key, uint64_t deadline)
{
	struct thread *t = core->current;

	t->wait_key = key;
	t->wait_epoch = epoch;
	t->state = THREAD_BLOCKED;
	insert(find_queue(b, key), t);
	timeout_add(t, deadline);
	sched_stop(core);
}

void wait_restart(struct core *core, uint64_t key, uint64_t deadline)
{
	struct wait_bucket *b = wait_lock(key);

	core->current->flags |= THREAD_RESTART;
	wait_block(core, b, key, deadline);
	wait_unlock(b);
}

/* The end of a wait, in t's frame. */
static void finish(struct thread *t, enum petri_error result)
{
	if (t->timeout_slot != 0)
		timeout_remove(t);
	if ((t->flags & THREAD_RESTART) && result == PETRI_OK)
		arch_frame_restart(t);
	else
		arch_set_result(t, result);
	if (result != PETRI_OK)
		t->wait_key = 0; /* it gave up: see thread_is_joined() */
	t->flags &= (uint16_t) ~(THREAD_RESTART | THREAD_IN_CYCLE);
}

void wait_wake(struct core *core, struct thread *t, enum petri_error result)
{
	finish(t, result);
	sched_ready(core, t);
}

/*
 * Is t in the queue at q, or was it in one of the same key that was woken as a whole before this one began? Each such waking starts a
 * new epoch; a queue bears the epoch of its first waiter.
 */
static bool belongs(struct thread *const *q, const struct thread *t) { return *q != NULL && t->wait_epoch >= (*q)->queue_epoch; }

bool wait_is_live(const struct thread *t)
{
	struct wait_bucket *b = wait_lock(t->wait_key);
	bool live = belongs(find_queue(b, t->wait_key), t);

	wait_unlock(b);
	return live;
}

/* Takes t out of its queue at q: as the first of a group, or from within a circle. */
static void remove_from(struct thread **q, struct thread *t)
{
	for (struct thread **g = q; *g != NULL; g = &(*g)->group_next)
		if (*g == t) {
			remove_first_of_group(q, g, t);
			return;
		}
	list_unlink(&t->link);
	(*q)->queue_length--;
}

/* False: it had been woken already, and stands in the run queue. */
static bool extract(struct thread *t)
{
	struct wait_bucket *b = wait_lock(t->wait_key);
	struct thread **q = find_queue(b, t->wait_key);
	bool live = belongs(q, t);

	if (live)
		remove_from(q, t);
	wait_unlock(b);
	return live;
}

void wait_extract(struct core *core, struct thread *t)
{
	if (!extract(t))
		sched_unready(core, t);
	timeout_remove(t);
}

void wait_cancel(struct core *core, struct thread *t, enum petri_error result)
{
	if (extract(t))
		wait_wake(core, t, result);
}

void wait_reprioritise(struct core *core, struct thread *t, uint8_t priority)
{
	struct thread *owner = wait_owner(t);
	struct wait_bucket *b;

	if (!extract(t)) {
		sched_unready(core, t);
		t->priority = priority;
		wait_wake(core, t, PETRI_OK);
		return;
	}
	t->priority = priority;
	b = wait_lock(t->wait_key);
	insert(find_queue(b, t->wait_key), t);
	if (owner != NULL)
		wait_set_owner(b, t->wait_key, owner); /* it may have been alone */
	wait_unlock(b);
}

struct thread *wait_owner(const struct thread *t)
{
	struct wait_bucket *b = wait_lock(t->wait_key);
	struct thread **q = find_queue(b, t->wait_key);
	uint32_t owner = belongs(q, t) ? (*q)->queue_owner : 0;

	wait_unlock(b);
	return owner != 0 ? &threads[owner] : NULL;
}

uint32_t wait_length(uint64_t key)
{
	struct wait_bucket *b = wait_lock(key);
	const struct thread *first = *find_queue(b, key);
	uint32_t length = first != NULL ? first->queue_length : 0;

	wait_unlock(b);
	return length;
}

/* ---- waking many ------------------------------------------------------------------------------------------------------- */

/*
 * The groups go into the run queue as they are, circle by circle: at most 32 steps, however many threads. These stay BLOCKED until
 * the scheduler comes to them and calls wait_finish(); whoever meets one before sees by its epoch that it waits no more.
 */
uint32_t wait_wake_all(struct core *core, uint64_t key)
{
	struct wait_bucket *b = wait_lock(key);
	struct thread **q = find_queue(b, key);
	struct thread *first = *q;
	uint32_t count = first != NULL ? first->queue_length : 0;

	if (first != NULL) {
		disown(first);
		*q = first->queue_next;
		epoch++;
	}
	for (struct thread *g = first, *next; g != NULL; g = next) {
		next = g->group_next;
		sched_ready_circle(core, g);
	}
	wait_unlock(b);
	return count;
}

void wait_finish(struct thread *t) { finish(t, PETRI_OK); }
