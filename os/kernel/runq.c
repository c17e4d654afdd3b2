/*
 * Run queues: see runq.h.
 *
 * A thread that is READY stands in the queue of core t->core; both are one word, which gets and loses such a value under that queue's lock
 * only. A core that is idle says so (running = 0) before it looks a last time, and who puts something in looks for idle cores after that:
 * with a full fence between on both sides, one of them sees the other. One run queue's lock at a time, innermost (docs/locking.md).
 */
#include "kernel/runq.h"

#include "kernel/board.h"
#include "kernel/sched.h"

bool runq_steals = true;
/* What the cores show: in the first all to all, or, without stealing, each in its own to itself. */
static union runq_bits views[CORES_MAX];

void runq_init(struct core *core)
{
	spin_init(&core->runq.lock, RANK_RUNQ);
	for (int p = 0; p < THREAD_PRIORITIES; p++)
		list_init(&core->runq.queues[p]);
	core->runq.view = &views[runq_steals ? 0 : core->number];
	core->runq.shown = &views[runq_steals ? 0 : core->number].of[core->number];
	runq_set_bits(core, 0);
}

/* ---- who is told --------------------------------------------------------------------------------------------------------- */

static uint32_t running(const struct core *c) { return __atomic_load_n(&c->running, __ATOMIC_RELAXED); }

/* Once, until it has heard: an interrupt is dear where it is a message to another thread of a host. */
void runq_tell(struct core *to)
{
	if (!__atomic_exchange_n(&to->told, true, __ATOMIC_SEQ_CST))
		board.interrupt_core(to->number);
}

void runq_heard(struct core *core)
{
	__atomic_store_n(&core->told, false, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Something of this priority has been put into to's queue. By an equal the quantum of who runs has an end from now on, if the timer is not set so early
 * already. */
static inline void notify_here(struct core *core, uint32_t priority)
{
	const struct thread *t = core->current;

	if (t == NULL || priority < t->priority)
		return;
	if (priority > t->priority)
		core->reschedule = true;
	else if (core->since + (uint64_t)t->left < core->armed)
		core->limited = true;
}

static void notify(struct core *core, struct core *to, uint32_t priority)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (to == core)
		notify_here(core, priority);
	else if (priority + 1 >= running(to))
		runq_tell(to);
}

/*
 * What came stands behind something: then a core that does nothing, or something less urgent (maybe since place() looked), can have it; if it is
 * many, all such cores. Who only gives way needs no such offer: what it gives way to stood there before, and was offered.
 */
void runq_offer(struct core *core, const struct core *to, uint32_t priority, uint32_t affinity, bool many)
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
static struct core *best_core(const struct thread *t)
{
	struct core *home = &cores[t->core];
	struct core *best;

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

static struct core *place(struct thread *t)
{
	struct core *to = best_core(t);

	arch_set_core(t, to->number);
	return to;
}

/* ---- a thread and its core ---------------------------------------------------------------------------------------------------- */

/* Under q's lock: t stands in it, as READY, or as BLOCKED, woken with others: that its wait is over, and which it is, the caller knows. */
static bool is_in(const struct core *c, const struct thread *t, uint8_t state, uint64_t ticket)
{
	return __atomic_load_n(&t->standing, __ATOMIC_ACQUIRE) == (state | c->number << 8) &&
	       (state == THREAD_READY || __atomic_load_n(&t->wait_ticket, __ATOMIC_RELAXED) == ticket);
}

/* ---- putting in ------------------------------------------------------------------------------------------------------------- */

static inline __attribute__((always_inline)) void insert(struct core *to, struct thread *t, uint32_t priority, bool front)
{
	spin_lock(&to->runq.lock);
	runq_put(to, t, priority, front);
	spin_unlock(&to->runq.lock);
}

static __attribute__((noinline)) void arrive_among(struct core *core, struct core *to, struct thread *t, bool front)
{
	uint32_t priority = t->priority, affinity = t->affinity;

	insert(to, t, priority, front);
	notify(core, to, priority);
	runq_offer(core, to, priority, affinity, false);
}

static inline __attribute__((always_inline)) void arrive_alone(struct core *core, struct thread *t, bool front)
{
	uint32_t priority = t->priority;

	insert(core, t, priority, front);
	notify_here(core, priority);
}

static inline __attribute__((always_inline)) void arrive(struct core *core, struct thread *t, bool front)
{
	if (cores_online > 1)
		arrive_among(core, place(t), t, front);
	else
		arrive_alone(core, t, front);
}

static void arrive_at(struct core *core, struct core *to, struct thread *t, bool front)
{
	if (cores_online > 1)
		arrive_among(core, to, t, front);
	else
		arrive_alone(core, t, front);
}

/* t is more urgent than what runs here: if this is its core, and nobody as urgent has come before, it need not stand in the queue for the moment until
 * the kernel is left. */
static __attribute__((noinline)) void arrive_first(struct core *core, struct thread *t)
{
	struct core *to = cores_online > 1 ? place(t) : core;
	struct thread *before = core->next;

	if (to != core || runq_ready_bits(core) >> t->priority != 0 || (before != NULL && t->priority <= before->priority)) {
		arrive_at(core, to, t, false);
		return;
	}
	runq_stand(t, THREAD_WAKING, core);
	core->next = t;
	core->reschedule = true;
	if (before != NULL)
		arrive(core, before, true);
}

void runq_ready(struct core *core, struct thread *t)
{
	if (core->current != NULL && t->priority > core->current->priority)
		arrive_first(core, t);
	else
		arrive(core, t, false);
}

void runq_queue_next(struct core *core)
{
	struct thread *t = core->next;

	core->next = NULL;
	if (t != NULL)
		arrive(core, t, true);
}

void runq_ready_again(struct core *core, struct thread *t) { arrive(core, t, t->left > 0); }
void runq_start(struct core *core, struct thread *t) { arrive_at(core, &cores[t->core], t, false); }

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
	runq_set_bits(to, to->runq.ready | 1u << first->priority);
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
		runq_offer(core, to, priority, affinity, !alone);
}

/* ---- taking ----------------------------------------------------------------------------------------------------------------- */

bool runq_more_urgent(const struct core *core, uint32_t priority) { return runq_within_reach(core) >> priority > 1; }

/*
 * What became ready while we chose may have been put elsewhere, since we still seemed to run what we ran before. Or we were told of it, for we ran
 * something less urgent, and it stays behind what we have taken instead.
 */
void runq_turned(struct core *core, uint32_t priority, uint32_t before)
{
	uint32_t bits;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	bits = runq_within_reach(core);
	if (priority + 1 > before && bits != 0)
		runq_offer(core, core, runq_top(bits), ~0u, true);
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
			runq_unlink(c, t);
			runq_stand(t, THREAD_WAKING, c);
		} else {
			put_on_notice(t, how);
		}
	}
	spin_unlock(&c->runq.lock);
	return found;
}
