/*
 * Semaphore and mutex under preemption: no unit is lost or made up although waiters give up all the time, no wakeup is lost
 * (it would hang), and never are two threads inside a mutex.
 *
 * test: quantum 0.5
 * test: seeds 4
 */
#include <petri/mutex.h>
#include <petri/semaphore.h>

#include "common/test.h"

#define WORKERS 10
#define ROUNDS 1500
#define UNITS 2
/* Deadlines of all sizes: on several cores a unit comes back soon. */
#define PATIENCE_NS(w) (draw(&(w)->state) % (draw(&(w)->state) % 2 ? 20000 : 1000))

static struct semaphore units = SEMAPHORE_INIT(UNITS);
static struct mutex lock = MUTEX_INIT;
static uint64_t using, intruders, inside, protected_count;

struct worker {
	uint64_t state, taken, given_up, locked, strange;
};

static void use_unit(struct worker *w)
{
	intruders += __atomic_add_fetch(&using, 1, __ATOMIC_RELAXED) > UNITS;
	for (uint64_t n = draw(&w->state) % 4096; n; n--)
		__asm__ volatile("");
	if (draw(&w->state) % 8 == 0)
		thread_yield(); /* the others are to meet it here, however long quanta are */
	__atomic_fetch_sub(&using, 1, __ATOMIC_RELAXED);
	w->taken++;
	must(semaphore_post(&units));
}

static void use_lock(struct worker *w)
{
	enum petri_error error = draw(&w->state) % 2 ? mutex_lock(&lock) : mutex_lock_until(&lock, petri_now() + PATIENCE_NS(w));

	if (error == PETRI_OK) {
		intruders += inside++ != 0;
		for (uint64_t n = draw(&w->state) % 128; n; n--)
			__asm__ volatile("");
		if (draw(&w->state) % 8 == 0)
			thread_yield();
		protected_count++;
		inside--;
		w->locked++;
		must(mutex_unlock(&lock));
	} else {
		w->strange += error != PETRI_ETIMEDOUT;
	}
}

static void *work(void *arg)
{
	struct worker *w = arg;

	for (int i = 0; i < ROUNDS; i++) {
		petri_time deadline = draw(&w->state) % 3 ? petri_now() + PATIENCE_NS(w) : PETRI_FOREVER;
		enum petri_error error = semaphore_wait_until(&units, deadline);

		if (error == PETRI_OK)
			use_unit(w);
		w->given_up += error == PETRI_ETIMEDOUT;
		w->strange += error != PETRI_OK && error != PETRI_ETIMEDOUT;
		use_lock(w);
	}
	return NULL;
}

int main(void)
{
	static struct worker workers[WORKERS];
	thread_id ids[WORKERS];
	struct system_info before = info_now();
	struct worker sum = {0};

	for (int i = 0; i < WORKERS; i++) {
		workers[i].state = 11 + (uint64_t)i;
		ids[i] = start("worker", work, &workers[i], 10 + (unsigned int)i % 2);
	}
	for (int i = 0; i < WORKERS; i++) {
		join(ids[i]);
		sum.taken += workers[i].taken;
		sum.given_up += workers[i].given_up;
		sum.locked += workers[i].locked;
		sum.strange += workers[i].strange;
	}
	check(sum.taken + sum.given_up == WORKERS * ROUNDS && !sum.strange,
	      "%lu units used, %lu waits given up, %lu other errors", sum.taken, sum.given_up, sum.strange);
	check(sum.given_up > 20, "waits were given up often enough to mean something");
	check(intruders == 0, "never more threads inside than allowed (%lu times)", intruders);
	check(protected_count == sum.locked, "the counter under the mutex is right: %lu of %lu", protected_count, sum.locked);
	expect(semaphore_trywait(&units), PETRI_OK);
	expect(semaphore_trywait(&units), PETRI_OK);
	expect(semaphore_trywait(&units), PETRI_EBUSY);
	expect(mutex_trylock(&lock), PETRI_OK);
	expect(mutex_unlock(&lock), PETRI_OK);
	check_preempted(&before, WORKERS * ROUNDS);
	return test_end();
}
