/* The heaps: a block and back, and what a private heap costs its thread at the end. */
#include "bench.h"

#include <petri/heap.h>

#define ROUNDS 20000u
#define THREADS 2000u
#define SIZE 64u

/* Of many, some in use, as in a heap that is worked with. */
static void *volatile others[32];

static void allocate_others(void *(*alloc)(size_t), void (*give)(void *))
{
	for (unsigned int i = 0; i < 32; i++)
		others[i] = alloc(16 + i * 8);
	for (unsigned int i = 0; i < 32; i += 3)
		give(others[i]);
}

static void pair(const struct bench *self, void *(*alloc)(size_t), void (*give)(void *))
{
	uint64_t rounds = bench_rounds(ROUNDS);
	petri_time began;

	allocate_others(alloc, give);
	began = bench_begin();
	REPEAT(rounds)
	{
		void *block = alloc(SIZE);

		__asm__ volatile("" : : "r"(block) : "memory");
		give(block);
	}
	bench_loop(self, bench_end(began), rounds);
}

void bench_heap(const struct bench *self) { pair(self, heap_alloc, heap_free); }
void bench_private_heap(const struct bench *self) { pair(self, private_alloc, private_free); }

static petri_time left_at;

static void *without(void *unused)
{
	left_at = petri_now();
	return unused;
}

static void *with_heap(void *unused)
{
	must(private_alloc(1000) ? PETRI_OK : PETRI_ENOMEM);
	return without(unused);
}

/* ns from its last words to its joiner. */
static uint64_t end_of(thread_entry entry)
{
	struct thread_attr attr = BENCH_ATTR;
	uint64_t took = 0;

	for (uint32_t i = 0; i < THREADS; i++) {
		thread_id id;

		must(thread_create(&id, &attr, entry, NULL));
		must(thread_join(id, NULL));
		took += petri_now() - left_at;
	}
	return took;
}

void bench_private_heap_end(const struct bench *self)
{
	uint64_t plain = end_of(without);

	bench_result(self, end_of(with_heap) - plain, THREADS);
}
