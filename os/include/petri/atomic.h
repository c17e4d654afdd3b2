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
 * thread masks interrupts and has no limit, and the first user thread of an app that overstays is told of on the log.
 *
 * On several cores it does not keep out who runs on another one. What does is a section with a lock, for all who touch the same data:
 *
 *     static struct atomic_lock lock = ATOMIC_LOCK_INIT;
 *
 *     ATOMIC_SECTION_LOCKED(&lock)
 *             counter++;
 *
 * All of the above holds for it too. Who finds the lock taken spins, outside of the section, and after a while sleeps between two looks, so that its
 * owner gets on even where that is less urgent and has lost its core (after 50 us, a user thread); within an outer section it can only spin.
 * Nobody waits in order. Sections of several locks nest, if all take them in the same order; twice the same lock is an error that ends the
 * thread. Who is killed inside leaves first. Who dies inside all the same, by a fault or since it did not leave, has its lock taken by the next:
 * `died` counts these, for what it guarded may be half-changed. The threads are of one app: the lock is not for shared regions. Where a wait may be
 * long, or is to be fair, a mutex is better.
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

struct atomic_lock {
	uint64_t owner; /* id of the thread inside, 0 = none */
	uint64_t died;  /* how many owners have died inside */
};
#define ATOMIC_LOCK_INIT {0, 0}

struct atomic_section_locked {
	struct atomic_lock *lock;
	uint64_t saved;
	int once;
};

/* The lock is taken: out of the section, and back when it is ours. */
uint64_t atomic_lock_wait(struct atomic_lock *lock, uint64_t saved);

static inline struct atomic_section_locked atomic_section_locked_enter(struct atomic_lock *lock)
{
	uint64_t saved = arch_preempt_off(), nobody = 0;

	/* Acquire: pairs with the release of who leaves. */
	if (!__atomic_compare_exchange_n(&lock->owner, &nobody, arch_user_block()->tid, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		saved = atomic_lock_wait(lock, saved);
	return (struct atomic_section_locked){lock, saved, 1};
}

static inline void atomic_section_locked_leave(struct atomic_section_locked *s)
{
	__atomic_store_n(&s->lock->owner, 0, __ATOMIC_RELEASE);
	arch_preempt_restore(s->saved);
}

#define ATOMIC_SECTION_LOCKED(lock) PETRI_ATOMIC_SECTION_LOCKED(PETRI_JOIN(atomic_section_, __COUNTER__), lock)
#define PETRI_ATOMIC_SECTION_LOCKED(section, lock)                                                                                        \
	for (struct atomic_section_locked section __attribute__((cleanup(atomic_section_locked_leave))) = atomic_section_locked_enter(lock); \
	     section.once; section.once = 0)

#endif
