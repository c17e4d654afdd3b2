/*
 * Atomic sections: they nest and give back what was before, on every way out; no other thread of this core runs inside; a wakeup
 * or a quantum that falls due inside is not lost and takes effect at the end; blocking is refused.
 *
 * test: mode both
 * test: seeds 4
 */
#include <petri/atomic.h>
#include <petri/barrier.h>
#include <petri/cond.h>
#include <petri/mutex.h>
#include <petri/semaphore.h>
#include <petri/stream.h>

#include "common/test.h"

static bool off(void) { return arch_preempt_is_off(); }

/* A user thread's section is honoured for 50 us only: a host that takes the machine away for longer ends it. How many of all may be. */
static int spoilt_by_host(int all) { return arch_thread_register() & 1 || time_is_exact() ? 0 : all; }

static bool leave_by_return(void)
{
	ATOMIC_SECTION
		return off();
	return false;
}

static bool leave_by_break(void)
{
	bool inside = false;

	ATOMIC_SECTION {
		inside = off();
		break;
	}
	return inside && !off();
}

static bool leave_by_goto(void)
{
	bool inside = false;

	ATOMIC_SECTION {
		ATOMIC_SECTION {
			inside = off();
			goto out;
		}
	}
out:
	return inside && !off();
}

static bool leave_by_continue(void)
{
	int rounds = 0;

	for (int i = 0; i < 3; i++) {
		ATOMIC_SECTION {
			rounds += off();
			continue;
		}
		rounds += !off();
	}
	return rounds == 6;
}

static void check_nesting(void)
{
	bool inner = false, between = false;

	ATOMIC_SECTION {
		ATOMIC_SECTION
			inner = off();
		between = off();
	}
	check(inner && between && !off(), "the end of an inner section leaves the outer one as it is");
	check(leave_by_return() && !off(), "return leaves a section");
	check(leave_by_break(), "break leaves a section, and no more");
	check(leave_by_goto(), "goto leaves two sections at once");
	check(leave_by_continue(), "continue leaves a section, and no more");
}

static struct semaphore bell = SEMAPHORE_INIT(0);
static unsigned int rung;

static void *listen(void *arg)
{
	for (int i = 0; i < 100; i++) {
		must(semaphore_wait(&bell));
		__atomic_fetch_add(&rung, 1, __ATOMIC_RELAXED);
	}
	return arg;
}

static unsigned int times_rung(void) { return __atomic_load_n(&rung, __ATOMIC_RELAXED); }

/* Something more urgent wakes inside: not before the outer section ends, and then at once. */
static void check_wakeup(void)
{
	thread_id id = start("urgent", listen, NULL, 25);
	int early = 0, late = 0;

	reaches(id, THREAD_BLOCKED);
	for (unsigned int i = 0; i < 100; i++) {
		ATOMIC_SECTION {
			ATOMIC_SECTION
				semaphore_post(&bell);
			early += times_rung() != i;
		}
		late += times_rung() != i + 1;
	}
	check(early <= spoilt_by_host(10), "a more urgent thread woken inside does not run before the end (%d of 100 did)", early);
	check(late == 0, "and runs at the end, at once (%d of 100 did not)", late);
	join(id);
}

static uint64_t turns;
static bool stop;

static void *count_turns(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		__atomic_fetch_add(&turns, 1, __ATOMIC_RELAXED);
	return arg;
}

/* The other has its turn now; in real time the interrupt may take its time to come. */
static void wait_for_turn(uint64_t before)
{
	petri_time until = petri_now() + (time_is_exact() ? PETRI_US(1) : PETRI_S(1));

	while (__atomic_load_n(&turns, __ATOMIC_RELAXED) == before && petri_now() < until)
		;
}

/* What a user thread may have without being preempted inside (user_atomic.c), and a kernel thread more. */
static uint64_t long_section(void) { return arch_thread_register() & 1 ? PETRI_US(100) : PETRI_US(40); }

/* The quantum is over inside: nobody else runs before the end, and then the other does. */
static void check_quantum(void)
{
	thread_id self = thread_self(), id;
	int early = 0, late = 0;

	thread_set_quantum(self, PETRI_US(20));
	(void)time_is_exact(); /* measured while nobody disturbs */
	burn(0);
	id = start_with("other", count_turns, NULL, THREAD_PRIORITY_DEFAULT, PETRI_US(20));
	for (int i = 0; i < 50; i++) {
		uint64_t before = 0, inside = 0;

		thread_yield(); /* a full quantum for both, and a moment that is not just at its end */
		ATOMIC_SECTION {
			before = __atomic_load_n(&turns, __ATOMIC_RELAXED);
			burn(long_section());
			inside = __atomic_load_n(&turns, __ATOMIC_RELAXED);
		}
		wait_for_turn(inside);
		early += inside != before;
		late += __atomic_load_n(&turns, __ATOMIC_RELAXED) == inside;
	}
	check(early <= spoilt_by_host(50), "the quantum's end inside is held back (%d of 50 were not)", early);
	check(late == 0, "and takes effect at the section's end (%d of 50 did not)", late);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(id);
}

static struct mutex taken = MUTEX_INIT;
static struct semaphore hold = SEMAPHORE_INIT(0);

static void *take(void *arg)
{
	LOCK_GUARD(&taken);
	must(semaphore_wait(&hold));
	return arg;
}

/* The answer of call inside a section; the plan and the console work only outside. */
#define INSIDE(call) \
	({ \
		enum petri_error inside_ = PETRI_OK; \
		ATOMIC_SECTION \
			inside_ = (call); \
		inside_; \
	})

static void check_refusals(void)
{
	thread_id holder = start("holder", take, NULL, 20);
	struct mutex own = MUTEX_INIT;
	struct cond cond = COND_INIT;
	struct semaphore none = SEMAPHORE_INIT(0);
	struct barrier two = BARRIER_INIT(2);
	struct thread_end end;
	static struct stream_command command;
	uint64_t word = 1;

	reaches(holder, THREAD_BLOCKED);
	expect(INSIDE(mutex_lock(&taken)), PETRI_EATOMIC);
	expect(INSIDE(mutex_trylock(&taken)), PETRI_EBUSY);
	expect(INSIDE(semaphore_wait(&none)), PETRI_EATOMIC);
	expect(INSIDE(semaphore_trywait(&none)), PETRI_EBUSY);
	expect(INSIDE(park(&word, 1, PETRI_FOREVER)), PETRI_EATOMIC);
	expect(INSIDE(thread_sleep(1000)), PETRI_EATOMIC);
	expect(INSIDE(thread_join(holder, NULL)), PETRI_EATOMIC);
	expect(INSIDE(thread_join_any(&end, PETRI_FOREVER)), PETRI_EATOMIC);
	expect(INSIDE(barrier_wait(&two)), PETRI_EATOMIC);
	expect(INSIDE(stream_receive(&command, PETRI_FOREVER)), PETRI_EATOMIC);
	expect(mutex_lock(&own), PETRI_OK);
	expect(INSIDE(cond_wait(&cond, &own)), PETRI_EATOMIC);
	check(mutex_owner(&own) == thread_self(), "the mutex of a refused cond_wait is still held");
	expect(mutex_unlock(&own), PETRI_OK);
	expect(INSIDE(mutex_lock(&own)), PETRI_OK);
	expect(INSIDE(mutex_unlock(&own)), PETRI_OK);
	/* what was refused has left no trace */
	expect(semaphore_post(&none), PETRI_OK);
	expect(semaphore_wait(&none), PETRI_OK);
	semaphore_post(&hold);
	join(holder);
	expect(mutex_lock_until(&taken, in_us(100000)), PETRI_OK);
	expect(mutex_unlock(&taken), PETRI_OK);
}

static void *never_runs_inside(void *arg)
{
	__atomic_store_n((bool *)arg, true, __ATOMIC_RELAXED);
	return arg;
}

/* Calls that never block work inside; yield does nothing there. */
static void check_allowed(void)
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;
	enum petri_error created = PETRI_OK;
	bool ran = false, ran_inside = true;
	int may_run = spoilt_by_host(1);
	thread_id id = 0;

	attr.priority = 25;
	attr.affinity = the_one_core();
	ATOMIC_SECTION {
		created = thread_create(&id, &attr, never_runs_inside, &ran);
		thread_yield();
		ran_inside = __atomic_load_n(&ran, __ATOMIC_RELAXED);
	}
	expect(created, PETRI_OK);
	check(!ran_inside || may_run, "a more urgent thread created inside does not run there, even by a yield");
	check(__atomic_load_n(&ran, __ATOMIC_RELAXED), "and runs at the end, at once");
	join(id);
}

int main(void)
{
	stay_on_one_core();
	check_nesting();
	check_wakeup();
	check_quantum();
	check_refusals();
	check_allowed();
	return test_end();
}
