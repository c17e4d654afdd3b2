/*
 * The classic eight: small programs of the kinds that Thread-Metric made customary, of our own, from its public description. Instructions per
 * operation, where it counts operations per 30 s.
 *
 *   tm_basic                 no system at all: one thread goes through an array of 1,024 words and mixes each with a counter; one pass
 *   tm_cooperative           five equal threads, each counts and yields; one yield
 *   tm_preemptive            five threads, each more urgent than the one before: each counts and resumes the next, which runs at once and
 *                            suspends itself again; one resumption with its suspension
 *   tm_interrupt             an interrupt that preempts nobody: the timer's, which makes a less urgent thread ready while a thread computes
 *                            (an app has no handlers of its own: the kernel's way of making the sleeper ready stands for the post in one)
 *   tm_interrupt_preemption  an interrupt that makes a more urgent thread ready, which runs at once, counts, and goes to sleep again
 *   tm_message               a thread sends a message of 16 bytes to a channel and receives it
 *   tm_synchronization       a thread takes a semaphore and gives it back
 *   tm_memory                a thread allocates 128 bytes from its heap and frees them
 */
#include "bench.h"

#include <petri/heap.h>
#include <petri/park.h>
#include <petri/semaphore.h>

#define ROUNDS 5000u
#define THREADS 5u
#define INTERRUPTS 1000u
#define SPINS_PER_INTERRUPT 2500u
#define GAP_NS PETRI_US(4) /* from an interrupt to the next; all of them while the computing thread spins */

static uint64_t rounds;
static uint64_t counts[THREADS];

/* They all did what they were to do. */
static void check_counts(uint64_t wanted)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < THREADS; i++) {
		sum += counts[i];
		counts[i] = 0;
	}
	must(sum == wanted ? PETRI_OK : PETRI_EINVAL);
}

void bench_tm_basic(const struct bench *self)
{
	static volatile uint32_t words[1024];
	uint64_t passes = bench_rounds(200);
	petri_time began = bench_begin();

	REPEAT(passes)
	for (uint32_t i = 0; i < 1024; i++)
		words[i] = (words[i] + (uint32_t)round_) ^ words[i] << 1;
	bench_loop(self, bench_end(began), passes);
}

/* ---- threads among themselves ----------------------------------------------------------------------------------------------- */

/* Ids of five threads; the priority of each is that of the one before and the step. */
static void make_five(thread_id *ids, thread_entry entry, uint8_t lowest, uint8_t step)
{
	struct thread_attr attr = BENCH_ATTR;

	for (uintptr_t i = 0; i < THREADS; i++) {
		attr.priority = (uint8_t)(lowest + i * step);
		must(thread_create(&ids[i], &attr, entry, (void *)i));
	}
}

static void *cooperating(void *me)
{
	uint64_t n = rounds;

	REPEAT(n)
	{
		counts[(uintptr_t)me]++;
		thread_yield();
	}
	return NULL;
}

void bench_tm_cooperative(const struct bench *self)
{
	thread_id ids[THREADS];
	petri_time began;

	rounds = bench_rounds(ROUNDS);
	must(thread_set_priority(thread_self(), BENCH_PRIORITY + 1, NULL));
	make_five(ids, cooperating, BENCH_PRIORITY, 0);
	began = bench_begin();
	for (uint32_t i = 0; i < THREADS; i++)
		must(thread_join(ids[i], NULL));
	bench_loop(self, bench_end(began), THREADS * rounds);
	must(thread_set_priority(thread_self(), BENCH_PRIORITY, NULL));
	check_counts(THREADS * rounds);
}

static const uint64_t places[THREADS + 1]; /* where each suspends itself; nobody is at the last */

static void count_and_resume_next(uintptr_t me)
{
	counts[me]++;
	if (me < THREADS - 1)
		unpark(&places[me + 1], 1);
}

static void *preempting(void *me)
{
	uint64_t n = rounds;

	REPEAT(n)
	{
		must(park(&places[(uintptr_t)me], 0, PETRI_FOREVER));
		count_and_resume_next((uintptr_t)me);
	}
	return NULL;
}

/* main is the least urgent of them, and the one that begins each round. */
void bench_tm_preemptive(const struct bench *self)
{
	thread_id ids[THREADS];
	petri_time began;

	rounds = bench_rounds(ROUNDS);
	make_five(ids, preempting, BENCH_PRIORITY + 1, 1);
	began = bench_begin();
	REPEAT(rounds)
	unpark(&places[0], 1);
	bench_loop(self, bench_end(began), THREADS * rounds);
	for (uint32_t i = 0; i < THREADS; i++)
		must(thread_join(ids[i], NULL));
	check_counts(THREADS * rounds);
}

/* ---- interrupts ------------------------------------------------------------------------------------------------------------- */

static petri_time first_interrupt;

static __attribute__((noinline)) uint64_t spin(uint64_t n)
{
	petri_time began = bench_begin();

	REPEAT(n);
	return bench_end(began);
}

static void *sleeping_once(void *number)
{
	thread_sleep_until(first_interrupt + (uintptr_t)number * GAP_NS);
	counts[0]++;
	return NULL;
}

static void *sleeping_often(void *unused)
{
	for (uint64_t i = 0; i < rounds; i++) {
		thread_sleep_until(first_interrupt + i * GAP_NS);
		counts[0]++;
	}
	return unused;
}

/* What computing takes longer for being interrupted so often. */
static void interrupted(const struct bench *self, uint64_t alone)
{
	uint64_t ns = spin(rounds * SPINS_PER_INTERRUPT);

	must(petri_now() > first_interrupt + rounds * GAP_NS ? PETRI_OK : PETRI_EINVAL);
	bench_result(self, ns - alone, rounds);
}

void bench_tm_interrupt(const struct bench *self)
{
	struct thread_attr attr = BENCH_ATTR;
	thread_id *ids;
	uint64_t alone;

	rounds = bench_rounds(INTERRUPTS);
	ids = heap_alloc(rounds * sizeof *ids);
	must(ids ? PETRI_OK : PETRI_ENOMEM);
	alone = spin(rounds * SPINS_PER_INTERRUPT);
	attr.priority = BENCH_PRIORITY + 1;
	first_interrupt = petri_now() + rounds * PETRI_US(10);
	for (uintptr_t i = 0; i < rounds; i++)
		must(thread_create(&ids[i], &attr, sleeping_once, (void *)i)); /* runs at once, until it sleeps */
	must(thread_set_priority(thread_self(), BENCH_PRIORITY + 2, NULL));
	thread_sleep_until(first_interrupt - GAP_NS);
	interrupted(self, alone);
	must(thread_set_priority(thread_self(), BENCH_PRIORITY, NULL));
	for (uint32_t i = 0; i < rounds; i++)
		must(thread_join(ids[i], NULL));
	heap_free(ids);
	check_counts(rounds);
}

void bench_tm_interrupt_preemption(const struct bench *self)
{
	struct thread_attr attr = BENCH_ATTR;
	uint64_t alone;
	thread_id id;

	rounds = bench_rounds(INTERRUPTS);
	alone = spin(rounds * SPINS_PER_INTERRUPT);
	attr.priority = BENCH_PRIORITY + 1;
	first_interrupt = petri_now() + PETRI_US(20);
	must(thread_create(&id, &attr, sleeping_often, NULL));
	interrupted(self, alone);
	must(thread_join(id, NULL));
	check_counts(rounds);
}

/* ---- what a thread does alone ----------------------------------------------------------------------------------------------- */

void bench_tm_synchronization(const struct bench *self)
{
	static struct semaphore semaphore = SEMAPHORE_INIT(1);
	enum petri_error wrong = PETRI_OK;
	uint64_t n = bench_rounds(ROUNDS);
	petri_time began = bench_begin();

	REPEAT(n)
	{
		wrong |= semaphore_wait(&semaphore);
		semaphore_post(&semaphore);
	}
	bench_loop(self, bench_end(began), n);
	must(wrong);
}

void bench_tm_memory(const struct bench *self)
{
	uint64_t n = bench_rounds(ROUNDS);
	petri_time began;

	private_free(private_alloc(128)); /* the heap is made at its first use */
	began = bench_begin();
	REPEAT(n)
	{
		void *block = private_alloc(128);

		__asm__ volatile("" : : "r"(block) : "memory");
		private_free(block);
	}
	bench_loop(self, bench_end(began), n);
}
