/*
 * A thread can be killed in every state: ready, preempted, asleep, and blocked on each kind of word; its
 * place in the queue closes, and everybody else goes on. It cannot be killed twice, nor can a thread kill itself.
 *
 * test: mode both
 * test: seeds 4
 */
#include <petri/cond.h>
#include <petri/heap.h>
#include <petri/mutex.h>
#include <petri/semaphore.h>

#include "common/test.h"

static struct mutex m = MUTEX_INIT;
static struct cond c = COND_INIT;
static struct semaphore s = SEMAPHORE_INIT(0);
static uint64_t word = 1;

static void *spin_for_ever(void *arg)
{
	while (arg == NULL)
		__asm__ volatile("");
	return arg;
}

static void *on_park(void *arg) { return park(&word, 1, PETRI_FOREVER) == PETRI_OK ? arg : NULL; }
static void *on_park_deadline(void *arg) { return park(&word, 1, petri_now() + PETRI_S(3)) == PETRI_OK ? arg : NULL; }
static void *on_semaphore(void *arg) { return semaphore_wait(&s) == PETRI_OK ? arg : NULL; }
static void *on_sleep(void *arg) { return thread_sleep(PETRI_S(3)) == PETRI_OK ? arg : NULL; }

static void *on_mutex(void *arg)
{
	LOCK_GUARD(&m);
	return arg;
}

static void *on_cond(void *arg)
{
	LOCK_GUARD(&m);
	return cond_wait(&c, &m) == PETRI_OK ? arg : NULL;
}

static void *on_join(void *arg) { return thread_join(*(thread_id *)arg, NULL) == PETRI_OK ? arg : NULL; }
static void *on_join_any(void *arg)
{
	struct thread_end end;

	return thread_join_any(&end, PETRI_FOREVER) == PETRI_OK ? arg : NULL;
}

static void kill_one(const char *state_name, thread_id id, enum thread_state state)
{
	bool there = reaches(id, state);
	enum petri_error killed = thread_kill(id), again = thread_kill(id), joined = thread_join(id, NULL);

	check(there && killed == PETRI_OK && again == PETRI_ESTALE && joined == PETRI_EKILLED, "%s: %s, then %s, joined as: %s",
	      state_name, petri_strerror(killed), petri_strerror(again), petri_strerror(joined));
}

static void check_states(void)
{
	thread_id target;

	kill_one("ready, never run", start("ready", spin_for_ever, NULL, 2), THREAD_READY);
	target = start("spins", spin_for_ever, NULL, THREAD_PRIORITY_DEFAULT);
	for (int i = 0; i < 20; i++)
		thread_yield(); /* it runs, until its quantum ends */
	kill_one("preempted", target, THREAD_READY);
	kill_one("parked", start("parked", on_park, NULL, 20), THREAD_BLOCKED);
	kill_one("parked with a deadline", start("parked", on_park_deadline, NULL, 20), THREAD_BLOCKED);
	kill_one("waiting for a semaphore", start("waits", on_semaphore, NULL, 20), THREAD_BLOCKED);
	kill_one("waiting for a condition", start("waits", on_cond, NULL, 20), THREAD_BLOCKED);
	must(mutex_lock(&m));
	kill_one("waiting for a mutex", start("waits", on_mutex, NULL, 20), THREAD_BLOCKED);
	must(mutex_unlock(&m));
	kill_one("asleep", start("asleep", on_sleep, NULL, 20), THREAD_SLEEPING);
	target = start("target", on_semaphore, &target, 20);
	kill_one("joining", start("joins", on_join, &target, 20), THREAD_BLOCKED);
	kill_one("joining any", start("joins", on_join_any, NULL, 20), THREAD_BLOCKED);
	semaphore_post(&s);
	check(join(target) == &target, "the target of the killed joiner lives");
	expect(thread_kill(thread_self()), PETRI_EINVAL);
	expect(thread_kill(0), PETRI_ESTALE);
	target = start("ended", on_semaphore, NULL, 20);
	semaphore_post(&s);
	check(reaches(target, THREAD_ZOMBIE), "one that has ended by itself");
	expect(thread_kill(target), PETRI_ESTALE);
	expect(thread_join(target, NULL), PETRI_OK);
}

/* The middle one of three waiters goes: the other two come through, in order. */
static void check_queue_closes(void)
{
	thread_id ids[3];

	for (int i = 0; i < 3; i++) {
		ids[i] = start("waiter", on_semaphore, &ids[i], 20);
		reaches(ids[i], THREAD_BLOCKED);
	}
	thread_kill(ids[1]);
	semaphore_post(&s);
	semaphore_post(&s);
	check(join(ids[0]) == &ids[0] && join(ids[2]) == &ids[2], "a killed waiter's place in the queue closes");
	expect(thread_join(ids[1], NULL), PETRI_EKILLED);
	expect(semaphore_trywait(&s), PETRI_EBUSY);
}

static void *lock_for_ever(void *arg)
{
	must(mutex_lock(&m));
	return spin_for_ever(arg);
}

/* Killed between being handed the lock and running, or, on another core, soon after: the next one is told. */
static void check_killed_heir(void)
{
	thread_id heir;

	must(mutex_lock(&m));
	heir = start("heir", lock_for_ever, NULL, 5);
	reaches(heir, THREAD_BLOCKED);
	must(mutex_unlock(&m)); /* it is the owner now, and on one core it has not run */
	check(mutex_owner(&m) == heir, "handed over");
	thread_kill(heir);
	expect(mutex_lock(&m), PETRI_EOWNERDIED);
	expect(mutex_unlock(&m), PETRI_OK);
	expect(thread_join(heir, NULL), PETRI_EKILLED);
}

static void *use_heap(void *arg)
{
	for (;;) {
		void *a = heap_alloc(100), *b = heap_alloc(3000);

		heap_free(a);
		b = heap_realloc(b, 5000);
		heap_free(b);
	}
	return arg;
}

/* Killed at any instruction of the allocator: the heap stays sound. */
static void check_heap_survives(void)
{
	int wrong = 0;
	uint64_t state = 3;

	for (int i = 0; i < 100; i++) {
		thread_id id = start("heap", use_heap, NULL, 10);
		void *block;

		thread_sleep(PETRI_US(10) + draw(&state) % PETRI_US(20));
		wrong += thread_kill(id) != PETRI_OK || thread_join(id, NULL) != PETRI_EKILLED;
		block = heap_alloc(500);
		wrong += block == NULL;
		heap_free(block);
	}
	check(wrong == 0, "the heap outlives threads killed inside it");
}

int main(void)
{
	check_states();
	check_queue_closes();
	check_killed_heir();
	check_heap_survives();
	return test_end();
}
