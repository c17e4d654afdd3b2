/*
 * The scheduler of one core: 32 round-robin queues and a bitmap, a quantum of CPU time per thread, a tickless timer.
 *
 * A handler changes states through these calls; sched_leave(), its last step, chooses. Only then does another thread's
 * frame become the one to restore, so no half-saved thread can ever stand in a queue. Takes the run queue's lock, innermost
 * (docs/locking.md).
 */
#include "kernel/sched.h"

#include "kernel/app.h"
#include "kernel/board.h"
#include "kernel/deadlock.h"
#include "kernel/domain.h"
#include "kernel/log.h"
#include "kernel/syscalls.h"
#include "kernel/ticks.h"
#include "kernel/timeout.h"
#include "kernel/waitq.h"

struct core cores[CORES_MAX];
#define KNOCKING 0 /* core->armed: long past, so fires at once */

uint64_t sched_default_quantum_ns = 10 * 1000 * 1000;

static uint32_t default_quantum; /* ticks */

#define QUANTUM_MAX_NS 10000000000ull

void sched_init(struct core *core, uint64_t seed)
{
	core->armed = UINT64_MAX;
	default_quantum = sched_quantum(sched_default_quantum_ns);
	core->random = seed == 0 ? 0 : (seed * 2 + 1) * 0x9E3779B97F4A7C15ull;
	for (int p = 0; p < THREAD_PRIORITIES; p++)
		list_init(&core->runq.queues[p]);
}

uint64_t sched_clamp_quantum(uint64_t ns)
{
	if (ns < SCHED_QUANTUM_MIN_NS)
		ns = SCHED_QUANTUM_MIN_NS;
	if (ns > QUANTUM_MAX_NS)
		ns = QUANTUM_MAX_NS;
	return ns;
}

uint32_t sched_quantum(uint64_t ns) { return ns == 0 ? default_quantum : (uint32_t)ticks_from_ns(sched_clamp_quantum(ns)); }

/* ---- the run queue --------------------------------------------------------------------------------------------------- */

static void enqueue(struct core *core, struct thread *t, bool front)
{
	struct list *queue = &core->runq.queues[t->priority];

	t->state = THREAD_READY;
	spin_lock(&core->runq.lock);
	if (front)
		list_insert_after(queue, &t->link);
	else
		list_insert_before(queue, &t->link);
	core->runq.ready |= 1u << t->priority;
	spin_unlock(&core->runq.lock);
}

void sched_unready(struct core *core, struct thread *t)
{
	spin_lock(&core->runq.lock);
	list_unlink(&t->link);
	if (list_alone(&core->runq.queues[t->priority]))
		core->runq.ready &= ~(1u << t->priority);
	spin_unlock(&core->runq.lock);
}

void sched_ready(struct core *core, struct thread *t)
{
	enqueue(core, t, false);
	if (core->current != NULL && t->priority > core->current->priority)
		core->reschedule = true;
}

/* Puts a whole circle of threads of one priority at the tail: the links are those of the wait group. */
void sched_ready_circle(struct core *core, struct thread *first)
{
	struct list *queue = &core->runq.queues[first->priority];
	struct list *last = first->link.prev;

	spin_lock(&core->runq.lock);
	first->link.prev = queue->prev;
	queue->prev->next = &first->link;
	last->next = queue;
	queue->prev = last;
	core->runq.ready |= 1u << first->priority;
	spin_unlock(&core->runq.lock);
	if (core->current != NULL && first->priority > core->current->priority)
		core->reschedule = true;
}

/* ---- quantum ----------------------------------------------------------------------------------------------------------- */

/* Takes the time since the last charge off the current thread's quantum. */
static void charge(struct core *core, uint64_t now)
{
	core->current->left -= (int64_t)(now - core->since);
	core->since = now;
}

/* With a seed each quantum is drawn from half to one and a half, so that a sweep of seeds is a sweep of interleavings (xorshift64). */
static uint32_t draw_quantum(struct core *core, const struct thread *t)
{
	uint64_t quantum = t->quantum;

	if (core->random != 0) {
		core->random ^= core->random << 13;
		core->random ^= core->random >> 7;
		core->random ^= core->random << 17;
		quantum = quantum / 2 + core->random % (quantum + 1);
	}
	return quantum > 0 ? (uint32_t)quantum : 1;
}

/*
 * A quantum may be shorter than the machine needs to get back into the thread (QEMU in real time). So that everybody gets on, quanta double while
 * threads are preempted where they went on, up to 20 us. (A loop over atomic sections looks the same: it always stands behind the unmasking.)
 */
static uint32_t stretch(const struct core *core, uint32_t quantum)
{
	uint64_t limit = ticks_from_ns(20 * 1000);
	uint64_t longer = (uint64_t)quantum << core->stuck;

	if (longer > limit)
		longer = quantum > limit ? quantum : limit;
	return (uint32_t)longer;
}

static bool has_peers(const struct core *core, const struct thread *t) { return core->runq.ready & 1u << t->priority; }

void timer_knock(struct core *core)
{
	core->armed = KNOCKING;
	arch_timer_arm(KNOCKING);
}

void sched_timer(struct core *core)
{
	uint64_t now = arch_ticks();

	/* Off before the end of interrupt: a level still high would fire again. */
	arch_timer_arm(UINT64_MAX);
	core->armed = UINT64_MAX;
	timeout_expire(core, now);
	deadlock_continue(core);
	apps_sweep(core);
	if (core->section_end != 0 && now >= core->section_end)
		core->reschedule = true;
	if (core->current == NULL || !has_peers(core, core->current))
		return;
	charge(core, now);
	if (core->current->left <= 0)
		core->reschedule = true;
}

/* So long may a user thread's atomic section keep off a switch that is due... */
#define SECTION_MAX_NS 50000u
/* ...and so many turns of that length has one that is killed inside, to leave it. */
#define DYING_TURNS 100u

/* ---- stopping and choosing --------------------------------------------------------------------------------------------- */

void sched_stop(struct core *core)
{
	charge(core, arch_ticks());
	core->current = NULL;
	core->switches++;
}

void sched_yield(struct core *core)
{
	struct thread *t = core->current;

	sched_stop(core);
	enqueue(core, t, false);
}

/* Killed inside an atomic section it goes on until it has left, for so many turns. They are counted, not timed: a host that takes QEMU's
 * processor away takes time from a turn, but no turns, and what the section protects (the heap) stays sound. */
static bool may_die(struct thread *t)
{
	return (t->flags & THREAD_DYING) && (!arch_in_atomic_section(t) || ++t->value >= DYING_TURNS);
}

/* A preempted thread keeps its place; one whose quantum is used up goes to the tail. */
static void preempt(struct core *core)
{
	struct thread *t = core->current;

	if (may_die(t)) {
		sched_stop(core);
		thread_end(core, t, 0, PETRI_EKILLED);
		return;
	}
	charge(core, arch_ticks());
	if (arch_program_counter(t) != core->resumed_pc)
		core->stuck = 0;
	else if (core->stuck < 16)
		core->stuck++;
	core->current = NULL;
	core->preemptions++;
	enqueue(core, t, t->left > 0);
}

/* Interrupts stay masked: wfi ends when one is pending, and it is handled right here, so no wakeup can slip in between. */
static void idle(struct core *core)
{
	uint64_t start = arch_ticks();
	uint64_t when = timeout_next();

	if (core->armed != KNOCKING && when != core->armed) {
		core->armed = when;
		arch_timer_arm(when);
	}
	arch_wait();
	core->since = arch_ticks(); /* nobody is charged for it */
	core->idle += core->since - start;
	board.interrupt(core);
}

static struct thread *choose(struct core *core)
{
	struct thread *t;
	int p;

	while (core->runq.ready == 0)
		idle(core);
	p = 31 - __builtin_clz(core->runq.ready);
	t = list_entry(core->runq.queues[p].next, struct thread, link);
	sched_unready(core, t);
	return t;
}

/* FP registers and the address space stay loaded until somebody else needs the core. */
static void change_context(struct core *core, struct thread *t)
{
	struct thread *last = core->last;

	if (core->fp_live) {
		arch_fp_save(last->fp);
		arch_fp_allow(false);
		core->fp_live = false;
	}
	if (t->domain != core->domain)
		domain_visit(core, t->domain);
	core->last = t;
}

static void arm_at(struct core *core, uint64_t when)
{
	if (when < core->armed) {
		core->armed = when;
		arch_timer_arm(when);
	}
}

static void limit_section(struct core *core)
{
	core->section_end = arch_ticks() + ticks_from_ns(SECTION_MAX_NS);
	arm_at(core, core->section_end);
}

static void switch_in(struct core *core, struct thread *t)
{
	core->section_end = 0;
	if (t->state == THREAD_BLOCKED)
		wait_finish(t);
	if (t != core->last)
		change_context(core, t);
	if (t->left <= 0)
		t->left = stretch(core, draw_quantum(core, t));
	if (t->flags & THREAD_DYING)
		limit_section(core);
	t->state = THREAD_RUNNING;
	t->core = (uint8_t)core->number;
	core->current = t;
	core->reschedule = false;
	core->resumed_pc = arch_program_counter(t);
}

/* The earlier of the next deadline and, if others wait for their turn, the end of the quantum. An alarm that is set too early is left: it
 * finds nothing to do and sets the next. */
static void arm(struct core *core)
{
	const struct thread *t = core->current;
	uint64_t when = timeout_next();

	if (has_peers(core, t)) {
		uint64_t end = core->since + (uint64_t)t->left;

		if (end < when)
			when = end;
	}
	arm_at(core, when);
}

/*
 * A switch is due, and current is inside an atomic section: may it stay? A kernel thread has masked interrupts, and is interrupted again at the
 * moment of unmasking. A user thread calls when it leaves the section; if it takes too long it is told of, and preempted all the same.
 */
static bool section_may_last(struct core *core)
{
	struct thread *t = core->current;

	if (!arch_is_user(t)) {
		timer_knock(core);
		return true;
	}
	arch_set_switch_due(t, true);
	if (core->section_end == 0)
		limit_section(core);
	if ((t->flags & (THREAD_OVERSTAYED | THREAD_DYING)) != THREAD_OVERSTAYED && arch_ticks() < core->section_end) {
		arm_at(core, core->section_end);
		return true;
	}
	if (!t->domain->overstayed)
		klog("thread %s (id 0x%lx): an atomic section lasts longer than %u us\n", t->name, t->id, SECTION_MAX_NS / 1000);
	t->domain->overstayed = true;
	t->flags |= THREAD_OVERSTAYED; /* no more grace until it has left */
	return false;
}

void sys_preempt_point(struct core *core, struct thread *t)
{
	arch_set_result(t, PETRI_OK);
	if (!arch_is_user(t))
		return;
	arch_set_switch_due(t, false);
	t->flags &= (uint16_t)~THREAD_OVERSTAYED;
	if (t->flags & THREAD_DYING)
		core->reschedule = true;
}

struct thread *sched_leave(struct core *core)
{
	if (core->current != NULL && core->reschedule) {
		if (arch_in_atomic_section(core->current) && section_may_last(core))
			return core->current;
		preempt(core);
	}
	if (core->current == NULL)
		switch_in(core, choose(core));
	arm(core);
	return core->current;
}
