/* From thread to thread. All threads here have compact stacks, and are equal in priority if it is not said that one is more urgent. */
#include "bench.h"

#include <petri/heap.h>
#include <petri/park.h>
#include <petri/semaphore.h>

#define ROUNDS 20000u
#define THREADS 5000u

static uint64_t rounds; /* of each thread */

static void yield_often(void)
{
	uint64_t n = rounds;

	REPEAT(n)
	thread_yield();
}

/* All yield so often in turns: between two yields of one lies one of each other. Before that once, until all have begun. */
static void *yielding(void *unused)
{
	thread_yield();
	yield_often();
	return unused;
}

static void *yielding_timed(void *unused)
{
	petri_time began;

	(void)unused;
	thread_yield();
	began = bench_begin();
	yield_often();
	return (void *)(uintptr_t)bench_end(began);
}

/* The first one takes the time. All of them yield equally often, so that each round is one of all. */
void bench_yield(const struct bench *self)
{
	struct thread_attr attr = BENCH_ATTR;
	uint32_t threads = self->argument;
	thread_id *ids = heap_alloc(threads * sizeof *ids);
	void *ns = NULL;

	must(ids ? PETRI_OK : PETRI_ENOMEM);
	rounds = bench_rounds(2 * ROUNDS / threads);
	for (uint32_t i = 0; i < threads; i++)
		must(thread_create(&ids[i], &attr, i == 0 ? yielding_timed : yielding, NULL));
	for (uint32_t i = 0; i < threads; i++)
		must(thread_join(ids[i], i == 0 ? &ns : NULL));
	heap_free(ids);
	bench_loop(self, (uintptr_t)ns, threads * rounds);
}

static struct semaphore ping = SEMAPHORE_INIT(0), pong = SEMAPHORE_INIT(0);

static void *pinging(void *unused)
{
	uint64_t n = rounds;
	petri_time began = bench_begin();

	(void)unused;
	REPEAT(n)
	{
		semaphore_post(&ping);
		must(semaphore_wait(&pong));
	}
	return (void *)(uintptr_t)bench_end(began);
}

static void *ponging(void *unused)
{
	uint64_t n = rounds;

	(void)unused;
	REPEAT(n)
	{
		must(semaphore_wait(&ping));
		semaphore_post(&pong);
	}
	return NULL;
}

void bench_sem_pingpong(const struct bench *self)
{
	rounds = bench_rounds(ROUNDS);
	bench_loop(self, bench_pair(pinging, ponging), rounds);
}

static const uint64_t place = 0; /* where the more urgent one is suspended */

static void *suspending(void *unused)
{
	uint64_t n = rounds;

	(void)unused;
	REPEAT(n)
	must(park(&place, 0, PETRI_FOREVER));
	return NULL;
}

/* It is resumed, runs, and suspends itself again, all within the call. */
void bench_resume_suspend(const struct bench *self)
{
	struct thread_attr attr = BENCH_ATTR;
	uint64_t woken = 0, n = bench_rounds(ROUNDS);
	petri_time began;
	thread_id id;

	rounds = n;
	attr.priority = BENCH_PRIORITY + 1;
	must(thread_create(&id, &attr, suspending, NULL));
	began = bench_begin();
	REPEAT(n)
	woken += unpark(&place, 1);
	bench_loop(self, bench_end(began), n);
	must(thread_join(id, NULL));
	must(woken == n ? PETRI_OK : PETRI_EINVAL);
}

static void *nothing(void *unused) { return unused; }

/* A life from its creation to its join. The creator blocks in the join, since a thread of its own priority does not run before. */
void bench_create_exit_join(const struct bench *self)
{
	struct thread_attr attr = BENCH_ATTR;
	uint64_t lives = bench_rounds(THREADS);
	petri_time began;

	began = bench_begin();
	REPEAT(lives)
	{
		thread_id id;

		must(thread_create(&id, &attr, nothing, NULL));
		must(thread_join(id, NULL));
	}
	bench_loop(self, bench_end(began), lives);
}
