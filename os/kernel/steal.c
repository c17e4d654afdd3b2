/*
 * Stealing: a core that has nothing as urgent in its own run queue takes from the others'. One run queue's lock at a time (docs/locking.md).
 */
#include "kernel/runq.h"
#include "kernel/sched.h"

/* The core with the most urgent ready thread (of this priority); this one, if it has an equal. NULL: nobody is ready. in_vain: for each core, of
 * which priorities nobody there may come here. */
static struct core *richest(struct core *core, const uint32_t *in_vain, uint32_t *priority)
{
	struct core *best = NULL;
	uint32_t bits = runq_ready_bits(core);

	if (bits != 0) {
		best = core;
		*priority = runq_top(bits);
	}
	for (struct core *c = cores; c < cores + cores_online; c++) {
		bits = runq_ready_bits(c) & ~in_vain[c->number];
		if (bits != 0 && (best == NULL || runq_top(bits) > *priority)) {
			best = c;
			*priority = runq_top(bits);
		}
	}
	return best;
}

/*
 * Of those of one priority in another core's queue, the first that may come here. Those that may not do not hide the others behind them, but a
 * thief looks at so many only: the lock is held meanwhile.
 */
#define THIEF_LOOKS_AT 16
static struct thread *first_for(const struct core *core, const struct list *queue)
{
	int left = THIEF_LOOKS_AT;

	for (struct list *l = queue->next; l != queue && left > 0; l = l->next, left--) {
		struct thread *t = list_entry(l, struct thread, link);

		if (t->affinity & 1u << core->number)
			return t;
	}
	return NULL;
}

/* The most urgent that may come here, of this priority or higher ones. */
static struct thread *most_urgent_for(const struct core *core, const struct runq *q, uint32_t priority, uint32_t *in_vain)
{
	uint32_t bits = q->ready & ~*in_vain & ~0u << priority;
	struct thread *t = NULL;

	while (bits != 0 && (t = first_for(core, &q->queues[runq_top(bits)])) == NULL) {
		*in_vain |= 1u << runq_top(bits);
		bits &= ~(1u << runq_top(bits));
	}
	return t;
}

/* Where many wait, a thief takes some more: equals of the first that stood behind it, at most so many and at most half of them. */
#define LOOT_MAX 15
static void gather(struct core *core, struct core *from, struct list *queue, struct list *l, struct list *loot)
{
	struct list *rest = l;

	for (int i = 0; i < LOOT_MAX && rest != queue && (rest = rest->next) != queue && (rest = rest->next) != queue; i++) {
		struct thread *t = list_entry(l, struct thread, link);

		l = l->next;
		if (!(t->affinity & 1u << core->number))
			continue;
		runq_unlink(from, t);
		runq_stand(t, THREAD_WAKING, core);
		list_insert_before(loot, &t->link);
	}
}

/* Into its own queue, as what they were. For a moment they stood nowhere, and who looked then for something to do is told now. */
static void bring_home(struct core *core, uint32_t priority, struct list *loot)
{
	spin_lock(&core->runq.lock);
	while (!list_alone(loot)) {
		struct thread *t = list_entry(loot->next, struct thread, link);

		list_unlink(&t->link);
		arch_set_core(t, core->number);
		runq_put(core, t, priority, false);
		if (t->marks & THREAD_WAITING)
			runq_stand(t, THREAD_BLOCKED, core);
		core->steals++;
	}
	spin_unlock(&core->runq.lock);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	runq_offer(core, core, priority, ~0u, true);
}

/* Who has nothing else to do does not wait for a queue that is locked for long, but sleeps a little and looks again: maybe the host has taken the other
 * core's processor away, and may give it this one's. */
static bool lock_to_steal(struct core *core, struct core *from)
{
	if (runq_ready_bits(core) == 0) {
		if (spin_lock_soon(&from->runq.lock))
			return true;
		timer_soon(core);
		return false;
	}
	spin_lock(&from->runq.lock);
	return true;
}

/* The first of the most urgent there. NULL: nobody may come here (and of which priorities is noted), or the queue is *locked. */
static struct thread *steal(struct core *core, struct core *from, uint32_t priority, uint32_t *in_vain, bool *locked)
{
	struct list loot;
	struct thread *t;

	*locked = !lock_to_steal(core, from);
	if (*locked)
		return NULL;
	list_init(&loot);
	t = most_urgent_for(core, &from->runq, priority, in_vain);
	if (t != NULL) {
		struct list *queue = &from->runq.queues[t->priority], *behind = t->link.next;

		runq_unlink(from, t);
		runq_stand(t, THREAD_RUNNING, core);
		gather(core, from, queue, behind, &loot);
	}
	spin_unlock(&from->runq.lock);
	if (t == NULL)
		return NULL;
	arch_set_core(t, core->number);
	core->steals++;
	if (!list_alone(&loot))
		bring_home(core, t->priority, &loot);
	return t;
}

static struct thread *take_from_any(struct core *core)
{
	uint32_t in_vain[CORES_MAX] = {0}, priority = 0;
	struct core *from;
	struct thread *t = NULL;
	bool locked = false;

	while (t == NULL && !locked && (from = richest(core, in_vain, &priority)) != NULL)
		t = from == core ? runq_take_first(core, priority) : steal(core, from, priority, &in_vain[from->number], &locked);
	return t;
}

struct thread *runq_take(struct core *core)
{
	struct thread *t = runq_take_own(core);

	return t == NULL && runq_steals && runq_within_reach(core) != 0 ? take_from_any(core) : t;
}
