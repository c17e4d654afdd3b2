/*
 * The shared heap under threads: blocks do not overlap and keep what was written to them, everything comes back, and double
 * frees, foreign frees and writes past the end end the thread that does them, and nobody else.
 *
 * test: mode both
 * test: fault 10 twice
 * test: fault 10 foreign
 * test: fault 10 past
 * test: quantum 0.7
 * test: seeds 4
 */
#include <petri/heap.h>
#include <petri/string.h>

#include "common/test.h"

#define THREADS 6
#define BLOCKS 24
#define ROUNDS 2500

struct holding {
	unsigned char *block;
	size_t size;
	unsigned char mark;
};

struct worker {
	struct holding holdings[BLOCKS];
	uint64_t state, wrong, none;
};

static void check_marks(struct worker *w, const struct holding *h)
{
	for (size_t i = 0; i < h->size; i += 1 + h->size / 8)
		w->wrong += h->block[i] != h->mark;
	w->wrong += h->size && h->block[h->size - 1] != h->mark;
}

static void take(struct worker *w, struct holding *h)
{
	h->size = draw(&w->state) % 16 ? draw(&w->state) % 300 : draw(&w->state) % 20000;
	h->mark = (unsigned char)draw(&w->state);
	h->block = heap_alloc(h->size);
	w->none += h->block == NULL;
	w->wrong += (uintptr_t)h->block % 16;
	if (h->block)
		memset(h->block, h->mark, h->size);
}

static void resize(struct worker *w, struct holding *h)
{
	size_t size = draw(&w->state) % 2000, kept = size < h->size ? size : h->size;
	unsigned char *block = heap_realloc(h->block, size);

	w->none += block == NULL;
	if (!block)
		return;
	h->block = block;
	h->size = kept;
	check_marks(w, h);
	h->size = size;
	memset(block, h->mark, size);
}

static void *work(void *arg)
{
	struct worker *w = arg;

	for (int i = 0; i < ROUNDS; i++) {
		struct holding *h = &w->holdings[draw(&w->state) % BLOCKS];

		if (!h->block) {
			take(w, h);
			continue;
		}
		check_marks(w, h);
		if (draw(&w->state) % 3 == 0) {
			resize(w, h);
		} else {
			heap_free(h->block);
			h->block = NULL;
		}
	}
	for (int i = 0; i < BLOCKS; i++)
		heap_free(w->holdings[i].block);
	return NULL;
}

static void check_torture(bool one_core)
{
	static struct worker workers[THREADS];
	thread_id ids[THREADS];
	struct system_info before = info_now();
	struct heap_stats stats;
	uint64_t wrong = 0, none = 0;

	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){.state = 21 + (uint64_t)i};
		ids[i] = start("worker", work, &workers[i], 10);
	}
	for (int i = 0; i < THREADS; i++) {
		join(ids[i]);
		wrong += workers[i].wrong;
		none += workers[i].none;
	}
	heap_stats(&stats);
	check(wrong == 0 && none == 0, "blocks keep their contents (%lu wrong), and there is memory (%lu refused)", wrong, none);
	check(stats.blocks == 0 && stats.in_use == 0, "all came back: %zu blocks, %zu bytes are out", stats.blocks, stats.in_use);
	if (one_core) /* else each has a core of its own */
		check_preempted(&before, THREADS * ROUNDS);
}

static void check_limits(void)
{
	struct system_info info = info_now();
	volatile size_t huge = SIZE_MAX, nothing = 0;
	unsigned char *zeroed, *small;
	int wrong = 0;

	check(heap_alloc(huge) == NULL && heap_alloc(info.memory) == NULL, "more than there is: refused");
	check(heap_calloc(huge / 2, 3) == NULL, "a product that overflows: refused");
	small = heap_alloc(nothing);
	check(small != NULL && heap_usable_size(small) >= 1, "a block of size 0 is a block");
	memset(small, 7, heap_usable_size(small));
	check(heap_realloc(small, info.memory) == NULL && small[0] == 7, "a refused realloc leaves the block");
	heap_free(small);
	zeroed = heap_calloc(100, 10);
	for (int i = 0; i < 1000; i++)
		wrong += zeroed[i] != 0;
	check(wrong == 0, "calloc gives zeros");
	heap_free(zeroed);
	heap_free(NULL);
}

static void *free_twice(void *arg)
{
	void *block = heap_alloc(100);

	heap_free(block);
	heap_free(block);
	return arg;
}

static void *free_foreign(void *arg)
{
	heap_free((char *)arg + 16);
	return arg;
}

static void *write_past(void *arg)
{
	volatile unsigned char *block = heap_alloc(32);

	for (size_t i = 0; i < 40; i++)
		block[i] = 1;
	heap_free((void *)(uintptr_t)block);
	return arg;
}

static void *keep_busy(void *arg)
{
	while (!__atomic_load_n((bool *)arg, __ATOMIC_RELAXED))
		heap_free(heap_alloc(64));
	return arg;
}

static void check_errors(void)
{
	static uint64_t memory[8];
	static bool stop;
	thread_id busy = start("busy", keep_busy, &stop, THREAD_PRIORITY_DEFAULT);

	expect(thread_join(start("twice", free_twice, NULL, 20), NULL), PETRI_EFAULTED);
	expect(thread_join(start("foreign", free_foreign, memory, 20), NULL), PETRI_EFAULTED);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	check(join(busy) == &stop, "a thread that uses the heap beside them goes on");
	/* last: who writes over a header spoils the heap for others too, if they touch that place before it is found */
	expect(thread_join(start("past", write_past, NULL, 20), NULL), PETRI_EFAULTED);
}

int main(void)
{
	stay_on_one_core();
	check_torture(true);
	use_all_cores();
	check_torture(false);
	check_limits();
	check_errors();
	return test_end();
}
