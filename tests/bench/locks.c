/* What is paid when nobody else wants it: the fast paths. */
#include "bench.h"

#include <petri/atomic.h>
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

	REPEAT(ROUNDS) {
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

	REPEAT(ROUNDS) {
		wrong |= mutex_lock(&mutex);
		mutex_unlock(&mutex);
	}
	bench_loop("mutex_uncontended", petri_now() - began, ROUNDS);
	must(wrong);
}

static void mutex_guard(void)
{
	petri_time began = petri_now();

	REPEAT(ROUNDS) {
		LOCK_GUARD(&mutex);
		__asm__ volatile("" : : "r"(&guarded) : "memory");
	}
	bench_loop("mutex_guard", petri_now() - began, ROUNDS);
}

static void atomic_section(void)
{
	petri_time began = petri_now();

	REPEAT(ROUNDS) {
		ATOMIC_SECTION
			__asm__ volatile("" : : "r"(&guarded) : "memory");
	}
	bench_loop("atomic_section", petri_now() - began, ROUNDS);
}

void bench_locks(void)
{
	semaphore_uncontended();
	mutex_uncontended();
	mutex_guard();
	atomic_section();
}
