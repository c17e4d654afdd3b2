/*
 * Waiting for the lock of an atomic section: see <petri/atomic.h>.
 *
 * The owner may be on another core, or have been preempted, on this core too, since it stayed inside for too long; or it has died. So: spin for a
 * while, then look whether it lives, then sleep, and all over again.
 */
#include <petri/atomic.h>

#include <petri/system.h>
#include <petri/thread.h>

#define SPINS 1000
#define PAUSE PETRI_US(50)

/* Until the lock is free, or for so long. Returns who had it last, 0: nobody. */
static uint64_t spin(const struct atomic_lock *lock)
{
	uint64_t owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);

	for (int i = 0; i < SPINS && owner != 0; i++) {
		arch_relax();
		owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
	}
	return owner;
}

static bool has_died(thread_id owner)
{
	struct thread_info info;
	enum petri_error error = thread_info(owner, &info);

	return error == PETRI_ESTALE || (error == PETRI_OK && info.state == THREAD_ZOMBIE);
}

/* From nobody, or from who died: ids never come again, so only one takes it from the same owner. */
static bool take(struct atomic_lock *lock, uint64_t from)
{
	uint64_t owner = from;

	if (!__atomic_compare_exchange_n(&lock->owner, &owner, thread_self(), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return false;
	lock->died += from != 0;
	return true;
}

uint64_t atomic_lock_wait(struct atomic_lock *lock, uint64_t saved)
{
	if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == thread_self())
		thread_abort("ATOMIC_SECTION_LOCKED: this thread has the lock already");
	for (;;) {
		uint64_t owner;

		arch_preempt_restore(saved);
		owner = spin(lock);
		if (owner != 0 && !has_died(owner)) {
			thread_sleep(PAUSE); /* refused within an outer section */
			owner = 0;
		}
		saved = arch_preempt_off();
		if (take(lock, owner))
			return saved;
	}
}
