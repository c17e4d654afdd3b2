/*
 * The heap of deadlines: slot 1 is the earliest, children of slot i are 2i and 2i+1. It holds thread indexes, 4 bytes per
 * thread, in a virtual array that grows with the thread table. Takes timeouts.lock; wakes with no lock held.
 */
#include "kernel/timeout.h"

#include "kernel/sched.h"
#include "kernel/varray.h"
#include "kernel/waitq.h"

#define EXPIRE_PIECE 16

static struct {
	struct spinlock lock;
	uint32_t count;
	struct varray array;
} timeouts = {.array = VARRAY(VARRAY_TIMEOUTS)};

static uint32_t *const heap = (uint32_t *)VARRAY_TIMEOUTS;
uint64_t timeout_earliest = UINT64_MAX;

enum petri_error timeout_reserve(uint32_t count) { return varray_reserve(&timeouts.array, (count + 1) * sizeof(uint32_t)); }

static void place(uint32_t slot, uint32_t index)
{
	heap[slot] = index;
	threads[index].timeout_slot = slot;
}

static void note_earliest(void) { timeout_earliest = timeouts.count == 0 ? UINT64_MAX : threads[heap[1]].deadline; }

static void sift_up(uint32_t slot, uint32_t index)
{
	while (slot > 1 && threads[heap[slot / 2]].deadline > threads[index].deadline) {
		place(slot, heap[slot / 2]);
		slot /= 2;
	}
	place(slot, index);
}

static void sift_down(uint32_t slot, uint32_t index)
{
	for (;;) {
		uint32_t child = slot * 2;

		if (child > timeouts.count)
			break;
		if (child < timeouts.count && threads[heap[child + 1]].deadline < threads[heap[child]].deadline)
			child++;
		if (threads[heap[child]].deadline >= threads[index].deadline)
			break;
		place(slot, heap[child]);
		slot = child;
	}
	place(slot, index);
}

void timeout_add(struct thread *t, uint64_t deadline)
{
	if (deadline == UINT64_MAX)
		return;
	t->deadline = deadline;
	spin_lock(&timeouts.lock);
	kassert(t->timeout_slot == 0);
	timeouts.count++;
	sift_up(timeouts.count, THREAD_INDEX(t->id));
	note_earliest();
	spin_unlock(&timeouts.lock);
}

static void remove_locked(struct thread *t)
{
	uint32_t slot = t->timeout_slot;
	uint32_t moved = heap[timeouts.count--];

	t->timeout_slot = 0;
	if (slot <= timeouts.count) {
		if (slot > 1 && threads[heap[slot / 2]].deadline > threads[moved].deadline)
			sift_up(slot, moved);
		else
			sift_down(slot, moved);
	}
	note_earliest();
}

void timeout_remove(struct thread *t)
{
	spin_lock(&timeouts.lock);
	if (t->timeout_slot != 0)
		remove_locked(t);
	spin_unlock(&timeouts.lock);
}

static struct thread *pop_due(uint64_t now)
{
	struct thread *t = NULL;

	spin_lock(&timeouts.lock);
	if (timeout_next() <= now) {
		t = &threads[heap[1]];
		remove_locked(t);
	}
	spin_unlock(&timeouts.lock);
	return t;
}

void timeout_expire(struct core *core, uint64_t now)
{
	for (int i = 0; i < EXPIRE_PIECE; i++) {
		struct thread *t = pop_due(now);

		if (t == NULL)
			return;
		if (t->state == THREAD_SLEEPING)
			sched_ready(core, t);
		else
			wait_cancel(core, t, PETRI_ETIMEDOUT);
	}
}
