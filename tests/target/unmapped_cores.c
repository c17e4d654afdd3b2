/*
 * Memory that is taken away is gone for all cores at once. On each core somebody reads, over and over, what lies on another thread's stack, so that its
 * TLB knows the place; then that thread ends and its pages are given back: every reader's next read is a fault, wherever it runs.
 *
 * test: cores 4
 * test: fault 1 reader x4
 */
#include <petri/park.h>

#include "common/test.h"

#define READERS 4
#define STACK (128u * 1024)
#define ENOUGH 1000

static const uint64_t *place;
static uint64_t go;
static struct {
	uint64_t reads __attribute__((aligned(64)));
} readers[READERS];

/* Stays until it is let go. */
static void *lend_something(void *arg)
{
	uint64_t here[256];

	*(volatile uint64_t *)&here[128] = (uintptr_t)arg;
	__atomic_store_n(&place, &here[128], __ATOMIC_RELEASE);
	return park(&go, 0, PETRI_FOREVER) == PETRI_OK ? arg : NULL;
}

/* Never enters the kernel by itself. */
static void *read_on(void *arg)
{
	const volatile uint64_t *there = __atomic_load_n(&place, __ATOMIC_ACQUIRE);
	uint64_t *reads = arg;

	for (;;) {
		(void)*there;
		__atomic_store_n(reads, *reads + 1, __ATOMIC_RELAXED);
	}
	return arg;
}

static uint64_t least_reads(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < READERS; i++) {
		uint64_t reads = __atomic_load_n(&readers[i].reads, __ATOMIC_RELAXED);

		least = reads < least ? reads : least;
	}
	return least;
}

int main(void)
{
	struct thread_attr large = THREAD_ATTR_DEFAULT;
	thread_id lender = 0, ids[READERS];
	unsigned int faulted = 0;

	thread_set_priority(thread_self(), 24, NULL);
	large.stack_size = STACK;
	large.priority = 20;
	must(thread_create(&lender, &large, lend_something, &large));
	check(reaches(lender, THREAD_BLOCKED), "there is something to read");
	for (int i = 0; i < READERS; i++)
		ids[i] = start("reader", read_on, &readers[i].reads, 10);
	for (int i = 0; i < 1000 && least_reads() < ENOUGH; i++)
		thread_sleep(PETRI_MS(1));
	check(least_reads() >= ENOUGH, "%d read it (each %lu times at least)", READERS, least_reads());
	__atomic_store_n(&go, 1, __ATOMIC_RELAXED);
	unpark(&go, 1);
	join(lender);
	for (int i = 0; i < READERS; i++)
		faulted += thread_join_until(ids[i], NULL, in_us(500000)) == PETRI_EFAULTED;
	check(faulted == READERS, "it is taken away, and each of them faults (%u did)", faulted);
	return test_end();
}
