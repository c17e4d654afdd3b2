/*
 * Deadlines against unparks: whoever is counted as woken comes back with OK, and whoever comes back with OK was counted, at any
 * interleaving. The wakers and the sleepers' deadlines are about as fast as each other on purpose.
 *
 * test: mode both
 * test: quantum 0.7
 * test: seeds 4
 */
#include <petri/park.h>

#include "common/test.h"

#define SLEEPERS 6
#define WAKERS 2
#define ROUNDS 1500

static uint64_t word = 1;
static uint64_t counted; /* by the unparks */
static uint64_t living = SLEEPERS;

struct sleeper {
	uint64_t woken, late, strange, early, state;
};

static void *sleep_and_count(void *arg)
{
	struct sleeper *s = arg;

	for (int i = 0; i < ROUNDS; i++) {
		petri_time deadline = petri_now() + draw(&s->state) % PETRI_US(20);
		enum petri_error error = park(&word, 1, deadline);

		s->woken += error == PETRI_OK;
		s->late += error == PETRI_ETIMEDOUT;
		s->early += error == PETRI_ETIMEDOUT && petri_now() < deadline;
		s->strange += error != PETRI_OK && error != PETRI_ETIMEDOUT;
	}
	__atomic_fetch_sub(&living, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void *wake(void *arg)
{
	uint64_t state = (uintptr_t)arg;

	while (__atomic_load_n(&living, __ATOMIC_RELAXED)) {
		uint64_t n = draw(&state) % 4;

		__atomic_fetch_add(&counted, unpark(&word, n == 3 ? UNPARK_ALL : n), __ATOMIC_RELAXED);
		for (uint64_t pause = draw(&state) % 256; pause; pause--)
			__asm__ volatile("yield");
	}
	return NULL;
}

int main(void)
{
	static struct sleeper sleepers[SLEEPERS];
	thread_id ids[SLEEPERS + WAKERS];
	struct sleeper sum = {0};

	for (int i = 0; i < WAKERS; i++)
		ids[SLEEPERS + i] = start("waker", wake, (void *)(uintptr_t)(i + 3), 10);
	for (int i = 0; i < SLEEPERS; i++) {
		sleepers[i].state = 100 + (uint64_t)i;
		ids[i] = start("sleeper", sleep_and_count, &sleepers[i], 10 + (unsigned int)i % 2);
	}
	for (int i = 0; i < SLEEPERS + WAKERS; i++)
		join(ids[i]);
	for (int i = 0; i < SLEEPERS; i++) {
		sum.woken += sleepers[i].woken;
		sum.late += sleepers[i].late;
		sum.strange += sleepers[i].strange;
		sum.early += sleepers[i].early;
	}
	check(sum.woken == counted, "%lu came back woken, %lu were counted", sum.woken, counted);
	check(sum.woken + sum.late == SLEEPERS * ROUNDS && !sum.strange, "%lu timed out, %lu had another error", sum.late,
	      sum.strange);
	check(sum.woken > 100 && sum.late > 100, "both happened often enough to mean something");
	check(sum.early == 0, "no deadline came early");
	check(unpark(&word, UNPARK_ALL) == 0, "nobody is left in the queue");
	return test_end();
}
