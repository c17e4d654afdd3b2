/* From thread to thread. All threads here are equal in priority and have compact stacks. */
#include "bench.h"

#include <petri/semaphore.h>
#include <petri/time.h>

#define ROUNDS 20000u
#define THREADS 5000u

static void *yielding(void *unused)
{
	(void)unused;
	REPEAT(ROUNDS)
	thread_yield();
	return NULL;
}

/* Both yield ROUNDS times in turns: between two yields of one lies one of the other. */
static void *yielding_timed(void *unused)
{
	petri_time began = petri_now();

	yielding(unused);
	return (void *)(uintptr_t)(petri_now() - began);
}

static struct semaphore ping = SEMAPHORE_INIT(0), pong = SEMAPHORE_INIT(0);

static void *pinging(void *unused)
{
	petri_time began = petri_now();

	(void)unused;
	REPEAT(ROUNDS)
	{
		semaphore_post(&ping);
		must(semaphore_wait(&pong));
	}
	return (void *)(uintptr_t)(petri_now() - began);
}

static void *ponging(void *unused)
{
	(void)unused;
	REPEAT(ROUNDS)
	{
		must(semaphore_wait(&ping));
		semaphore_post(&pong);
	}
	return NULL;
}

static void *nothing(void *unused) { return unused; }

/* A life from its creation to its join. The creator blocks in the join, since a thread of its own priority does not run before. */
static void create_exit_join(void)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;
	petri_time began = petri_now();

	REPEAT(THREADS)
	{
		thread_id id;

		must(thread_create(&id, &attr, nothing, NULL));
		must(thread_join(id, NULL));
	}
	bench_loop("create_exit_join", petri_now() - began, THREADS);
}

void bench_switches(void)
{
	bench_loop("yield", bench_pair(yielding_timed, yielding), 2 * ROUNDS);
	bench_loop("sem_pingpong", bench_pair(pinging, ponging), ROUNDS);
	create_exit_join();
}
