/* See places.h. */
#include "places.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "machine.h"

#include "kernel/domain.h"
#include "kernel/waitq.h"

static char text[200];
static uint8_t seen[MACHINE_THREADS + 1]; /* in how many places a thread was found */

__attribute__((format(printf, 1, 2))) static bool wrong(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return false;
}

static unsigned int number(const struct thread *t) { return (unsigned int)(t - machine_table); }
static struct thread *thread_at(struct list *l) { return list_entry(l, struct thread, link); }

static bool saw(const struct thread *t)
{
	if (t <= machine_table || t > machine_table + MACHINE_THREADS)
		return wrong("something that is no thread stands in a queue");
	return ++seen[number(t)] == 1 ? true : wrong("thread %u stands in two places", number(t));
}

/* ---- run queues -------------------------------------------------------------------------------------------------------------------- */

static bool queue_right(const struct core *c, uint32_t p)
{
	const struct list *queue = &c->runq.queues[p];

	if ((runq_ready_bits(c) >> p & 1) == list_alone(queue))
		return wrong("core %u: the bit of priority %u", c->number, p);
	for (struct list *l = queue->next; l != queue; l = l->next) {
		const struct thread *t = thread_at(l);

		if (!saw(t))
			return false;
		if (l->next->prev != l || t->priority != p)
			return wrong("thread %u of priority %u in the queue of %u on core %u", number(t), t->priority, p,
				     c->number);
		if (t->state != THREAD_READY && t->state != THREAD_BLOCKED)
			return wrong("thread %u of state %u is ready", number(t), t->state);
		if (t->core != c->number)
			return wrong("thread %u of core %u is in the queue of core %u", number(t), t->core, c->number);
	}
	return true;
}

static bool core_right(const struct core *c)
{
	const struct thread *t = c->current;

	for (uint32_t p = 0; p < THREAD_PRIORITIES; p++)
		if (!queue_right(c, p))
			return false;
	if (t == NULL)
		return c->running == 0 ? true : wrong("core %u is idle and says that it is not", c->number);
	if (t->state != THREAD_RUNNING || t->core != c->number || c->running != 1u + t->priority)
		return wrong("thread %u runs on core %u, with state %u, core %u, priority %u of %u", number(t), c->number,
			     t->state, t->core, t->priority, c->running);
	return saw(t);
}

/* ---- deadlines ----------------------------------------------------------------------------------------------------------------------- */

/* The tree below this thread, between these deadlines. Adds up how many they are; *blacks: how many there are on each way down. */
static bool tree_below(const struct core *c, uint32_t index, uint64_t from, uint64_t to, uint32_t *count, uint32_t *blacks)
{
	const struct thread *t = &threads[index];
	uint32_t blacks_of[2];

	*blacks = 1;
	if (index == 0)
		return t->timeout_red ? wrong("nobody is red") : true;
	++*count;
	if (t->timeout_core != c->number || t->deadline < from || t->deadline > to)
		return wrong("thread %u is in the wrong place among the deadlines of core %u", number(t), c->number);
	if (t->state != THREAD_SLEEPING && t->state != THREAD_BLOCKED)
		return wrong("thread %u of state %u has a deadline", number(t), t->state);
	if (t->timeout_tree != t->priority)
		return wrong("thread %u of priority %u has its deadline among those of %u", number(t), t->priority,
			     t->timeout_tree);
	for (int side = 0; side < 2; side++) {
		uint32_t below = t->timeout_below[side];

		if (below != 0 && (threads[below].timeout_up != index || (t->timeout_red && threads[below].timeout_red)))
			return wrong("below thread %u stands one who does not know it, or is red as well", number(t));
		if (!tree_below(c, below, side ? t->deadline : from, side ? to : t->deadline, count, &blacks_of[side]))
			return false;
	}
	*blacks = blacks_of[0] + !t->timeout_red;
	return blacks_of[0] == blacks_of[1] ? true : wrong("the tree leans at thread %u", number(t));
}

static uint32_t leftmost(uint32_t index)
{
	while (index != 0 && threads[index].timeout_below[0] != 0)
		index = threads[index].timeout_below[0];
	return index;
}

static bool deadlines_right(const struct core *c, uint32_t *count)
{
	uint64_t earliest = UINT64_MAX;
	uint32_t blacks;

	for (uint32_t p = 0; p < THREAD_PRIORITIES; p++) {
		const struct deadlines *d = &c->timeouts.trees[p];

		if ((d->top != 0) != (c->timeouts.used >> p & 1) || d->first != leftmost(d->top))
			return wrong("core %u: which trees of deadlines are in use, and who is first", c->number);
		if (d->top != 0 && (threads[d->top].timeout_up != DEADLINES_TOP || threads[d->top].timeout_red))
			return wrong("core %u: the top of a tree of deadlines", c->number);
		if (!tree_below(c, d->top, 0, UINT64_MAX, count, &blacks))
			return false;
		if (d->first != 0 && threads[d->first].deadline < earliest)
			earliest = threads[d->first].deadline;
	}
	return c->timeouts.earliest == earliest ? true : wrong("core %u: the earliest deadline", c->number);
}

uint32_t machine_deadlines(uint32_t core)
{
	uint32_t count = 0;

	return deadlines_right(&cores[core], &count) ? count : UINT32_MAX;
}

/* ---- wait queues ---------------------------------------------------------------------------------------------------------------------- */

static bool group_right(struct thread *first, const struct thread *of, uint32_t *count)
{
	struct list *l = &first->link;

	do {
		const struct thread *t = thread_at(l);

		if (!saw(t))
			return false;
		if (t->state != THREAD_BLOCKED || t->wait_key != of->wait_key || t->wait_ticket < of->queue_ticket)
			return wrong("thread %u of state %u waits in a queue that is not its own", number(t), t->state);
		if (t->priority != first->priority || t->core != first->core)
			return wrong("thread %u is in a group of others", number(t));
		++*count;
		l = l->next;
	} while (l != &first->link);
	return true;
}

static bool waiters_right(struct thread *first)
{
	uint32_t count = 0;

	for (struct thread *g = first; g != NULL; g = g->group_next) {
		if (!group_right(g, first, &count))
			return false;
		if (g->group_next != NULL && g->group_next->priority > g->priority)
			return wrong("a queue's groups are out of order");
	}
	return count == first->queue_length ? true : wrong("a queue of %u says that it has %u", count, first->queue_length);
}

/* ---- all ---------------------------------------------------------------------------------------------------------------------------------- */

static bool saw_all(const struct list *head)
{
	for (struct list *l = head->next; l != head; l = l->next)
		if (!saw(thread_at(l)))
			return false;
	return true;
}

static bool each_once(void)
{
	for (uint32_t i = 1; i <= thread_counts.resident; i++) {
		const struct thread *t = &threads[i];

		if (t->state == THREAD_WAKING)
			return wrong("thread %u is on its way, and nobody takes it along", i);
		if (seen[i] != (t->state != THREAD_SLEEPING && t->state != THREAD_JOINING))
			return wrong("thread %u of state %u stands in %u places", i, t->state, seen[i]);
	}
	return true;
}

static bool all_right(void)
{
	const struct wait_bucket *buckets = (const struct wait_bucket *)machine_buckets;

	for (const struct core *c = cores; c < cores + cores_online; c++)
		if (!core_right(c) || machine_deadlines(c->number) == UINT32_MAX)
			return false;
	for (uint32_t i = 0; i < MACHINE_BUCKETS; i++)
		for (struct thread *q = buckets[i].queues; q != NULL; q = q->queue_next)
			if (!waiters_right(q))
				return false;
	for (uint32_t i = 0; i < STACK_CLASSES; i++)
		if (!saw_all(&domains[0].stacks[i].idle))
			return false;
	return saw_all(&domains[0].ended) && saw_all(&domains[0].claimed) && each_once();
}

const char *places_wrong(void)
{
	memset(seen, 0, sizeof(seen));
	return all_right() ? NULL : text;
}

const struct thread *places_most_urgent(uint32_t n)
{
	const struct thread *best = NULL;

	for (uint32_t p = THREAD_PRIORITIES; p-- > 0 && best == NULL;)
		for (const struct core *c = cores; c < cores + cores_online && best == NULL; c++) {
			if (!runq_steals && c->number != n)
				continue;
			for (const struct list *l = c->runq.queues[p].next; l != &c->runq.queues[p] && best == NULL; l = l->next)
				if (thread_at((struct list *)l)->affinity & 1u << n)
					best = thread_at((struct list *)l);
		}
	return best;
}
