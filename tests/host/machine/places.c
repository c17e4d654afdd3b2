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

static bool heap_right(const struct core *c)
{
	const uint32_t *heap = machine_timeouts[c->number];

	for (uint32_t i = 1; i <= c->timeouts.count; i++) {
		const struct thread *t = &threads[heap[i]];

		if (t->timeout_slot != i || t->timeout_core != c->number)
			return wrong("thread %u does not know its place %u in the heap of core %u", number(t), i, c->number);
		if (i > 1 && threads[heap[i / 2]].deadline > t->deadline)
			return wrong("the heap of core %u is out of order at %u", c->number, i);
		if (t->state != THREAD_SLEEPING && t->state != THREAD_BLOCKED)
			return wrong("thread %u of state %u has a deadline", number(t), t->state);
	}
	return c->timeouts.earliest == (c->timeouts.count > 0 ? threads[heap[1]].deadline : UINT64_MAX)
		       ? true
		       : wrong("core %u: the earliest deadline", c->number);
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
		if (!core_right(c) || !heap_right(c))
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
