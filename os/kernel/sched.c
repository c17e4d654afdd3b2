/*
 * The scheduler: each core takes the most urgent ready thread (runq.c) for a quantum of CPU time; a tickless timer.
 *
 * A handler changes states through these calls; sched_leave(), its last step, chooses. Frames are complete when a handler begins, and a thread
 * is put away before it stands in a queue, so no half-saved thread can ever be there for another core to take.
 */
#include "kernel/sched.h"

#include "kernel/app.h"
#include "kernel/board.h"
#include "kernel/deadlock.h"
#include "kernel/domain.h"
#include "kernel/estate.h"
#include "kernel/log.h"
#include "kernel/runq.h"
#include "kernel/syscalls.h"
#include "kernel/system.h"
#include "kernel/ticks.h"
#include "kernel/timeout.h"
#include "kernel/waitq.h"

struct core cores[CORES_MAX];
uint32_t cores_online = 1;
#define KNOCKING 0 /* core->armed: long past, so fires at once */

uint64_t sched_default_quantum_ns = 10 * 1000 * 1000;

static uint32_t default_quantum; /* ticks */

#define QUANTUM_MAX_NS 10000000000ull

void sched_init(struct core *core, uint64_t seed)
{
	core->armed = core->soon = UINT64_MAX;
	core->since = arch_ticks();
	timeout_init(core);
	runq_init(core);
	default_quantum = sched_quantum(sched_default_quantum_ns);
	core->random = seed == 0 ? 0 : ((seed * 4 + core->number) * 2 + 1) * 0x9E3779B97F4A7C15ull;
}

#ifdef CHECKED
/* Nothing of this rank or further in is held. (Not before the core is known.) */
void lock_rank_enter(uint32_t rank)
{
	struct core *core = arch_core();

	if (core != NULL && core->ranks >> rank != 0)
		panic("a lock of rank %u is taken under one of rank %u", rank, 31u - (uint32_t)__builtin_clz(core->ranks));
	if (core != NULL)
		core->ranks |= 1u << rank;
}

void lock_rank_leave(uint32_t rank)
{
	if (arch_core() != NULL)
		arch_core()->ranks &= ~(1u << rank);
}
#endif

uint64_t sched_clamp_quantum(uint64_t ns)
{
	if (ns < SCHED_QUANTUM_MIN_NS)
		ns = SCHED_QUANTUM_MIN_NS;
	if (ns > QUANTUM_MAX_NS)
		ns = QUANTUM_MAX_NS;
	return ns;
}

uint32_t sched_quantum(uint64_t ns) { return ns == 0 ? default_quantum : (uint32_t)ticks_from_ns(sched_clamp_quantum(ns)); }

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
 * A simulator of several cores that counts instructions gives each core a turn that lasts until the next alarm of any. So there always is one (see
 * end_of_turn()); and a core that sets its own loses its turn at that moment, and may have to wait for as long as the others' turns last.
 */
#define TURN_NS 1000000u
static bool cores_take_turns(void) { return cores_online > 1 && system_simulated; }

/*
 * A quantum may be shorter than the machine needs to get back into the thread (QEMU in real time, or with cores that take turns). So that everybody
 * gets on, quanta double while threads are preempted where they went on, up to 20 us, or two turns. (A loop over atomic sections looks the same: it always stands behind the unmasking.)
 */
static uint32_t stretch(const struct core *core, uint32_t quantum)
{
	uint64_t limit = ticks_from_ns(cores_take_turns() ? 2 * TURN_NS : 20 * 1000);
	uint64_t longer = (uint64_t)quantum << core->stuck;

	if (longer > limit)
		longer = quantum > limit ? quantum : limit;
	return (uint32_t)longer;
}

static bool has_peers(const struct core *core, const struct thread *t) { return runq_ready_bits(core) & 1u << t->priority; }

void timer_knock(struct core *core)
{
	core->armed = KNOCKING;
	arch_timer_arm(KNOCKING);
}

static void arm_at(struct core *core, uint64_t when)
{
	if (when < core->armed) {
		core->armed = when;
		arch_timer_arm(when);
	}
}

#define SOON_NS 10000u

void timer_soon(struct core *core)
{
	core->soon = arch_ticks() + ticks_from_ns(SOON_NS);
	arm_at(core, core->soon);
}

void sched_let_others(struct core *core)
{
	if (cores_online == 1)
		return;
	timer_soon(core);
	arch_spin_hint();
}

void sched_timer(struct core *core)
{
	uint64_t now = arch_ticks();

	/* Off before the end of interrupt: a level still high would fire again. */
	arch_timer_arm(UINT64_MAX);
	core->armed = core->soon = UINT64_MAX;
	timeout_expire(core, now);
	deadlock_continue(core);
	apps_sweep(core);
	threads_continue(core);
	estates_continue(core);
	if (core->section_end != 0 && now >= core->section_end)
		core->reschedule = true;
	if (core->current == NULL)
		return;
	charge(core, now);
	if (has_peers(core, core->current) && core->current->left <= 0)
		core->reschedule = true;
}

/* What another core wants the thread to have that runs here. */
static void grant(struct thread *t)
{
	uint8_t wish = __atomic_exchange_n(&t->wish, 0, __ATOMIC_RELAXED);

	if (wish != 0)
		__atomic_store_n(&t->priority, wish - 1, __ATOMIC_RELAXED);
	wish = __atomic_exchange_n(&t->wish_affinity, 0, __ATOMIC_RELAXED);
	if (wish != 0)
		__atomic_store_n(&t->affinity, wish, __ATOMIC_RELEASE);
}

/* Another core has put something into our queue, or wants something of the thread that runs here. */
void sched_told(struct core *core)
{
	struct thread *t = core->current;

	if (system_stopping)
		system_stop_here(core);
	if (t == NULL)
		return;
	if (__atomic_load_n(&t->wishes, __ATOMIC_RELAXED) != 0)
		grant(t);
	__atomic_store_n(&core->running, 1u + t->priority, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST); /* see runq.c */
	if (condemned(t) != PETRI_OK || !(t->affinity & 1u << core->number) || runq_more_urgent(core, t->priority))
		core->reschedule = true;
}

/* So long may a user thread's atomic section keep off a switch that is due... */
#define SECTION_MAX_NS 50000u
/* ...and so many turns of that length has one that is killed inside, to leave it. */
#define DYING_TURNS 100u

/* ---- stopping and choosing --------------------------------------------------------------------------------------------- */

/* From now on another core may run the thread, as soon as it stands in a queue: so nothing of it stays in this one. */
static void put_away(struct core *core)
{
	if (core->fp_live) {
		arch_fp_save(core->current->fp);
		arch_fp_allow(false);
		core->fp_live = false;
	}
	core->current = NULL;
}

void sched_stop(struct core *core)
{
	charge(core, arch_ticks());
	put_away(core);
	core->switches++;
}

void sched_yield(struct core *core)
{
	struct thread *t = core->current;

	sched_stop(core);
	runq_ready_here(core, t);
}

/* Killed inside an atomic section it goes on until it has left, for so many turns. They are counted, not timed: a host that takes QEMU's
 * processor away takes time from a turn, but no turns, and what the section protects (the heap) stays sound. */
static bool may_end(struct thread *t)
{
	return condemned(t) != PETRI_OK && (!arch_in_atomic_section(t) || ++t->value >= DYING_TURNS);
}

/* A preempted thread keeps its place; one whose quantum is used up goes to the tail. One that is to die does so here. */
static void preempt(struct core *core)
{
	struct thread *t = core->current;

	charge(core, arch_ticks());
	if (arch_program_counter(t) != core->resumed_pc)
		core->stuck = 0;
	else if (core->stuck < 16)
		core->stuck++;
	put_away(core);
	if (may_end(t)) {
		core->switches++;
		spin_lock(&lives);
		thread_end(core, t, 0, condemned(t));
		spin_unlock(&lives);
		return;
	}
	core->preemptions++;
	runq_ready_again(core, t);
}

/* Interrupts stay masked: wfi ends when one is pending, and it is handled right here, so no wakeup can slip in between. */
static void idle(struct core *core)
{
	uint64_t start = arch_ticks();
	uint64_t when = timeout_next(core) < core->soon ? timeout_next(core) : core->soon;

	if (core->armed != KNOCKING && when != core->armed) {
		core->armed = when;
		arch_timer_arm(when);
	}
	__atomic_store_n(&core->idle_from, start, __ATOMIC_RELAXED);
	arch_wait();
	core->since = arch_ticks(); /* nobody is charged for it */
	__atomic_store_n(&core->idle_from, 0, __ATOMIC_RELAXED);
	core->idle += core->since - start;
	board.interrupt(core);
}

static struct thread *choose(struct core *core, bool *woken)
{
	struct thread *t = runq_take(core, woken);

	while (t == NULL) {
		__atomic_store_n(&core->running, 0, __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_SEQ_CST); /* see runq.c */
		t = runq_take(core, woken);
		if (t != NULL)
			break;
		idle(core);
		t = runq_take(core, woken);
	}
	return t;
}

static void limit_section(struct core *core)
{
	core->section_end = arch_ticks() + ticks_from_ns(SECTION_MAX_NS);
	arm_at(core, core->section_end);
}

static void switch_in(struct core *core)
{
	bool woken = false;
	struct thread *t = choose(core, &woken);
	uint32_t before = core->running;

	core->section_end = 0;
	if (woken)
		wait_finish(t);
	if (t->domain != core->domain)
		domain_visit(core, t->domain);
	if (t->left <= 0)
		t->left = stretch(core, draw_quantum(core, t));
	if (condemned(t) != PETRI_OK)
		limit_section(core);
	core->current = t;
	__atomic_store_n(&core->running, 1u + t->priority, __ATOMIC_RELAXED);
	if (t->priority + 1u != before && cores_online > 1)
		runq_turned(core, t->priority, before);
	core->reschedule = false;
	core->resumed_pc = arch_program_counter(t);
}

/* If others wait for their turn, the end of the quantum. Else there is none, but where cores take turns: there always is one. */
static uint64_t end_of_turn(const struct core *core, const struct thread *t)
{
	if (has_peers(core, t))
		return core->since + (uint64_t)t->left;
	return cores_take_turns() ? core->since + ticks_from_ns(TURN_NS) : UINT64_MAX;
}

/* The earlier of the next deadline and the end of the turn. An alarm that is set too early is left: it
 * finds nothing to do and sets the next. */
static void arm(struct core *core)
{
	uint64_t when = timeout_next(core), end = end_of_turn(core, core->current);

	arm_at(core, end < when ? end : when);
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
	if ((!(t->marks & THREAD_OVERSTAYED) || condemned(t) != PETRI_OK) && arch_ticks() < core->section_end) {
		arm_at(core, core->section_end);
		return true;
	}
	if (!__atomic_exchange_n(&t->domain->overstayed, true, __ATOMIC_RELAXED))
		klog("thread %s (id 0x%lx): an atomic section lasts longer than %u us\n", t->name, t->id, SECTION_MAX_NS / 1000);
	t->marks |= THREAD_OVERSTAYED; /* no more grace until it has left */
	return false;
}

void sys_preempt_point(struct core *core, struct thread *t)
{
	arch_set_result(t, PETRI_OK);
	if (!arch_is_user(t))
		return;
	arch_set_switch_due(t, false);
	t->marks &= (uint8_t)~THREAD_OVERSTAYED;
	if (condemned(t) != PETRI_OK)
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
		switch_in(core);
	arm(core);
	return core->current;
}
