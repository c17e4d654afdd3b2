/*
 * Private heaps: blocks are the thread's own, aligned and keep what was written; compact stacks are enough; a heap is gone with its
 * thread; and wrong frees end the thread that does them, by name, before anything else is touched.
 *
 * test: mode both
 * test: fault 10 twice
 * test: fault 10 inside
 * test: fault 10 past
 * test: fault 10 shared
 * test: fault 10 neighbour
 * test: fault 10 stack
 * test: fault 10 nothing
 * test: fault 10 none
 * test: fault 10 into_shared
 * test: fault 10 late
 * test: fault 10 forged
 * test: fault 10 compact
 * test: fault 1 reader
 * test: quantum 0.7
 * test: seeds 3
 */
#include <petri/heap.h>
#include <petri/string.h>

#include "common/test.h"

#define THREADS 8
#define BLOCKS 16
#define ROUNDS 1500
#define PAGE 4096u

/* ---- many at once ------------------------------------------------------------------------------------------------------------ */

struct holding {
	unsigned char *block;
	size_t size;
	unsigned char mark;
};

struct worker {
	struct holding holdings[BLOCKS];
	uint64_t state, wrong, none, left;
};

static bool is_mine(const void *block)
{
	uint64_t slot = PRIVATE_HEAPS + (thread_self() & 0xffffff) * PRIVATE_HEAP_SIZE;

	return (uintptr_t)block - slot < PRIVATE_HEAP_SIZE;
}

static void look_at(struct worker *w, const struct holding *h, size_t n)
{
	for (size_t i = 0; i < n; i += 1 + n / 8)
		w->wrong += h->block[i] != h->mark;
	w->wrong += n && h->block[n - 1] != h->mark;
}

static void take(struct worker *w, struct holding *h)
{
	h->size = draw(&w->state) % 16 ? draw(&w->state) % 300 : draw(&w->state) % 20000;
	h->mark = (unsigned char)draw(&w->state);
	h->block = private_alloc(h->size);
	w->none += h->block == NULL;
	w->wrong += (uintptr_t)h->block % 16 || !is_mine(h->block) || private_usable_size(h->block) < h->size;
	memset(h->block, h->mark, h->size);
}

static void resize(struct worker *w, struct holding *h)
{
	size_t size = draw(&w->state) % 2000, kept = size < h->size ? size : h->size;
	unsigned char *block = private_realloc(h->block, size);

	w->none += block == NULL;
	if (!block)
		return;
	h->block = block;
	look_at(w, h, kept);
	h->size = size;
	memset(block, h->mark, size);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct heap_stats stats;

	for (int i = 0; i < ROUNDS; i++) {
		struct holding *h = &w->holdings[draw(&w->state) % BLOCKS];

		if (!h->block) {
			take(w, h);
			continue;
		}
		look_at(w, h, h->size);
		if (draw(&w->state) % 3 == 0) {
			resize(w, h);
		} else {
			private_free(h->block);
			h->block = NULL;
		}
	}
	for (int i = 0; i < BLOCKS; i++)
		private_free(w->holdings[i].block);
	private_stats(&stats);
	w->left = stats.blocks + stats.in_use;
	return NULL;
}

static void check_many(bool compact)
{
	static struct worker workers[THREADS];
	thread_id ids[THREADS];
	uint64_t wrong = 0, none = 0, left = 0;

	memset(workers, 0, sizeof(workers));
	for (int i = 0; i < THREADS; i++) {
		workers[i].state = 100 + (uint64_t)i;
		ids[i] = compact ? start_compact("work", work, &workers[i], 10) : start("work", work, &workers[i], 10);
	}
	for (int i = 0; i < THREADS; i++) {
		join(ids[i]);
		wrong += workers[i].wrong;
		none += workers[i].none;
		left += workers[i].left;
	}
	check(wrong == 0, "%s: blocks keep their bytes, and lie in their thread's slot: %lu wrong",
	      compact ? "compact" : "guarded", wrong);
	check(none == 0, "there is memory: %lu times none", none);
	check(left == 0, "all has come back: %lu left", left);
}

/* ---- sizes ------------------------------------------------------------------------------------------------------------------- */

static void *sizes(void *arg)
{
	struct heap_stats stats;
	size_t volatile huge = SIZE_MAX;
	unsigned char *all, *zeros;
	uint64_t wrong = 0;

	(void)arg;
	private_stats(&stats);
	wrong += stats.from_kernel != 0; /* nothing is taken before the first use */
	wrong += private_alloc(huge) != NULL || private_calloc(huge / 2, 3) != NULL || private_alloc(PRIVATE_HEAP_SIZE) != NULL;
	all = private_alloc(PRIVATE_HEAP_SIZE - PAGE);
	wrong += all == NULL;
	wrong += private_alloc(8 * PAGE) != NULL;
	memset(all, 0xff, PRIVATE_HEAP_SIZE - PAGE);
	private_free(all);
	zeros = private_calloc(100, 1000);
	for (size_t i = 0; i < 100000; i++)
		wrong += zeros[i] != 0;
	private_stats(&stats);
	wrong += stats.from_kernel > PRIVATE_HEAP_SIZE || stats.blocks != 1;
	return (void *)(uintptr_t)wrong;
}

/* ---- gone with the thread ---------------------------------------------------------------------------------------------------- */

static unsigned char *volatile left_behind;

static void *leave(void *arg)
{
	left_behind = private_alloc(100);
	memset(left_behind, 0x5a, 100);
	return arg;
}

static void *read_it(void *arg)
{
	(void)arg;
	return (void *)(uintptr_t)left_behind[0];
}

/* ---- wrong use: each ends its thread ------------------------------------------------------------------------------------------- */

static void *volatile others;

static void *twice(void *arg)
{
	void *volatile block = private_alloc(50);

	private_free(block);
	private_free(block);
	return arg;
}

static void *inside(void *arg)
{
	unsigned char *block = private_calloc(1, 200);
	void *volatile middle = block + 64;

	private_free(middle);
	return arg;
}

static void *past(void *arg)
{
	unsigned char *volatile block = private_alloc(64);

	for (size_t i = 0; i < private_usable_size(block) + 8; i++)
		block[i] = 0x33;
	private_free(block);
	return arg;
}

static void *free_others(void *arg)
{
	void *block = private_alloc(10);

	private_free(others);
	return block ? arg : NULL;
}

static void *free_stack(void *arg)
{
	unsigned char room[64] __attribute__((aligned(16))) = {0};
	void *volatile at = room + 16;

	others = private_alloc(10);
	private_free(at);
	return arg;
}

static void *free_nothing(void *arg)
{
	others = private_alloc(10);
	private_free((void *)(uintptr_t)0x1230);
	return arg;
}

static void *free_without(void *arg)
{
	private_free(others);
	return arg;
}

static void *free_into_shared(void *arg)
{
	void *volatile block = private_alloc(100);

	heap_free(block);
	return arg;
}

/* Uses a block after its free, and then the heap. */
static void *write_late(void *arg)
{
	void **volatile block = private_alloc(100);
	void *volatile guard = private_alloc(100);

	private_free(block);
	block[0] = block[1] = (void *)(uintptr_t)0xdead0000beef0000ull;
	return private_alloc(100) == guard ? arg : NULL;
}

/* A header where none belongs: units so many that what follows lies far outside. */
static void *forge(void *arg)
{
	uint64_t *block = private_calloc(1, 256);
	void *volatile at = block + 4;

	block[2] = 0xffffffffffffffffull;
	private_free(at);
	return arg;
}

static void dies_of(const char *name, thread_entry deed)
{
	check_error(thread_join(start(name, deed, NULL, 20), NULL), PETRI_EFAULTED, name);
}

static void check_wrong_use(void)
{
	struct heap_stats before, after;

	heap_stats(&before);
	dies_of("twice", twice);
	dies_of("inside", inside);
	dies_of("past", past);
	dies_of("stack", free_stack);
	dies_of("nothing", free_nothing);
	others = heap_alloc(100);
	dies_of("shared", free_others);
	dies_of("none", free_without);
	heap_free(others);
	others = private_alloc(100);
	dies_of("neighbour", free_others);
	private_free(others);
	dies_of("into_shared", free_into_shared);
	dies_of("late", write_late);
	dies_of("forged", forge);
	expect(thread_join(start_compact("compact", twice, NULL, 20), NULL), PETRI_EFAULTED);
	heap_stats(&after);
	check(before.in_use == after.in_use && before.blocks == after.blocks, "the shared heap is as it was");
}

int main(void)
{
	check_many(false);
	check_many(true);
	check(join(start("sizes", sizes, NULL, 10)) == NULL, "sizes from none to the whole slot");
	join(start("leave", leave, NULL, 20));
	expect(thread_join(start("reader", read_it, NULL, 20), NULL), PETRI_EFAULTED);
	check_wrong_use();
	return test_end();
}
