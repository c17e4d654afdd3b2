/*
 * Atomic section: no other thread of this core runs inside it, and the thread is not killed there. For a user thread there
 * are limits: 50 us after a switch first had to wait for the section others run in the middle of it; and who is killed there gets 100 turns
 * of 50 us to leave.
 *
 *     ATOMIC_SECTION {
 *             counter++;
 *             last = counter == 10;
 *     }
 *
 * Nestable; what was before is restored on every way out (break leaves the section only; return and goto leave it too). A switch
 * that becomes due inside happens at the end. Blocking inside is refused with PETRI_EATOMIC. Keep it short: a kernel-mode
 * thread masks interrupts and has no limit, and the first user thread of an app that overstays is told of on the log. On several cores it does not exclude the others: use a mutex for that.
 * (Not <stdatomic.h>: single words need __atomic builtins, not a section.)
 */
#ifndef PETRI_ATOMIC_H
#define PETRI_ATOMIC_H

#include <petri/arch.h>
#include <petri/error.h>

struct atomic_section {
	uint64_t saved;
	int once;
};

static inline struct atomic_section atomic_section_enter(void) { return (struct atomic_section){arch_preempt_off(), 1}; }
static inline void atomic_section_leave(struct atomic_section *s) { arch_preempt_restore(s->saved); }

#define ATOMIC_SECTION PETRI_ATOMIC_SECTION(PETRI_JOIN(atomic_section_, __COUNTER__))
#define PETRI_ATOMIC_SECTION(section)                                                                             \
	for (struct atomic_section section __attribute__((cleanup(atomic_section_leave))) = atomic_section_enter(); \
	     section.once; section.once = 0)

#endif
