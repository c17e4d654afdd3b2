/*
 * The scheduler: each core takes the most urgent ready thread (runq.c) for a quantum of CPU time; a tickless timer.
 *
 * A handler changes states through these calls; what it leaves to be seen to (core->look) sched_leave() does. Frames are complete when a handler begins, and a thread
 * is put away before it stands in a queue, so no half-saved thread can ever be there for another core to take.
 */
#include "kernel/sched.h"

#include "kernel/board.h"
#include "kernel/domain.h"
#include "kernel/later.h"
#include "kernel/log.h"
#include "kernel/runq.h"
#include "kernel/section.h"
#include "kernel/syscalls.h"
#include "kernel/system.h"
#include "kernel/ticks.h"
#include "kernel/timeout.h"
#include "kernel/waitq.h"

struct core cores[CORES_MAX];
uint32_t cores_online = 1;
#define KNOCKING 0 /* core->armed: long past, so fires at once */

uint64_t sched_default_quantum_ns = 10 * 1000 * 1000;

uint32_t sched_default_quantum;

#define QUANTUM_MAX_NS 10000000000ull
/*
 * A simulator of several cores that counts instructions gives each core a turn that lasts until the next alarm of any. So there always is one
 * (arm()); and a core that sets its own loses its turn at that moment, and may have to wait for as long as the others' turns last.
 */
#define TURN_NS 1000000u

void sched_init(struct core *core, uint64_t seed)
{
	core->armed = core->soon = UINT64_MAX;
	core->turn = system_cores_wanted > 1 && system_simulated ? ticks_from_ns(TURN_NS) : 0;
	core->since = arch_ticks();
	timeout_init(core);
	runq_init(core);
	sched_default_quantum = sched_quantum(sched_default_quantum_ns);
	core->random = seed == 0 ? 0 : ((seed * 4 + core->number) * 2 + 1) * 0x9E3779B97F4A7C15ull;
}

uint64_t sched_clamp_quantum(uint64_t ns)
{
	if (ns < SCHED_QUANTUM_MIN_NS)
		ns = SCHED_QUANTUM_MIN_NS;
	if (ns > QUANTUM_MAX_NS)
		ns = QUANTUM_MAX_NS;
	return ns;
}

uint32_t sched_quantum(uint64_t ns) { return ns == 0 ? sched_default_quantum : (uint32_t)ticks_from_ns(sched_clamp_quantum(ns)); }

/* ---- quantum ----------------------------------------------------------------------------------------------------------- */

/* With a seed each quantum is drawn from half to one and a half, so that a sweep of seeds is a sweep of interleavings (xorshift64). */
static uint32_t draw_quantum(struct core *core, const struct thread *t)
{
	uint64_t quantum = __atomic_load_n(&t->quantum, __ATOMIC_RELAXED); /* sys_thread_quantum() may give it another now */

	if (core->random != 0) {
		core->random ^= core->random << 13;
		core->random ^= core->random >> 7;
		core->random ^= core->random << 17;
		quantum = quantum / 2 + core->random % (quantum + 1);
	}
	return quantum > 0 ? (uint32_t)quantum : 1;
}

/*
 * A quantum may be shorter than the machine needs to get back into the thread (QEMU in real time, or with cores that take turns). So that everybody
 * gets on, a thread's quanta double while it is preempted where it went on, up to 20 us, or two turns.
 * (A short loop may look the same, and a kernel thread's loop over atomic sections does: it always stands behind the unmasking.)
 */
#define STUCK_MAX 16
static uint32_t stretch(const struct core *core, const struct thread *t, uint32_t quantum)
{
	uint64_t limit = ticks_from_ns(core->turn != 0 ? 2 * TURN_NS : 20 * 1000);
	uint64_t longer = (uint64_t)quantum << t->stuck;

	if (t->stuck == 0)
		return quantum;
	if (longer > limit)
		longer = quantum > limit ? quantum : limit;
	return (uint32_t)longer;
}

static bool has_peers(const struct core *core, const struct thread *t) { return runq_ready_bits(core) & 1u << t->priority; }

/* An alarm that is set too early is left: it finds nothing to do and sets the next. */
void timer_by(struct core *core, uint64_t when)
{
	if (when < core->armed) {
		core->armed = when;
		arch_timer_arm(when);
	}
}

void timer_knock(struct core *core) { timer_by(core, KNOCKING); }

#define SOON_NS 10000u

void timer_soon(struct core *core)
{
	core->soon = arch_ticks() + ticks_from_ns(SOON_NS);
	timer_by(core, core->soon);
}

void sched_let_others(struct core *core)
{
	if (cores_online == 1)
		return;
	timer_soon(core);
	arch_spin_hint();
}

/* The timer: if others wait for their turn, for the end of the quantum. (Deadlines set it themselves.) */
static inline __attribute__((always_inline)) void arm(struct core *core, const struct thread *t)
{
	if (has_peers(core, t))
		timer_by(core, core->since + (uint64_t)t->left);
	else if (core->turn != 0)
		timer_by(core, core->since + core->turn);
}

void sched_timer(struct core *core)
{
	uint64_t now = arch_ticks();

	core->armed = core->soon = UINT64_MAX;
	timeout_expire(core, now);
	if (later_any())
		later_continue(core);
	if (core->current != NULL && core->section_end != 0) {
		if (now >= core->section_end)
			core->reschedule = true;
		else
			timer_by(core, core->section_end); /* it was another alarm */
	}
	if (core->current != NULL && !core->reschedule) { /* who makes room is charged then */
		sched_charge(core, core->current, now);
		if (has_peers(core, core->current) && core->current->left <= 0)
			core->reschedule = true;
		else
			arm(core, core->current);
	}
	/* Off before the end of interrupt, if it was not set anew: a level still high would fire again. */
	if (core->armed == UINT64_MAX)
		arch_timer_off();
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

/* Who runs is of another urgency than who, or what, ran before: what stays behind is offered to the others. */
static __attribute__((noinline)) void turn(struct core *core, uint32_t priority, uint32_t before)
{
	__atomic_store_n(&core->running, 1u + priority, __ATOMIC_RELAXED);
	if (cores_online > 1)
		runq_turned(core, priority, before);
}

/* Another core has put something into our queue, or wants something of the thread that runs here. */
void sched_told(struct core *core)
{
	struct thread *t = core->current;

	runq_heard(core);
	if (system_stopping)
		system_stop_here(core);
	if (t == NULL)
		return;
	if (__atomic_load_n(&t->wishes, __ATOMIC_RELAXED) != 0)
		grant(t);
	if (t->priority + 1u != core->running)
		turn(core, t->priority, core->running);
	__atomic_thread_fence(__ATOMIC_SEQ_CST); /* see runq.c */
	core->limited = true;
	if (condemned(t) != PETRI_OK || !(t->affinity & 1u << core->number) || runq_more_urgent(core, t->priority))
		core->reschedule = true;
}

/* ---- stopping and choosing --------------------------------------------------------------------------------------------- */

void sched_put_fp_away(struct core *core, struct thread *t)
{
	arch_fp_save(t->fp);
	arch_fp_allow(false);
	core->fp_live = false;
}

/* A preempted thread keeps its place; one whose quantum is used up goes to the tail. One that is to die does so here. */
static void preempt(struct core *core)
{
	struct thread *t = core->current;

	sched_put_away(core, t);
	if (arch_program_counter(t) != core->resumed_pc)
		t->stuck = 0;
	else if (t->stuck < STUCK_MAX)
		t->stuck++;
	if (condemned(t) != PETRI_OK && section_lets_end(t)) {
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

static __attribute__((noinline)) struct thread *wait_for_one(struct core *core)
{
	struct thread *t;

	while ((t = runq_take(core)) == NULL) {
		__atomic_store_n(&core->running, 0, __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_SEQ_CST); /* see runq.c */
		t = runq_take(core);
		if (t != NULL)
			break;
		idle(core);
	}
	return t;
}

static struct thread *choose(struct core *core)
{
	struct thread *t = core->next != NULL ? runq_take_next(core) : runq_take_own(core);

	return t != NULL ? t : wait_for_one(core);
}

static __attribute__((noinline)) void new_quantum(struct core *core, struct thread *t)
{
	t->left = stretch(core, t, draw_quantum(core, t));
}

/* From here on t is the current thread; it goes on by its frame. */
static inline __attribute__((always_inline)) struct thread *switch_to(struct core *core, struct thread *t)
{
	uint32_t special = __atomic_load_n(&t->special, __ATOMIC_RELAXED);

	core->current = t;
	core->section_end = 0;
	if (special & THREAD_WAITING)
		wait_finish_marked(t, special & 0xff);
	if (special >> 8 != PETRI_OK)
		section_limit(core);
	if (t->domain != core->domain)
		domain_visit(core, t->domain);
	if (t->left <= 0)
		new_quantum(core, t);
	core->resumed_pc = arch_program_counter(t);
	if (t->priority + 1u != core->running)
		turn(core, t->priority, core->running);
	arm(core, t);
	return t;
}

/* t, which the core has just taken, goes on instead of current. */
static __attribute__((noinline)) void change_to(struct core *core, struct thread *t)
{
	switch_to(core, t);
	core->vacant = false;
	core->altered = true;
}

static __attribute__((noinline)) void give_way(struct core *core, struct thread *t)
{
	sched_put_away(core, t);
	change_to(core, runq_rotate(core, t));
}

/* Nothing is to be seen to but that t goes on: what switch_to() would find, at one look. */
static inline bool just_goes_on(const struct core *core, const struct thread *t)
{
	return __atomic_load_n(&t->special, __ATOMIC_RELAXED) == 0 && t->domain == core->domain && t->left > 0 &&
	       t->priority + 1u == core->running && core->since + (uint64_t)t->left >= core->armed;
}

/* Only if somebody as urgent is there; else it has nobody to give way to. */
void sched_yield(struct core *core)
{
	struct thread *t = core->current;

	core->switches++;
	if (core->reschedule) {
		t->left = 0; /* it is to give way as it is, maybe to another core */
		return;
	}
	if (!has_peers(core, t)) {
		if (core->switches % 8 == 0)
			sched_let_others(core); /* who yields again and again waits for somebody on another core */
		return;
	}
	if (core->fp_live) {
		give_way(core, t);
		return;
	}
	sched_charge(core, t, arch_ticks());
	t = runq_rotate(core, t);
	if (!just_goes_on(core, t)) {
		change_to(core, t);
		return;
	}
	core->current = t;
	core->section_end = 0;
	core->resumed_pc = arch_program_counter(t);
	core->altered = true;
}

/*
 * The thread that ran here has stopped, and t is ready by that. If nothing as urgent is, this core would take t out of its queue at once: so it
 * need not stand there first. (An idle core, which runs nothing, and one that is to choose again, do as always.)
 */
void sched_pass(struct core *core, struct thread *t)
{
	bool takes = core->current == NULL && core->next == NULL && core->running != 0 && !core->reschedule &&
		     t->core == core->number && (t->affinity & 1u << core->number);

	if (!takes || runq_within_reach(core) >> t->priority != 0) {
		runq_ready(core, t);
		return;
	}
	runq_stand(t, THREAD_RUNNING, core);
	change_to(core, t);
}

/* Current is to make room. False: it may stay for now. */
static __attribute__((noinline)) bool make_room(struct core *core)
{
	if (arch_in_atomic_section(core->current) && section_may_last(core)) {
		runq_queue_next(core);
		return false;
	}
	preempt(core);
	return true;
}

struct thread *sched_leave(struct core *core)
{
	struct thread *t = core->current;

	if (core->reschedule && t != NULL) {
		if (!make_room(core))
			return t;
		t = NULL;
	}
	core->look = 0;
	if (t == NULL)
		return switch_to(core, choose(core));
	arm(core, t);
	return t;
}
