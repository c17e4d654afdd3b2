/*
 * Atomic section: no other thread of this core runs inside it, and the thread cannot be killed there.
 *
 *     ATOMIC_SECTION {
 *             counter++;
 *             last = counter == 10;
 *     }
 *
 * Nestable; what was before is restored on every way out (break leaves the section only; return and goto leave it too). A switch
 * that becomes due inside happens at the end. Blocking inside is refused with PETRI_EATOMIC. Keep it short: a kernel-mode
 * thread masks interrupts. On several cores it does not exclude the others: use a mutex for that.
 * (Not <stdatomic.h>: single words need __atomic builtins, not a section.)
 */
#ifndef PETRI_ATOMIC_H
#define PETRI_ATOMIC_H

#include <petri/arch.h>

struct atomic_section {
	uint64_t saved;
	int once;
};

static inline struct atomic_section atomic_section_enter(void)
{
	return (struct atomic_section){arch_preempt_off(), 1};
}
static inline void atomic_section_leave(struct atomic_section *s) { arch_preempt_restore(s->saved); }

#define ATOMIC_SECTION                                                                             \
	for (struct atomic_section atomic_section_here __attribute__((cleanup(atomic_section_leave))) = \
		     atomic_section_enter();                                                       \
	     atomic_section_here.once; atomic_section_here.once = 0)

#endif
