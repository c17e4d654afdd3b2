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
 * So a waiter is put in after at most 32 groups, and the first is found at once. Queues that were woken as a whole hang in wait_drained
 * until their threads have been readied. Locks: the bucket, then drain, then timeouts.
 */
#include "kernel/waitq.h"

#include "kernel/domain.h"
#include "kernel/page.h"
#include "kernel/sched.h"
#include "kernel/timeout.h"
#include "kernel/varray.h"

#define BYTES_PER_BUCKET 16384
#define DRAIN_PIECE 16

static struct wait_bucket *const buckets = (struct wait_bucket *)VARRAY_BUCKETS;
static uint32_t bucket_shift;
static uint64_t epoch; /* how often a queue was detached; under the lock of wait_drained */
struct wait_bucket wait_drained;

void wait_init(uint64_t memory)
{
	static struct varray array = VARRAY(VARRAY_BUCKETS);
	uint32_t bits = 6;

	while ((BYTES_PER_BUCKET << bits) < (int64_t)memory)
		bits++;
	bucket_shift = 64 - bits;
	if (varray_reserve(&array, sizeof(struct wait_bucket) << bits) != PETRI_OK)
		panic("no memory for the table of wait queues");
}

struct wait_bucket *wait_lock(uint64_t key)
{
	/* Fibonacci hashing: the golden ratio spreads neighbouring words. */
	struct wait_bucket *b = &buckets[(key >> 3) * 0x9E3779B97F4A7C15ull >> bucket_shift];

	spin_lock(&b->lock);
	return b;
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

bool wait_any(const struct wait_bucket *b, uint64_t key)
{
	return *find_queue((struct wait_bucket *)b, key) != NULL;
}

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

void wait_wake(struct core *core, struct thread *t, enum petri_error result)
{
	if (t->timeout_slot != 0)
		timeout_remove(t);
	if ((t->flags & THREAD_RESTART) && result == PETRI_OK)
		arch_frame_restart(t);
	else
		arch_set_result(t, result);
	t->flags &= (uint8_t)~THREAD_RESTART;
	sched_ready(core, t);
}

/*
 * Is t in the queue at q, or in one of the same key that was detached before this one began? Each detaching starts a new epoch; a
 * queue bears the epoch of its first waiter.
 */
static bool belongs(struct thread *const *q, const struct thread *t)
{
	return *q != NULL && t->wait_epoch >= (*q)->queue_epoch;
}

/* Takes t out of this bucket (or of drain): as a first of its group, or from within a circle. */
static void remove_from(struct wait_bucket *b, struct thread **q, struct thread *t)
{
	for (struct thread **any = &b->queues; *any != NULL; any = &(*any)->queue_next)
		for (struct thread **g = any; *g != NULL; g = &(*g)->group_next)
			if (*g == t) {
				remove_first_of_group(any, g, t);
				return;
			}
	list_remove(&t->link);
	if (q != NULL)
		(*q)->queue_length--;
}

/* True: t was in a live queue. False: it had been woken already and was only not yet drained. */
static bool extract(struct thread *t)
{
	struct wait_bucket *b = wait_lock(t->wait_key);
	struct thread **q = find_queue(b, t->wait_key);
	bool live = belongs(q, t);

	if (live) {
		remove_from(b, q, t);
	} else {
		spin_lock(&wait_drained.lock);
		remove_from(&wait_drained, NULL, t);
		spin_unlock(&wait_drained.lock);
	}
	wait_unlock(b);
	return live;
}

void wait_extract(struct thread *t)
{
	extract(t);
	timeout_remove(t);
}

void wait_cancel(struct core *core, struct thread *t, enum petri_error result)
{
	wait_wake(core, t, extract(t) ? result : PETRI_OK);
}

void wait_reprioritise(struct core *core, struct thread *t, uint8_t priority)
{
	bool live = extract(t);
	struct wait_bucket *b;

	t->priority = priority;
	if (!live) {
		wait_wake(core, t, PETRI_OK);
		return;
	}
	b = wait_lock(t->wait_key);
	insert(find_queue(b, t->wait_key), t);
	wait_unlock(b);
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

uint32_t wait_wake_all(struct core *core, uint64_t key)
{
	struct wait_bucket *b = wait_lock(key);
	struct thread **q = find_queue(b, key);
	struct thread *first = *q;
	uint32_t count = first != NULL ? first->queue_length : 0;

	if (first != NULL) {
		*q = first->queue_next;
		spin_lock(&wait_drained.lock);
		epoch++;
		first->queue_next = wait_drained.queues;
		wait_drained.queues = first;
		spin_unlock(&wait_drained.lock);
	}
	wait_unlock(b);
	wait_drain(core);
	return count;
}

static struct thread *drain_one(void)
{
	struct thread *t;

	spin_lock(&wait_drained.lock);
	t = pop(&wait_drained.queues);
	spin_unlock(&wait_drained.lock);
	return t;
}

/* A bounded piece; what is left is due at the next entry into the kernel, which the timer makes come at once. */
void wait_drain_piece(struct core *core)
{
	for (int i = 0; wait_drained.queues != NULL && i < DRAIN_PIECE; i++) {
		struct thread *t = drain_one();

		if (t != NULL)
			wait_wake(core, t, PETRI_OK);
	}
	if (wait_drained.queues != NULL && core->armed != 0) {
		core->armed = 0;
		arch_timer_arm(0);
	}
}
