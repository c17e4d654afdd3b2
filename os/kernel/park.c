/*
 * The calls that block on a word and wake from it: park, park_mutex, unpark, hand_off.
 *
 * Words in memory of threads are not trusted: a wrong one can only hurt its own users. Takes the bucket's lock; the
 * word is compared under it, so that no wakeup falls between the look and the sleep.
 */
#include <petri/park.h>

#include "kernel/owners.h"
#include "kernel/sched.h"
#include "kernel/deadlock.h"
#include "kernel/syscalls.h"
#include "kernel/ticks.h"
#include "kernel/waitq.h"

#define UNPARK_PIECE 32
#define GROUPS_FROM 32 /* a count so large may be all: looked at as a whole */
#define INHERIT_PIECE 4

/* Blocks if the word is still as expected; else tells why not. owner: of a mutex, the id of who is in the way; else 0. */
static inline __attribute__((always_inline)) enum petri_error park_if(struct core *core, struct thread *t, uint64_t address,
								      uint64_t expected, uint64_t deadline, uint64_t owner)
{
	uint64_t key = wait_key(t, address);
	struct wait_bucket *b = wait_lock(key);
	uint64_t value;
	enum petri_error error = arch_load64(t, address, &value);
	bool withdrawn = false;

	if (error == PETRI_OK && value != expected)
		error = PETRI_EAGAIN;
	if (error == PETRI_OK) {
		wait_block(core, b, key, ticks_from_ns(deadline));
		/* An owner that has ended meanwhile, on another core: look again at the word. */
		withdrawn = owner != 0 && !wait_set_owner(b, key, owner) && wait_withdraw(b, key, t);
	}
	wait_unlock(b);
	if (withdrawn)
		wait_wake(core, t, PETRI_EAGAIN);
	return error;
}

static enum petri_error check_park(const struct thread *t, uint64_t address)
{
	if (arch_in_atomic_section(t))
		return PETRI_EATOMIC;
	return address % 8 != 0 ? PETRI_EADDRESS : PETRI_OK;
}

static inline __attribute__((always_inline)) void park_on(struct core *core, struct thread *t, uint64_t owner)
{
	uint64_t address = arch_argument(t, 0);
	enum petri_error error = check_park(t, address);

	if (error == PETRI_OK && owner != 0 && deadlock_is_busy(t->domain)) {
		arch_frame_restart(t);
		sched_let_others(core);
		return;
	}
	if (error == PETRI_OK)
		error = park_if(core, t, address, arch_argument(t, 1), arch_argument(t, 2), owner);
	if (error != PETRI_OK)
		arch_set_result(t, error);
	else if (owner != 0)
		deadlock_look(core, t);
}

void sys_park(struct core *core, struct thread *t) { park_on(core, t, 0); }

/* An owner who ended without unlocking: the caller takes the lock over, and is told. */
static enum petri_error take_from_dead(struct thread *t, uint64_t address, uint64_t expected)
{
	uint64_t key = wait_key(t, address);
	struct wait_bucket *b = wait_lock(key);
	uint64_t value;
	enum petri_error error = arch_load64(t, address, &value);

	if (error == PETRI_OK && value != expected)
		error = PETRI_EAGAIN;
	if (error == PETRI_OK)
		error = arch_store64(t, address, t->id | (wait_any(b, key) ? PARK_WAITERS : 0));
	if (error == PETRI_OK)
		(void)wait_set_owner(b, key, t->id);
	wait_unlock(b);
	return error == PETRI_OK ? PETRI_EOWNERDIED : error;
}

void sys_park_mutex(struct core *core, struct thread *t)
{
	uint64_t address = arch_argument(t, 0), expected = arch_argument(t, 1);
	uint64_t id = expected & ~PARK_WAITERS; /* the block that is found may be another's soon */
	const struct thread *owner = thread_find(id);

	if (owner != NULL && state_of(owner) != THREAD_ZOMBIE && (owner->domain == t->domain || is_shared(address)))
		park_on(core, t, id);
	else
		arch_set_result(t, address % 8 == 0 ? take_from_dead(t, address, expected) : PETRI_EADDRESS);
}

/* Wakes the first waiter. False: there is none. */
static inline bool wake_first(struct core *core, uint64_t key)
{
	struct wait_bucket *b = wait_lock(key);
	struct thread *waiter = wait_pop(b, key);

	wait_unlock(b);
	if (waiter != NULL)
		wait_wake(core, waiter, PETRI_OK);
	return waiter != NULL;
}

/* Wakes the first count waiters, one after the other; a long row in pieces, the call being issued again with what is left. */
static __attribute__((noinline)) void unpark_some(struct core *core, struct thread *t, uint64_t key, uint64_t count)
{
	uint64_t woken = arch_argument(t, 2);

	for (int i = 0; i < UNPARK_PIECE && count > 0; i++) {
		bool any = wake_first(core, key);

		woken += any;
		count = any ? count - 1 : 0;
	}
	if (count == 0) {
		arch_set_result(t, woken);
		return;
	}
	arch_set_argument(t, 1, count);
	arch_set_argument(t, 2, woken);
	arch_frame_restart(t);
}

void sys_unpark(struct core *core, struct thread *t)
{
	uint64_t key = wait_key(t, arch_argument(t, 0));
	uint64_t count = arch_argument(t, 1), word;
	uint32_t woken = 0;

	/* A word of others only if the caller sees it. */
	if (is_shared(arch_argument(t, 0)) && arch_load64(t, arch_argument(t, 0), &word) != PETRI_OK)
		count = 0;
	if (count == 1) {
		arch_set_result(t, arch_argument(t, 2) + wake_first(core, key));
		return;
	}
	if (count >= GROUPS_FROM)
		woken = wait_wake_up_to(core, key, count);
	if (woken != 0)
		arch_set_result(t, arch_argument(t, 2) + woken);
	else
		unpark_some(core, t, key, count);
}

/* The word after a hand-off: to this waiter, or to nobody. */
static uint64_t handed(enum park_kind kind, const struct thread *to, bool more)
{
	uint64_t waiters = more ? PARK_WAITERS : 0;

	if (kind == PARK_MUTEX)
		return to != NULL ? to->id | waiters : 0;
	return to != NULL ? waiters : 1;
}

/* May this word be handed off by t? While WAITERS is set only the kernel writes it, so it cannot change under the bucket's lock. */
static enum petri_error check_hand_off(const struct thread *t, uint64_t address, enum park_kind kind)
{
	uint64_t value;
	enum petri_error error = arch_load64(t, address, &value);

	if (error != PETRI_OK)
		return error;
	if (!(value & PARK_WAITERS))
		return PETRI_EAGAIN;
	return kind == PARK_MUTEX && value != (t->id | PARK_WAITERS) ? PETRI_EOWNER : PETRI_OK;
}

static void hand_off(struct core *core, struct thread *t, uint64_t address, enum park_kind kind)
{
	uint64_t key = wait_key(t, address);
	struct wait_bucket *b = wait_lock(key);
	enum petri_error error = check_hand_off(t, address, kind);
	struct thread *waiter = error == PETRI_OK ? wait_pop(b, key) : NULL;
	bool yields;

	if (error == PETRI_OK)
		error = arch_store64(t, address, handed(kind, waiter, wait_any(b, key)));
	if (kind == PARK_MUTEX)
		(void)wait_set_owner(b, key, waiter != NULL ? waiter->id : 0);
	wait_unlock(b);
	arch_set_result(t, error); /* before it gives way: another core may have it then */
	if (waiter == NULL)
		return;
	yields = kind == PARK_MUTEX && waiter->priority == t->priority && !arch_in_atomic_section(t);
	wait_wake(core, waiter, error);
	/* Behind its equal: else it would run straight into the lock that it has just given away, and the two would go on in step (a convoy),
	 * whose end may favour the same one each time. */
	if (yields)
		sched_yield(core);
}

/* One mutex of a thread that has ended goes to its first waiter, who is told. (Its queue may have come to an end meanwhile.) */
static void inherit(struct core *core, const struct thread *dead, uint64_t key)
{
	struct wait_bucket *b = wait_lock(key);
	struct thread *heir = wait_owned_by(b, key, dead) ? wait_pop(b, key) : NULL;
	enum petri_error error = PETRI_OK;

	if (heir != NULL) {
		error = arch_store64(dead, WAIT_ADDRESS(key), handed(PARK_MUTEX, heir, wait_any(b, key)));
		(void)wait_set_owner(b, key, heir->id);
	}
	wait_unlock(b);
	if (heir != NULL)
		wait_wake(core, heir, error == PETRI_OK ? PETRI_EOWNERDIED : error);
}

bool park_inherit(struct core *core, const struct thread *dead)
{
	uint64_t key;
	int i = 0;

	for (; i < INHERIT_PIECE && owners_any(dead, &key); i++)
		inherit(core, dead, key);
	return i == INHERIT_PIECE;
}

void sys_hand_off(struct core *core, struct thread *t)
{
	uint64_t address = arch_argument(t, 0);
	uint64_t kind = arch_argument(t, 1);

	if (address % 8 != 0)
		arch_set_result(t, PETRI_EADDRESS);
	else if (kind != PARK_MUTEX && kind != PARK_SEMAPHORE)
		arch_set_result(t, PETRI_EINVAL);
	else
		hand_off(core, t, address, (enum park_kind)kind);
}
