/* What is paid when nobody else wants it: the fast paths. */
#include "bench.h"

#include <petri/atomic.h>
#include <petri/deadlock.h>
#include <petri/mutex.h>
#include <petri/semaphore.h>

#define ROUNDS 20000u

static struct semaphore semaphore = SEMAPHORE_INIT(0);
static struct mutex mutex = MUTEX_INIT;
static uint64_t guarded;

void bench_sem_uncontended(const struct bench *self)
{
	uint64_t rounds = bench_rounds(ROUNDS);
	enum petri_error wrong = PETRI_OK;
	petri_time began = bench_begin();

	REPEAT(rounds)
	{
		semaphore_post(&semaphore);
		wrong |= semaphore_wait(&semaphore);
	}
	bench_loop(self, bench_end(began), rounds);
	must(wrong);
}

void bench_mutex_uncontended(const struct bench *self)
{
	uint64_t rounds = bench_rounds(ROUNDS);
	enum petri_error wrong = PETRI_OK;
	petri_time began = bench_begin();

	REPEAT(rounds)
	{
		wrong |= mutex_lock(&mutex);
		mutex_unlock(&mutex);
	}
	bench_loop(self, bench_end(began), rounds);
	must(wrong);
}

void bench_mutex_guard(const struct bench *self)
{
	uint64_t rounds = bench_rounds(ROUNDS);
	petri_time began = bench_begin();

	REPEAT(rounds)
	{
		LOCK_GUARD(&mutex);
		__asm__ volatile("" : : "r"(&guarded) : "memory");
	}
	bench_loop(self, bench_end(began), rounds);
}

void bench_atomic_section(const struct bench *self)
{
	uint64_t rounds = bench_rounds(ROUNDS);
	petri_time began = bench_begin();

	REPEAT(rounds)
	{
		ATOMIC_SECTION
			__asm__ volatile("" : : "r"(&guarded) : "memory");
	}
	bench_loop(self, bench_end(began), rounds);
}

/* ---- a lock that blocks: with the deadlock detector on and off -------------------------------------------------------------- */

#define BLOCKS 4000u

static struct semaphore go = SEMAPHORE_INIT(0);
static bool takes_lock;
static uint64_t blocks;

/* More urgent than main: runs as soon as it may, and blocks on the lock that main holds. */
static void *contender(void *arg)
{
	for (uint64_t i = 0; i < blocks; i++) {
		must(semaphore_wait(&go));
		if (takes_lock) {
			must(mutex_lock(&mutex));
			mutex_unlock(&mutex);
		}
	}
	return arg;
}

static void hold_the_lock_while_it_runs(void)
{
	for (uint64_t i = 0; i < blocks; i++) {
		must(mutex_lock(&mutex));
		semaphore_post(&go);
		mutex_unlock(&mutex);
	}
}

/* Rounds in which main holds the lock while the contender runs; ns. */
static uint64_t rounds_of(bool contended)
{
	struct thread_attr attr = BENCH_ATTR;
	petri_time began;
	uint64_t ns;
	thread_id id;

	takes_lock = contended;
	attr.priority = BENCH_PRIORITY + 1;
	must(thread_create(&id, &attr, contender, NULL));
	began = contended ? bench_begin() : petri_now();
	hold_the_lock_while_it_runs();
	ns = contended ? bench_end(began) : petri_now() - began;
	must(thread_join(id, NULL));
	return ns;
}

/* Two switches, the block and the hand-off: less what a round costs that does not block. */
void bench_mutex_block(const struct bench *self)
{
	uint64_t plain;

	blocks = bench_rounds(BLOCKS);
	plain = rounds_of(false);
	must(deadlock_react((enum deadlock_reaction)self->argument));
	bench_result(self, rounds_of(true) - plain, blocks);
	must(deadlock_react(DEADLOCK_REPORT));
}
