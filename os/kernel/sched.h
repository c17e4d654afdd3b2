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

/* The current thread stops running: first of all, before it is put to BLOCKED, SLEEPING or ZOMBIE, for another core may have it then. */
void sched_stop(struct core *core);
/* The current thread goes behind those of its priority. */
void sched_yield(struct core *core);
/* The timer has fired; another core has interrupted this one. */
void sched_timer(struct core *core);
void sched_told(struct core *core);
/* The timer shall fire as soon as interrupts are unmasked: something is left to do. */
void timer_knock(struct core *core);
/* The same in some microseconds: another core is to get on first. */
void timer_soon(struct core *core);
/* What is to be done waits for another core. (A simulator that counts instructions lets a core run until the next timer is due: so one is.) */
void sched_let_others(struct core *core);
/* The last step of every handler: chooses, waits while there is nobody, arms the timer. */
struct thread *sched_leave(struct core *core);

#endif
