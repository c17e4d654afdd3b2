/*
 * With many asleep: what it costs to fall asleep among them, and how late the urgent one wakes when the others wake in crowds.
 *
 * sleep_insert_N: a thread parks with a deadline somewhere among those of N sleepers and is woken before it comes; less the same without a
 * deadline. max_irq_latency_10k_sleepers: 10,000 threads sleep until moments that 8 of them share, every 20 us, and go to sleep again; the latest that a more urgent thread ran after its own moment, be it one of theirs or another.
 */
#include "bench.h"

#include <petri/heap.h>
#include <petri/park.h>

#define ROUNDS 4000u
#define SLEEPERS 10000u
#define CROWD 8u
#define CROWD_NS PETRI_US(20) /* from a moment of some to the next */
#define WAKES 4000u
#define URGENT (BENCH_PRIORITY + 8)

static uint32_t draw(void)
{
	static uint32_t random = 1;

	random = random * 1664525u + 1013904223u;
	return random >> 8;
}

static thread_id *make(uint32_t count, thread_entry entry)
{
	struct thread_attr attr = BENCH_ATTR;
	thread_id *ids = heap_alloc(count * sizeof *ids);

	must(ids ? PETRI_OK : PETRI_ENOMEM);
	attr.priority = BENCH_PRIORITY + 1;
	for (uintptr_t i = 0; i < count; i++)
		must(thread_create(&ids[i], &attr, entry, (void *)i)); /* runs at once, until it sleeps */
	return ids;
}

static void end(thread_id *ids, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		must(thread_kill(ids[i]));
		must(thread_join(ids[i], NULL) == PETRI_EKILLED ? PETRI_OK : PETRI_EINVAL);
	}
	heap_free(ids);
}

/* ---- among them ------------------------------------------------------------------------------------------------------------- */

static petri_time far; /* the sleepers' deadlines lie in the 16 s from here on */
static const uint64_t place = 0;
static uint64_t rounds;
static bool with_deadline;

static void *sleeping_long(void *unused)
{
	thread_sleep_until(far + draw() * 1000ull);
	return unused;
}

static void *parking(void *unused)
{
	for (uint64_t i = 0; i < rounds; i++) {
		petri_time deadline = far + draw() * 1000ull;

		must(park(&place, 0, with_deadline ? deadline : PETRI_FOREVER));
	}
	return unused;
}

static uint64_t parkings(bool deadline)
{
	struct thread_attr attr = BENCH_ATTR;
	petri_time began;
	uint64_t ns;
	thread_id id;

	with_deadline = deadline;
	attr.priority = URGENT;
	must(thread_create(&id, &attr, parking, NULL));
	began = deadline ? bench_begin() : petri_now();
	for (uint64_t i = 0; i < rounds; i++)
		unpark(&place, 1);
	ns = deadline ? bench_end(began) : petri_now() - began;
	must(thread_join(id, NULL));
	return ns;
}

void bench_sleep_insert(const struct bench *self)
{
	thread_id *ids;
	uint64_t plain;

	rounds = bench_rounds(ROUNDS);
	far = petri_now() + PETRI_S(1000);
	ids = make(self->argument, sleeping_long);
	plain = parkings(false);
	bench_result(self, parkings(true) - plain, rounds);
	end(ids, self->argument);
}

/* ---- in crowds -------------------------------------------------------------------------------------------------------------- */

static petri_time first_moment;

/* Each wakes when all others have had their turn. */
static void *in_crowd(void *number)
{
	uint64_t moment = (uintptr_t)number / CROWD;

	for (;; moment += SLEEPERS / CROWD)
		thread_sleep_until(first_moment + moment * CROWD_NS);
	return NULL;
}

/* The latest, in ns. Every fourth time its moment is that of a crowd. */
static void *urgent(void *unused)
{
	uint64_t latest = 0;

	(void)unused;
	for (uint64_t i = 0; i < bench_rounds(WAKES); i++) {
		petri_time deadline = first_moment + i * CROWD_NS + (i % 4 ? draw() % CROWD_NS : 0);
		uint64_t late;

		thread_sleep_until(deadline);
		late = petri_now() - deadline;
		latest = late > latest ? late : latest;
	}
	return (void *)(uintptr_t)latest;
}

void bench_max_irq_latency(const struct bench *self)
{
	struct thread_attr attr = BENCH_ATTR;
	thread_id *ids, id;
	petri_time began;
	void *latest;

	first_moment = petri_now() + PETRI_MS(100); /* all are there before it, and asleep */
	ids = make(SLEEPERS, in_crowd);
	must(petri_now() < first_moment ? PETRI_OK : PETRI_ETIMEDOUT);
	attr.priority = URGENT;
	began = bench_begin();
	must(thread_create(&id, &attr, urgent, NULL));
	must(thread_join(id, &latest));
	bench_end(began);
	bench_result(self, (uintptr_t)latest, 1);
	end(ids, SLEEPERS);
}
