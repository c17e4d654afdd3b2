/*
 * The mutex: errors for recursive lock and foreign unlock, a trylock that can fail, deadlines, hand-off in order of priority and
 * then arrival, the owner's death with and without waiters, and the guard on every way out of its block.
 *
 * test: mode both
 */
#include <petri/mutex.h>
#include <petri/semaphore.h>
#include <petri/syscall.h>

#include "common/test.h"

static struct mutex m = MUTEX_INIT;
static struct semaphore hold = SEMAPHORE_INIT(0);

static void *unlock_foreign(void *arg)
{
	*(enum petri_error *)arg = mutex_unlock(&m);
	return NULL;
}

/* Past the library, which looks first: the kernel is asked for what is not the caller's to give. */
static void *hand_off_foreign(void *arg)
{
	*(enum petri_error *)arg = (enum petri_error)arch_syscall(SYS_hand_off, (uintptr_t)&m.word, PARK_MUTEX, 0, 0);
	return NULL;
}

static void *try_taken(void *arg)
{
	*(enum petri_error *)arg = mutex_trylock(&m);
	return NULL;
}

static void *lock_for_a_while(void *arg)
{
	*(enum petri_error *)arg = mutex_lock_until(&m, in_us(300));
	return NULL;
}

static void *lock_patiently(void *arg)
{
	*(enum petri_error *)arg = mutex_lock(&m);
	return NULL;
}

static void *take_and_hold(void *arg)
{
	LOCK_GUARD(&m);
	must(semaphore_wait(&hold));
	return arg;
}

static void check_foreign_hand_off(void)
{
	enum petri_error error = PETRI_OK, waited = PETRI_ERRORS;
	thread_id id;

	must(mutex_lock(&m));
	join(start_steady("nobody waits", hand_off_foreign, &error, 20));
	expect(error, PETRI_EAGAIN);
	id = start_steady("waiter", lock_patiently, &waited, 20);
	check(reaches(id, THREAD_BLOCKED), "somebody waits");
	join(start_steady("foreign", hand_off_foreign, &error, 20));
	expect(error, PETRI_EOWNER);
	check(mutex_owner(&m) == thread_self() && waited == PETRI_ERRORS, "the owner still has it, the waiter waits");
	must(mutex_unlock(&m));
	(void)!thread_join(id, NULL);
	expect(waited, PETRI_OK);
	expect(mutex_lock(&m), PETRI_EOWNERDIED); /* it ended with it */
	must(mutex_unlock(&m));
}

static void check_errors(void)
{
	enum petri_error error = PETRI_OK;

	expect(mutex_lock(&m), PETRI_OK);
	check(mutex_owner(&m) == thread_self(), "the owner is the caller");
	expect(mutex_lock(&m), PETRI_EDEADLOCK);
	expect(mutex_trylock(&m), PETRI_EDEADLOCK);
	join(start_steady("foreign", unlock_foreign, &error, 20));
	expect(error, PETRI_EOWNER);
	join(start_steady("trying", try_taken, &error, 20));
	expect(error, PETRI_EBUSY);
	join(start_steady("late", lock_for_a_while, &error, 20));
	expect(error, PETRI_ETIMEDOUT);
	/* a waiter that gave up has left a mark in the word, and everything still works */
	expect(mutex_lock(&m), PETRI_EDEADLOCK);
	expect(mutex_unlock(&m), PETRI_OK);
	expect(mutex_unlock(&m), PETRI_EOWNER);
	check(m.word == 0, "the word is 0 after all that");
	expect(mutex_trylock(&m), PETRI_OK);
	expect(mutex_unlock(&m), PETRI_OK);
}

#define WAITERS 6
static int order[WAITERS], ordered;

static void *wait_in_line(void *arg)
{
	LOCK_GUARD(&m);
	order[ordered++] = (int)(intptr_t)arg;
	return NULL;
}

/* Waiters 0..5 come in this order with these priorities; they get it by priority, then as they came. */
static void check_order(void)
{
	static const unsigned int priorities[WAITERS] = {18, 20, 18, 22, 20, 18};
	static const int expected[WAITERS] = {3, 1, 4, 0, 2, 5};
	thread_id ids[WAITERS];
	int wrong = 0;

	must(mutex_lock(&m));
	for (int i = 0; i < WAITERS; i++) {
		ids[i] = start_steady("waiter", wait_in_line, (void *)(intptr_t)i, priorities[i]);
		reaches(ids[i], THREAD_BLOCKED);
	}
	must(mutex_unlock(&m));
	for (int i = 0; i < WAITERS; i++)
		join(ids[i]);
	for (int i = 0; i < WAITERS; i++)
		wrong += order[i] != expected[i];
	check(wrong == 0, "handed over by priority, then by arrival: %d %d %d %d %d %d", order[0], order[1], order[2], order[3],
	      order[4], order[5]);
}

/* Handed over at the unlock: whoever unlocked cannot take it again before the waiter had it. */
static void check_handed_over(void)
{
	thread_id id;

	must(mutex_lock(&m));
	ordered = 0;
	id = start_steady("less", wait_in_line, NULL, 5);
	reaches(id, THREAD_BLOCKED);
	must(mutex_unlock(&m));
	check(mutex_owner(&m) == id, "the unlock makes the waiter the owner, though it is less urgent");
	expect(mutex_trylock(&m), PETRI_EBUSY);
	expect(mutex_lock(&m), PETRI_OK);
	check(ordered == 1, "and the former owner has it again only after the waiter");
	must(mutex_unlock(&m));
	join(id);
}

static void check_owner_dies(void)
{
	enum petri_error error = PETRI_OK;
	thread_id id = start_steady("dies", take_and_hold, NULL, 20);

	reaches(id, THREAD_BLOCKED);
	check(mutex_owner(&m) == id, "the other thread has it");
	thread_kill(id);
	expect(thread_join(id, NULL), PETRI_EKILLED);
	expect(mutex_lock(&m), PETRI_EOWNERDIED);
	check(mutex_owner(&m) == thread_self(), "it is the caller's now");
	expect(mutex_unlock(&m), PETRI_OK);
	expect(mutex_lock(&m), PETRI_OK);
	expect(mutex_unlock(&m), PETRI_OK);

	id = start_steady("dies", take_and_hold, NULL, 20);
	reaches(id, THREAD_BLOCKED);
	thread_id waiter = start_steady("heir", lock_patiently, &error, 20);

	reaches(waiter, THREAD_BLOCKED);
	thread_kill(id);
	join(waiter);
	expect(error, PETRI_EOWNERDIED);
	expect(thread_join(id, NULL), PETRI_EKILLED);
	/* the heir has ended without unlocking */
	expect(mutex_lock(&m), PETRI_EOWNERDIED);
	expect(mutex_unlock(&m), PETRI_OK);
}

static void *lock_late(void *arg) { return mutex_lock(&m) == PETRI_EOWNERDIED && mutex_unlock(&m) == PETRI_OK ? arg : NULL; }

/* The only waiter gets another priority: it still inherits. */
static void check_moved_waiter(void)
{
	thread_id owner = start("owner", take_and_hold, NULL, 20), waiter = start("waiter", lock_late, &m, 20);

	check(reaches(waiter, THREAD_BLOCKED), "somebody waits");
	expect(thread_set_priority(waiter, 22, NULL), PETRI_OK);
	expect(thread_kill(owner), PETRI_OK);
	expect(thread_join(owner, NULL), PETRI_EKILLED);
	check(reaches(waiter, THREAD_ZOMBIE), "a waiter whose priority was changed gets the lock of a dead owner");
	check(join(waiter) == &m, "and is told");
}

static bool held(void) { return mutex_owner(&m) == thread_self(); }

static bool by_return(void)
{
	LOCK_GUARD(&m);
	return held();
}

static bool by_break(void)
{
	bool inside = true;

	for (int i = 0; i < 3; i++) {
		LOCK_GUARD(&m);
		inside = inside && held();
		if (i == 1)
			break;
	}
	return inside && !held();
}

static bool by_goto(void)
{
	bool inside;

	{
		LOCK_GUARD(&m);
		inside = held();
		goto out;
	}
out:
	return inside && !held();
}

static bool by_continue(void)
{
	int good = 0;

	for (int i = 0; i < 3; i++) {
		good += !held();
		LOCK_GUARD(&m);
		good += held();
		if (i)
			continue;
	}
	return good == 6 && !held();
}

static bool two_at_once(void)
{
	struct mutex other = MUTEX_INIT;
	LOCK_GUARD(&m);
	LOCK_GUARD(&other);

	return held() && mutex_owner(&other) == thread_self();
}

static void check_guard(void)
{
	check(by_return() && !held(), "the guard lets go at return");
	check(by_break(), "at break");
	check(by_goto(), "at goto");
	check(by_continue(), "at continue");
	check(two_at_once() && !held(), "two guards in one block");
}

int main(void)
{
	stay_on_one_core();
	check_errors();
	check_foreign_hand_off();
	check_order();
	check_handed_over();
	check_owner_dies();
	check_moved_waiter();
	check_guard();
	return test_end();
}
