/* The scheduler: who runs next on this core, and until when. It only chooses; the way out of the kernel does the rest. */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include "kernel/core.h"

void sched_init(struct core *core, uint64_t seed);
#define SCHED_QUANTUM_MIN_NS 200u
/* Into what a quantum may be: 200 ns to 10 s. */
uint64_t sched_clamp_quantum(uint64_t ns);
/* In ticks; 0: the default of this run. */
uint32_t sched_quantum(uint64_t ns);
extern uint64_t sched_default_quantum_ns;
extern uint32_t sched_default_quantum; /* ticks */

/* Takes the time since the last charge off t's quantum. */
static inline void sched_charge(struct core *core, struct thread *t, uint64_t now)
{
	t->left -= (int64_t)(now - core->since);
	core->since = now;
}

void sched_put_fp_away(struct core *core, struct thread *t);
/* Another core may run t, the current thread, as soon as it stands in a queue: so nothing of it stays in this one. */
static inline void sched_put_away(struct core *core, struct thread *t)
{
	sched_charge(core, t, arch_ticks());
	if (core->fp_live)
		sched_put_fp_away(core, t);
	core->current = NULL;
	core->vacant = true;
}

/* The current thread stops running: first of all, before it is put to BLOCKED, SLEEPING or ZOMBIE, for another core may have it then. */
static inline void sched_stop(struct core *core)
{
	sched_put_away(core, core->current);
	core->switches++;
}
/* The current thread goes behind those of its priority. */
void sched_yield(struct core *core);
/* t is ready, in no queue, and nobody else can take it: it runs next here, if it is its turn, or stands in a queue. */
void sched_pass(struct core *core, struct thread *t);
/* The timer has fired; another core has interrupted this one. */
void sched_timer(struct core *core);
void sched_told(struct core *core);
/* The timer is to fire then, or before. */
void timer_by(struct core *core, uint64_t when);
/* The timer shall fire as soon as interrupts are unmasked: something is left to do. */
void timer_knock(struct core *core);
/* The same in some microseconds: another core is to get on first. */
void timer_soon(struct core *core);
/* What is to be done waits for another core. (A simulator that counts instructions lets a core run until the next timer is due: so one is.) */
void sched_let_others(struct core *core);
/* The last step of every handler that has left something to see to (core->look): chooses, waits while there is nobody, arms the timer. */
struct thread *sched_leave(struct core *core);

#endif
