/*
 * Atomic sections: see section.h. A kernel thread has masked interrupts, and is interrupted again at the moment of unmasking. A user thread calls
 * when it leaves the section, if it was told to (the switch-due flag of its user block); if it takes too long it is told of, and preempted all
 * the same.
 */
#include "kernel/section.h"

#include "kernel/domain.h"
#include "kernel/log.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/ticks.h"

/* So long may a user thread's atomic section keep off a switch that is due... */
#define SECTION_MAX_NS 50000u
/* ...and so many turns of that length has one that is killed inside, to leave it. */
#define DYING_TURNS 100u

void section_limit(struct core *core)
{
	core->section_end = arch_ticks() + ticks_from_ns(SECTION_MAX_NS);
	timer_by(core, core->section_end);
}

/* The turns are counted, not timed: a host that takes QEMU's processor away takes time from a turn, but no turns, and what the section protects
 * (the heap) stays sound. */
bool section_lets_end(struct thread *t) { return !arch_in_atomic_section(t) || ++t->value >= DYING_TURNS; }

bool section_may_last(struct core *core)
{
	struct thread *t = core->current;

	if (!arch_is_user(t)) {
		timer_knock(core);
		return true;
	}
	arch_set_switch_due(t, true);
	if (core->section_end == 0)
		section_limit(core);
	if ((!(t->marks & THREAD_OVERSTAYED) || condemned(t) != PETRI_OK) && arch_ticks() < core->section_end) {
		timer_by(core, core->section_end);
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
	core->resumed_pc = 0; /* it has got on by a whole section, though it always leaves it here: see stretch() */
	t->marks &= (uint8_t)~THREAD_OVERSTAYED;
	if (condemned(t) != PETRI_OK)
		core->reschedule = true;
}
