/* What is paid when nobody else wants it: the fast paths. */
#include "bench.h"

#include <petri/atomic.h>
#include <petri/deadlock.h>
#include <petri/mutex.h>
#include <petri/semaphore.h>
#include <petri/time.h>

#define ROUNDS 20000u

static struct semaphore semaphore = SEMAPHORE_INIT(0);
static struct mutex mutex = MUTEX_INIT;
static uint64_t guarded;

static void semaphore_uncontended(void)
{
	enum petri_error wrong = PETRI_OK;
	petri_time began = petri_now();

	REPEAT(ROUNDS)
	{
		semaphore_post(&semaphore);
		wrong |= semaphore_wait(&semaphore);
	}
	bench_loop("sem_uncontended", petri_now() - began, ROUNDS);
	must(wrong);
}

static void mutex_uncontended(void)
{
	enum petri_error wrong = PETRI_OK;
	petri_time began = petri_now();

	REPEAT(ROUNDS)
	{
		wrong |= mutex_lock(&mutex);
		mutex_unlock(&mutex);
	}
	bench_loop("mutex_uncontended", petri_now() - began, ROUNDS);
	must(wrong);
}

static void mutex_guard(void)
{
	petri_time began = petri_now();

	REPEAT(ROUNDS)
	{
		LOCK_GUARD(&mutex);
		__asm__ volatile("" : : "r"(&guarded) : "memory");
	}
	bench_loop("mutex_guard", petri_now() - began, ROUNDS);
}

static void atomic_section(void)
{
	petri_time began = petri_now();

	REPEAT(ROUNDS)
	{
		ATOMIC_SECTION
			__asm__ volatile("" : : "r"(&guarded) : "memory");
	}
	bench_loop("atomic_section", petri_now() - began, ROUNDS);
}

/* ---- a lock that blocks: with the deadlock detector on and off -------------------------------------------------------------- */

#define BLOCKS 4000u

static struct semaphore go = SEMAPHORE_INIT(0);
static bool takes_lock;

/* More urgent than main: runs as soon as it may, and blocks on the lock that main holds. */
static void *contender(void *arg)
{
	for (uint32_t i = 0; i < BLOCKS; i++) {
		must(semaphore_wait(&go));
		if (takes_lock) {
			must(mutex_lock(&mutex));
			mutex_unlock(&mutex);
		}
	}
	return arg;
}

/* Rounds in which main holds the lock while the contender runs; ns. */
static uint64_t rounds(bool contended)
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;
	petri_time began;
	thread_id id;

	takes_lock = contended;
	attr.priority = BENCH_PRIORITY + 1;
	must(thread_create(&id, &attr, contender, NULL));
	began = petri_now();
	for (uint32_t i = 0; i < BLOCKS; i++) {
		must(mutex_lock(&mutex));
		semaphore_post(&go);
		mutex_unlock(&mutex);
	}
	began = petri_now() - began;
	must(thread_join(id, NULL));
	return began;
}

/* Two switches, the block and the hand-off: less what a round costs that does not block. */
static void mutex_block(const char *key, enum deadlock_reaction reaction)
{
	uint64_t plain = rounds(false);

	must(deadlock_react(reaction));
	bench_result(key, rounds(true) - plain, BLOCKS);
	must(deadlock_react(DEADLOCK_REPORT));
}

void bench_locks(void)
{
	mutex_block("mutex_block", DEADLOCK_REPORT);
	mutex_block("mutex_block_off", DEADLOCK_OFF);
	semaphore_uncontended();
	mutex_uncontended();
	mutex_guard();
	atomic_section();
}
