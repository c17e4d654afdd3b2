/*
 * Wait queues: a hash table of buckets; in a bucket a chain of queues; in a queue a chain of groups, the most urgent first; a group
 * is a circle of threads of one priority and one core in order of arrival.
 *
 *     bucket -> T1 =(queue_next)=> T9 ...             T1, T9: first threads of two queues
 *               |                                     T1, T4, T5: first threads of the groups of T1's queue
 *               T1 <-> T2 <-> T3   priority 20, core 0        (link: the circle)
 *               | group_next
 *               T4                 priority 20, core 1
 *               | group_next
 *               T5 <-> T6          priority 16, core 0
 *
 * So a waiter is put in after at most 32 groups a core, the first is found among as many groups as there are cores, and all are woken in as many
 * steps as there are groups, each group going to its core. A ticket from the bucket tells who came first.
 *
 * Who is in a queue has its deadline in a tree, and both are given up under the bucket's lock, but by those that are woken as a whole. Locks: the
 * bucket, then owners, timeouts or a run queue.
 */
#include "kernel/waitq.h"

#include "kernel/domain.h"
#include "kernel/owners.h"
#include "kernel/page.h"
#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/timeout.h"
#include "kernel/varray.h"

#define BYTES_PER_BUCKET 16384

struct wait_table wait_table;

void wait_init(uint64_t memory)
{
	static struct varray array = VARRAY(VARRAY_BUCKETS);
	uint32_t bits = 6;

	while (((uint64_t)BYTES_PER_BUCKET << bits) < memory)
		bits++;
	wait_table = (struct wait_table){(struct wait_bucket *)VARRAY_BUCKETS, 0x9E3779B97F4A7C15ull, 64 - bits};
	if (varray_reserve(&array, sizeof(struct wait_bucket) << bits) != PETRI_OK)
		panic("no memory for the table of wait queues");
	for (uint64_t i = 0; i < 1ull << bits; i++) {
		struct wait_bucket *b = &wait_table.buckets[i];

		spin_init(&b->lock, RANK_BUCKET);
		b->ticket = i << wait_table.shift; /* no ticket is given twice */
	}
}

/* What t waits on, if it waits; another core may change it. Whoever sees that it is another sees that the wait before is over. */
static uint64_t key_of(const struct thread *t) { return __atomic_load_n(&t->wait_key, __ATOMIC_ACQUIRE); }

/* ---- one queue --------------------------------------------------------------------------------------------------------- */

bool wait_set_owner(struct wait_bucket *b, uint64_t key, uint64_t owner)
{
	struct thread *first = *wait_queue(b, key);

	return first == NULL || owners_set(first, owner);
}

bool wait_owned_by(struct wait_bucket *b, uint64_t key, const struct thread *t)
{
	const struct thread *first = *wait_queue(b, key);

	return first != NULL && first->queue_owner == THREAD_INDEX(t->id);
}

/* ---- places in a queue ---------------------------------------------------------------------------------------------------- */

/* t becomes the first thread of the queue at q, in front of what is there. */
static void set_first(struct thread **q, struct thread *t)
{
	struct thread *old = *q;

	t->queue_next = old != NULL ? old->queue_next : NULL;
	t->queue_length = old != NULL ? old->queue_length : 0;
	t->queue_ticket = old != NULL ? old->queue_ticket : t->wait_ticket;
	t->queue_owner = 0;
	if (old != NULL)
		owners_pass(old, t);
	*q = t;
}

void wait_insert_group(struct thread **q, struct thread *t)
{
	struct thread **g = q;

	while (*g != NULL && ((*g)->priority > t->priority || ((*g)->priority == t->priority && (*g)->core != t->core)))
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
		heir->queue_ticket = t->queue_ticket;
		owners_pass(t, heir);
		*q = heir;
	} else {
		owners_clear(t);
		*q = t->queue_next;
	}
}

/* The group whose first thread came first, of those that are most urgent. */
static struct thread **oldest(struct thread **q)
{
	struct thread **best = q;

	for (struct thread **g = q; *g != NULL && (*g)->priority == (*q)->priority; g = &(*g)->group_next)
		if ((*g)->wait_ticket < (*best)->wait_ticket)
			best = g;
	return best;
}

struct thread *wait_pop_first(struct thread **q)
{
	struct thread **g = oldest(q), *t = *g;

	remove_first_of_group(q, g, t);
	return t;
}

/* ---- blocking and waking ----------------------------------------------------------------------------------------------- */

void wait_restart(struct core *core, struct wait_bucket *b, uint64_t key, uint64_t deadline)
{
	core->current->marks |= THREAD_RESTART;
	wait_block(core, b, key, deadline);
}

void wait_finish_with(struct thread *t, enum petri_error result)
{
	if ((t->marks & THREAD_RESTART) && result == PETRI_OK)
		arch_frame_restart(t);
	else
		arch_set_result(t, result);
	if (result != PETRI_OK)
		__atomic_store_n(&t->wait_key, 0, __ATOMIC_RELEASE); /* it gave up: see thread_is_joined(), key_of() */
	t->marks &= (uint8_t) ~(THREAD_RESTART | THREAD_IN_CYCLE | THREAD_WAITING);
}

/*
 * Is t in the queue at q, or was it in one of the same key that was woken as a whole before this one began? Tickets rise; a queue bears that of
 * its first waiter. t may be anywhere by now, and block on another key at this moment: so these are read in the order opposite to that of
 * wait_block(), and either all belong to one wait, or the key is another.
 */
static bool belongs(struct thread *const *q, const struct thread *t)
{
	uint64_t ticket;

	if (*q == NULL || state_of(t) != THREAD_BLOCKED)
		return false;
	ticket = __atomic_load_n(&t->wait_ticket, __ATOMIC_ACQUIRE);
	return key_of(t) == (*q)->wait_key && ticket >= (*q)->queue_ticket;
}

bool wait_is_live(const struct thread *t)
{
	uint64_t key = key_of(t);
	struct wait_bucket *b = wait_lock(key);
	bool live = belongs(wait_queue(b, key), t);

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

bool wait_withdraw(struct wait_bucket *b, uint64_t key, struct thread *t)
{
	struct thread **q = wait_queue(b, key);
	bool live = belongs(q, t);

	if (live) {
		remove_from(q, t);
		wait_leave_queue(t);
	}
	return live;
}

enum runq_found wait_take_out(struct thread *t)
{
	uint64_t ticket = __atomic_load_n(&t->wait_ticket, __ATOMIC_ACQUIRE);
	uint64_t key = key_of(t); /* of that wait or of a later one */
	struct wait_bucket *b = wait_lock(key);
	bool live = wait_withdraw(b, key, t);
	enum runq_found found = RUNQ_OUT;

	wait_unlock(b);
	if (!live)
		found = runq_take_out(t, THREAD_BLOCKED, ticket, PETRI_OK);
	if (!live && found == RUNQ_OUT)
		timeout_remove(t); /* woken with the others, it kept its deadline */
	return found;
}

void wait_cancel(struct core *core, struct thread *t, enum petri_error result)
{
	uint64_t key = key_of(t);
	struct wait_bucket *b = wait_lock(key);
	bool live = wait_withdraw(b, key, t);

	wait_unlock(b);
	if (live)
		wait_wake(core, t, result);
}

void wait_expire(struct core *core, struct thread *t, uint64_t now)
{
	uint64_t key = key_of(t);
	struct wait_bucket *b = wait_lock(key);
	struct thread **q = wait_queue(b, key);
	bool live = timeout_take_due(core, t, now) && belongs(q, t);

	if (live) {
		remove_from(q, t);
		set_state(t, THREAD_WAKING);
	}
	wait_unlock(b);
	if (live)
		wait_wake(core, t, PETRI_ETIMEDOUT);
}

/* t waits in the queue at q. Who waits alone stays where it is: taken out, it would leave a queue without an owner. All of a group go to its core
 * when they are woken: so it is one on which each of them may run. */
static void give_waiting(struct wait_bucket *b, struct thread **q, struct thread *t, enum thread_trait trait, uint8_t value)
{
	bool stays = (*q)->queue_length == 1 || (trait == TRAIT_AFFINITY && (value & 1u << t->core));

	if (!stays)
		remove_from(q, t);
	give_trait(t, trait, value);
	if (has_deadline(t))
		timeout_follow(t);
	if (!(t->affinity & 1u << t->core)) {
		__atomic_store_n(&t->core, (uint8_t)__builtin_ctz(t->affinity), __ATOMIC_RELEASE);
		arch_set_core(t, t->core);
	}
	if (!stays) {
		__atomic_store_n(&t->wait_ticket, ++b->ticket, __ATOMIC_RELEASE);
		wait_insert(q, t);
	}
}

bool wait_give(struct core *core, struct thread *t, enum thread_trait trait, uint8_t value)
{
	uint64_t ticket = __atomic_load_n(&t->wait_ticket, __ATOMIC_ACQUIRE);
	uint64_t key = key_of(t); /* of that wait or of a later one */
	struct wait_bucket *b = wait_lock(key);
	struct thread **q = wait_queue(b, key);
	bool live = belongs(q, t);

	if (live)
		give_waiting(b, q, t, trait, value);
	wait_unlock(b);
	if (live || runq_take_out(t, THREAD_BLOCKED, ticket, PETRI_OK) != RUNQ_OUT)
		return live;
	give_trait(t, trait, value);
	wait_finish(t);
	runq_ready(core, t);
	return true;
}

struct thread *wait_owner(const struct thread *t)
{
	uint64_t key = key_of(t);
	struct wait_bucket *b = wait_lock(key);
	struct thread **q = wait_queue(b, key);
	uint32_t owner = belongs(q, t) && !has_deadline(t) ? (*q)->queue_owner : 0;

	wait_unlock(b);
	return owner != 0 ? &threads[owner] : NULL;
}

/* ---- waking many ------------------------------------------------------------------------------------------------------- */

/*
 * The groups go into the run queues as they are, circle by circle: at most 32 steps a core, however many threads. These stay BLOCKED until
 * a core comes to them and calls wait_finish(); whoever meets one before sees by its ticket that it waits no more.
 */
uint32_t wait_wake_up_to(struct core *core, uint64_t key, uint64_t most)
{
	struct wait_bucket *b = wait_lock(key);
	struct thread **q = wait_queue(b, key);
	struct thread *first = *q != NULL && (*q)->queue_length <= most ? *q : NULL;
	uint32_t count = 0;

	if (first != NULL) {
		count = first->queue_length;
		owners_clear(first);
		*q = first->queue_next;
	}
	for (struct thread *g = first, *next; g != NULL; g = next) {
		next = g->group_next;
		runq_ready_circle(core, g);
	}
	wait_unlock(b);
	return count;
}

void wait_finish_slowly(struct thread *t)
{
	if (has_deadline(t))
		timeout_remove(t);
	wait_finish_with(t, PETRI_OK);
}
