/*
 * The heaps of deadlines, one per core: slot 1 is the earliest, children of slot i are 2i and 2i+1. They hold thread indexes, 4 bytes per
 * thread and core, in virtual arrays that grow with the thread table. A thread is in the heap of the core on which it stopped. Takes
 * timeouts.lock; wakes with no lock held.
 */
#include "kernel/timeout.h"

#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

#define EXPIRE_PIECE 16

static uint32_t *heap_of(const struct timeouts *h) { return (uint32_t *)h->array.base; }

void timeout_init(struct core *core)
{
	core->timeouts.earliest = UINT64_MAX;
	core->timeouts.array = (struct varray)VARRAY(VARRAY_TIMEOUTS(core->number));
	spin_init(&core->timeouts.lock, RANK_TIMEOUTS);
}

enum petri_error timeout_reserve(uint32_t count)
{
	enum petri_error error = PETRI_OK;

	for (uint32_t i = 0; error == PETRI_OK && i < cores_online; i++)
		error = varray_reserve(&cores[i].timeouts.array, (count + 1) * sizeof(uint32_t));
	return error;
}

static void place(struct timeouts *h, uint32_t slot, uint32_t index)
{
	heap_of(h)[slot] = index;
	__atomic_store_n(&threads[index].timeout_slot, slot, __ATOMIC_RELAXED);
}

static void note_earliest(struct timeouts *h)
{
	__atomic_store_n(&h->earliest, h->count == 0 ? UINT64_MAX : threads[heap_of(h)[1]].deadline, __ATOMIC_RELAXED);
}

static void sift_up(struct timeouts *h, uint32_t slot, uint32_t index)
{
	const uint32_t *heap = heap_of(h);

	while (slot > 1 && threads[heap[slot / 2]].deadline > threads[index].deadline) {
		place(h, slot, heap[slot / 2]);
		slot /= 2;
	}
	place(h, slot, index);
}

static void sift_down(struct timeouts *h, uint32_t slot, uint32_t index)
{
	const uint32_t *heap = heap_of(h);

	for (;;) {
		uint32_t child = slot * 2;

		if (child > h->count)
			break;
		if (child < h->count && threads[heap[child + 1]].deadline < threads[heap[child]].deadline)
			child++;
		if (threads[heap[child]].deadline >= threads[index].deadline)
			break;
		place(h, slot, heap[child]);
		slot = child;
	}
	place(h, slot, index);
}

static uint32_t heap_core(const struct thread *t) { return __atomic_load_n(&t->timeout_core, __ATOMIC_RELAXED); }

static void add_locked(struct core *core, struct thread *t, uint64_t deadline)
{
	struct timeouts *h = &core->timeouts;

	kassert(t->timeout_slot == 0);
	__atomic_store_n(&t->timeout_core, (uint8_t)core->number, __ATOMIC_RELAXED);
	t->deadline = deadline;
	h->count++;
	sift_up(h, h->count, THREAD_INDEX(t->id));
	note_earliest(h);
}

void timeout_add(struct core *core, struct thread *t, uint64_t deadline)
{
	if (deadline == UINT64_MAX)
		return;
	spin_lock(&core->timeouts.lock);
	add_locked(core, t, deadline);
	spin_unlock(&core->timeouts.lock);
	timer_by(core, timeout_next(core)); /* with the lock given back: to write to a timer may take long */
}

void timeout_sleep(struct core *core, struct thread *t, uint64_t deadline)
{
	spin_lock(&core->timeouts.lock);
	__atomic_store_n(&t->timeout_core, (uint8_t)core->number, __ATOMIC_RELAXED);
	set_state(t, THREAD_SLEEPING);
	if (deadline != UINT64_MAX)
		add_locked(core, t, deadline);
	spin_unlock(&core->timeouts.lock);
	timer_by(core, timeout_next(core));
}

/* Under h's lock: does t sleep here? (It begins and ceases to do so under this lock only.) */
static bool sleeps_in(const struct timeouts *h, const struct thread *t)
{
	return state_of(t) == THREAD_SLEEPING && &cores[heap_core(t)].timeouts == h;
}

bool timeout_give(struct thread *t, enum thread_trait trait, uint8_t value)
{
	struct timeouts *h = &cores[heap_core(t)].timeouts;
	bool sleeps;

	spin_lock(&h->lock);
	sleeps = sleeps_in(h, t);
	if (sleeps)
		give_trait(t, trait, value);
	spin_unlock(&h->lock);
	return sleeps;
}

static void remove_locked(struct timeouts *h, struct thread *t)
{
	const uint32_t *heap = heap_of(h);
	uint32_t slot = t->timeout_slot;
	uint32_t moved = heap[h->count--];

	if (slot <= h->count) {
		if (slot > 1 && threads[heap[slot / 2]].deadline > threads[moved].deadline)
			sift_up(h, slot, moved);
		else
			sift_down(h, slot, moved);
	}
	note_earliest(h);
	__atomic_store_n(&t->timeout_slot, 0, __ATOMIC_RELEASE); /* its deadline is read no more: see has_deadline() */
}

void timeout_remove(struct thread *t)
{
	struct timeouts *h = &cores[heap_core(t)].timeouts;

	spin_lock(&h->lock);
	if (t->timeout_slot != 0)
		remove_locked(h, t);
	spin_unlock(&h->lock);
}

bool timeout_take_sleeper(struct thread *t)
{
	struct timeouts *h = &cores[heap_core(t)].timeouts;
	bool sleeps;

	spin_lock(&h->lock);
	sleeps = sleeps_in(h, t);
	if (sleeps && t->timeout_slot != 0)
		remove_locked(h, t);
	if (sleeps)
		set_state(t, THREAD_WAKING);
	spin_unlock(&h->lock);
	return sleeps;
}

bool timeout_take_due(struct core *core, struct thread *t, uint64_t now)
{
	struct timeouts *h = &core->timeouts;
	bool due;

	spin_lock(&h->lock);
	due = h->earliest <= now && &threads[heap_of(h)[1]] == t;
	if (due)
		remove_locked(h, t);
	spin_unlock(&h->lock);
	return due;
}

/* The first, if it is due. A sleeper is taken out at once, and is ours then (*sleeper). One that is BLOCKED is not: its wait may end at any moment. */
static struct thread *first_due(struct core *core, uint64_t now, bool *sleeper)
{
	struct timeouts *h = &core->timeouts;
	struct thread *t = NULL;

	spin_lock(&h->lock);
	if (h->earliest <= now) {
		t = &threads[heap_of(h)[1]];
		*sleeper = state_of(t) == THREAD_SLEEPING;
		if (*sleeper) {
			remove_locked(h, t);
			set_state(t, THREAD_WAKING);
		}
	}
	spin_unlock(&h->lock);
	return t;
}

void timeout_expire(struct core *core, uint64_t now)
{
	for (int i = 0; i < EXPIRE_PIECE; i++) {
		bool sleeper = false;
		struct thread *t = first_due(core, now, &sleeper);

		if (t == NULL)
			return;
		if (sleeper)
			runq_ready(core, t);
		else
			wait_expire(core, t, now);
	}
}
