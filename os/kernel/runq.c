/*
 * Run queues: see runq.h.
 *
 * A thread that is READY stands in the queue of core t->core; both are one word, which gets and loses such a value under that queue's lock
 * only. A core that is idle says so (running = 0) before it looks a last time, and who puts something in looks for idle cores after that:
 * with a full fence between on both sides, one of them sees the other. One run queue's lock at a time, innermost (docs/locking.md).
 */
#include "kernel/runq.h"

#include "kernel/board.h"

bool runq_steals = true;

void runq_init(struct core *core)
{
	spin_init(&core->runq.lock, RANK_RUNQ);
	for (int p = 0; p < THREAD_PRIORITIES; p++)
		list_init(&core->runq.queues[p]);
}

/* ---- who is told --------------------------------------------------------------------------------------------------------- */

static uint32_t running(const struct core *c) { return __atomic_load_n(&c->running, __ATOMIC_RELAXED); }

void runq_tell(const struct core *to) { board.interrupt_core(to->number); }

/* Something of this priority has been put into to's queue. An equal is told of too: its quantum has an end from now on. */
static void notify(struct core *core, struct core *to, uint32_t priority)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (to == core) {
		if (core->current != NULL && priority > core->current->priority)
			core->reschedule = true;
		return;
	}
	if (priority + 1 >= running(to))
		runq_tell(to);
}

/*
 * What came stands behind something: then a core that does nothing, or something less urgent (maybe since place() looked), can have it; if it is
 * many, all such cores. Who only gives way needs no such offer: what it gives way to stood there before, and was offered.
 */
static void offer(struct core *core, const struct core *to, uint32_t priority, uint32_t affinity, bool many)
{
	struct core *least = NULL;

	if (!runq_steals || (!many && running(to) <= priority))
		return;
	for (struct core *c = cores; c < cores + cores_online; c++) {
		if (c == to || !(affinity & 1u << c->number) || running(c) > priority)
			continue;
		if (many)
			notify(core, c, priority);
		else if (least == NULL || running(c) < running(least))
			least = c;
	}
	if (least != NULL)
		notify(core, least, priority);
}

/* ---- where to --------------------------------------------------------------------------------------------------------------- */

/* Its last core, unless that is busy and another is idle, or runs something less urgent. Always one on which it may run. */
static struct core *place(const struct thread *t)
{
	struct core *home = &cores[t->core];
	struct core *best;

	if (cores_online == 1)
		return home;
	if (!(t->affinity & 1u << home->number))
		home = &cores[__builtin_ctz(t->affinity)];
	if (running(home) == 0 || !runq_steals)
		return home;
	best = home;
	for (struct core *c = cores; c < cores + cores_online; c++)
		if ((t->affinity & 1u << c->number) && running(c) < running(best))
			best = c;
	return running(best) == 0 || (running(best) <= t->priority && running(home) > t->priority) ? best : home;
}

/* ---- a thread and its core ---------------------------------------------------------------------------------------------------- */

static uint16_t standing(uint32_t state, const struct core *c) { return (uint16_t)(state | c->number << 8); }

static void stand(struct thread *t, uint32_t state, const struct core *c)
{
	__atomic_store_n(&t->standing, standing(state, c), __ATOMIC_RELEASE);
}

/* Under q's lock: t stands in it, as READY, or as BLOCKED, woken with others: that its wait is over, and which it is, the caller knows. */
static bool is_in(const struct core *c, const struct thread *t, uint8_t state, uint64_t ticket)
{
	return __atomic_load_n(&t->standing, __ATOMIC_ACQUIRE) == standing(state, c) &&
	       (state == THREAD_READY || __atomic_load_n(&t->wait_ticket, __ATOMIC_RELAXED) == ticket);
}

/* ---- putting in ------------------------------------------------------------------------------------------------------------- */

static void set_ready(struct runq *q, uint32_t bits) { __atomic_store_n(&q->ready, bits, __ATOMIC_RELAXED); }

static void insert(struct core *to, struct thread *t, uint32_t priority, bool front)
{
	struct list *queue = &to->runq.queues[priority];

	spin_lock(&to->runq.lock);
	stand(t, THREAD_READY, to);
	if (front)
		list_insert_after(queue, &t->link);
	else
		list_insert_before(queue, &t->link);
	set_ready(&to->runq, to->runq.ready | 1u << priority);
	spin_unlock(&to->runq.lock);
}

static void arrive(struct core *core, struct core *to, struct thread *t, bool front)
{
	uint32_t priority = t->priority, affinity = t->affinity;

	insert(to, t, priority, front);
	notify(core, to, priority);
	if (cores_online > 1)
		offer(core, to, priority, affinity, false);
}

void runq_ready(struct core *core, struct thread *t) { arrive(core, place(t), t, false); }
void runq_ready_again(struct core *core, struct thread *t) { arrive(core, place(t), t, t->left > 0); }
void runq_start(struct core *core, struct thread *t) { arrive(core, &cores[t->core], t, false); }
void runq_ready_here(struct core *core, struct thread *t) { insert(core, t, t->priority, false); }

/* The links are those of the wait group: only its ends are joined to the queue. */
static void splice(struct core *to, struct thread *first)
{
	struct list *queue = &to->runq.queues[first->priority];
	struct list *last = first->link.prev;

	spin_lock(&to->runq.lock);
	first->link.prev = queue->prev;
	queue->prev->next = &first->link;
	last->next = queue;
	queue->prev = last;
	set_ready(&to->runq, to->runq.ready | 1u << first->priority);
	spin_unlock(&to->runq.lock);
}

void runq_ready_circle(struct core *core, struct thread *first)
{
	uint32_t priority = first->priority;
	struct core *to = &cores[first->core];
	bool alone = list_alone(&first->link);
	uint32_t affinity = alone ? first->affinity : ~0u;

	splice(to, first);
	notify(core, to, priority);
	if (cores_online > 1)
		offer(core, to, priority, affinity, !alone);
}

/* ---- taking ----------------------------------------------------------------------------------------------------------------- */

static uint32_t top(uint32_t bits) { return 31 - (uint32_t)__builtin_clz(bits); }

/* The priorities that are ready somewhere where this core could take them. */
static uint32_t within_reach(const struct core *core)
{
	uint32_t bits = runq_ready_bits(core);

	if (runq_steals)
		for (const struct core *c = cores; c < cores + cores_online; c++)
			bits |= runq_ready_bits(c);
	return bits;
}

bool runq_more_urgent(const struct core *core, uint32_t priority) { return within_reach(core) >> priority > 1; }

/* The core with the most urgent ready thread (of this priority); this one, if it has an equal. NULL: nobody is ready. in_vain: for each core, of
 * which priorities nobody there may come here. */
static struct core *richest(struct core *core, const uint32_t *in_vain, uint32_t *priority)
{
	struct core *best = NULL;
	uint32_t bits = runq_ready_bits(core);

	if (bits != 0) {
		best = core;
		*priority = top(bits);
	}
	for (struct core *c = cores; c < cores + cores_online; c++) {
		bits = runq_ready_bits(c) & ~in_vain[c->number];
		if (bits != 0 && (best == NULL || top(bits) > *priority)) {
			best = c;
			*priority = top(bits);
		}
	}
	return best;
}

static void unlink_from(struct runq *q, struct thread *t)
{
	list_unlink(&t->link);
	if (list_alone(&q->queues[t->priority]))
		set_ready(q, q->ready & ~(1u << t->priority));
}

static struct thread *first(const struct runq *q)
{
	return q->ready == 0 ? NULL : list_entry(q->queues[top(q->ready)].next, struct thread, link);
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

	while (bits != 0 && (t = first_for(core, &q->queues[top(bits)])) == NULL) {
		*in_vain |= 1u << top(bits);
		bits &= ~(1u << top(bits));
	}
	return t;
}

static struct thread *take(struct core *core, struct core *from, struct thread *t, bool *woken)
{
	unlink_from(&from->runq, t);
	*woken = t->state == THREAD_BLOCKED;
	stand(t, THREAD_RUNNING, core);
	return t;
}

/* The first of its own, if it is as urgent as it seemed to be: it may run here, or would not stand here. */
static struct thread *take_own(struct core *core, uint32_t priority, bool *woken)
{
	struct thread *t;

	spin_lock(&core->runq.lock);
	t = first(&core->runq);
	t = t != NULL && t->priority >= priority ? take(core, core, t, woken) : NULL;
	spin_unlock(&core->runq.lock);
	return t;
}

static struct thread *steal(struct core *core, struct core *from, uint32_t priority, uint32_t *in_vain, bool *woken)
{
	struct thread *t;

	spin_lock(&from->runq.lock);
	t = most_urgent_for(core, &from->runq, priority, in_vain);
	if (t != NULL)
		take(core, from, t, woken);
	spin_unlock(&from->runq.lock);
	core->steals += t != NULL;
	return t;
}

static struct thread *take_from_any(struct core *core, bool *woken)
{
	uint32_t in_vain[CORES_MAX] = {0}, priority = 0;
	struct core *from;
	struct thread *t = NULL;

	while (t == NULL && (from = richest(core, in_vain, &priority)) != NULL)
		t = from == core ? take_own(core, priority, woken) : steal(core, from, priority, &in_vain[from->number], woken);
	return t;
}

struct thread *runq_take(struct core *core, bool *woken)
{
	if (cores_online > 1 && runq_steals)
		return take_from_any(core, woken);
	return runq_ready_bits(core) != 0 ? take_own(core, 0, woken) : NULL;
}

/*
 * What became ready while we chose may have been put elsewhere, since we still seemed to run what we ran before. Or we were told of it, for we ran
 * something less urgent, and it stays behind what we have taken instead.
 */
void runq_turned(struct core *core, uint32_t priority, uint32_t before)
{
	uint32_t bits;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	bits = within_reach(core);
	if (priority + 1 > before && bits != 0)
		offer(core, core, top(bits), ~0u, true);
	if (priority + 1 < before && bits >> priority > 1)
		runq_tell(core);
}

/* It ends at the end of its section, or of the time that it has for that. */
static void put_on_notice(struct thread *t, enum petri_error how)
{
	condemn(t, how);
	t->left = 0;
	arch_set_switch_due(t, true);
}

enum runq_found runq_take_out(struct thread *t, uint8_t state, uint64_t ticket, enum petri_error how)
{
	struct core *c = runq_of(t);
	enum runq_found found = RUNQ_ELSEWHERE;

	spin_lock(&c->runq.lock);
	if (is_in(c, t, state, ticket)) {
		found = how != PETRI_OK && arch_in_atomic_section(t) ? RUNQ_IN_SECTION : RUNQ_OUT;
		if (found == RUNQ_OUT) {
			unlink_from(&c->runq, t);
			stand(t, THREAD_WAKING, c);
		} else {
			put_on_notice(t, how);
		}
	}
	spin_unlock(&c->runq.lock);
	return found;
}
