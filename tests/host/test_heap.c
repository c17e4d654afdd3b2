/* The shared heap against a shadow, and what it does with wrong use. */
#include "heap_shadow.h"

#include "../../os/lib/heap.c"

void *heap_backing_grow(size_t bytes)
{
	void *memory;

	EXPECT_EQ(locked, 1);
	memory = arena_grow(bytes);
	if (memory == NULL)
		return NULL;
	memset(memory, 0xD7, bytes); /* the heap must not count on zeros */
	if (gap > 0 || grown == 1)
		regions[region_count++] = memory;
	return memory;
}

void heap_backing_lock(void)
{
	EXPECT_EQ(locked, 0);
	locked++;
}

void heap_backing_unlock(void)
{
	EXPECT_EQ(locked, 1);
	locked--;
}

/* An empty heap, as in a new app. */
static void begin(size_t limit, size_t gap_between)
{
	static const struct api calls = {heap_alloc, heap_calloc, heap_realloc, heap_free, heap_usable_size, heap_stats};

	api = &calls;
	heap = &shared;
	bins_of_heap = sizeof(bins) / sizeof(bins[0]);
	memset(bins, 0, sizeof(bins));
	shared = (struct heap)HEAP_INIT(&ground, bins, HEAP_UNITS_LOG2_MAX, GROWTH);
	arena_begin(limit, gap_between);
}

static void shadow(void)
{
	struct census c;

	begin(ARENA, 0);
	random_work(30000);
	c = walk_let_go();
	EXPECT_EQ(c.used, 0);
	EXPECT_EQ(c.free, 1); /* all has merged into one */
}

static void shadow_with_gaps(void)
{
	struct census c;

	begin(ARENA, 4096);
	random_work(30000);
	c = walk_let_go();
	EXPECT_EQ(c.used, 0);
	EXPECT_EQ(c.free, region_count);
	EXPECT(region_count > 3);
}

/* The same work again wants no more memory: nothing leaks, nothing crumbles for good. */
static void constant_memory(void)
{
	size_t had;

	begin(ARENA, 0);
	random_work(20000);
	had = arena_used;
	for (unsigned int i = 0; i < 10; i++) {
		tap.random = 77;
		random_work(20000);
		let_all_go(heap); /* else the next begins with other pieces */
		if (i == 0)
			had = arena_used;
		EXPECT_EQ(arena_used, had);
	}
}

static void merging(void)
{
	static const unsigned int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	for (unsigned int k = 0; k < 6; k++) {
		void *blocks[3];
		void *guard, *whole;

		begin(ARENA, 0);
		for (unsigned int i = 0; i < 3; i++)
			blocks[i] = heap_alloc(1000);
		guard = heap_alloc(16);
		for (unsigned int i = 0; i < 3; i++) {
			heap_free(blocks[orders[k][i]]);
			walk();
		}
		whole = heap_alloc(3000);
		EXPECT(whole == blocks[0]);
		heap_free(whole);
		heap_free(guard);
		EXPECT_EQ(grown, 1);
	}
}

/* New memory that follows the old makes one block with what was free at its end. */
static void regions_join(void)
{
	void *small, *large;

	begin(ARENA, 0);
	small = heap_alloc(100);
	large = heap_alloc(GROWTH - 200); /* fills what is there, nearly */
	EXPECT_EQ(grown, 1);
	heap_free(large);
	large = heap_alloc(2 * GROWTH - 1000);
	EXPECT_EQ(grown, 2);
	EXPECT(arena_used <= 2 * GROWTH);
	EXPECT(large != NULL);
	walk();
	heap_free(small);
	heap_free(large);
	EXPECT_EQ(walk().free, 1);
}

static void realloc_in_place(void)
{
	uint8_t *a, *b;

	begin(ARENA, 0);
	a = heap_alloc(100);
	b = heap_alloc(100);
	memset(a, 0xA5, 100);
	EXPECT(heap_realloc(a, 40) == a); /* shrinks where it is */
	EXPECT(heap_usable_size(a) < 100);
	EXPECT(heap_realloc(a, 100) == a); /* and back into what it gave up */
	EXPECT_EQ(a[39], 0xA5);
	heap_free(b);
	EXPECT(heap_realloc(a, 5000) == a); /* into a freed neighbour */
	walk();
	b = heap_realloc(NULL, 10);
	EXPECT(b != NULL && b != a);
	a = heap_realloc(a, GROWTH * 2); /* has to move */
	EXPECT(a != NULL && a != b);
	EXPECT_EQ(a[0], 0xA5);
	EXPECT_EQ(a[39], 0xA5);
	heap_free(a);
	heap_free(b);
	EXPECT_EQ(walk().used, 0);
}

/* What is cut off in front and behind is free again, and freeing the block makes one of all. */
static void aligned(void)
{
	volatile size_t huge = (size_t)-1; /* the compiler would complain of it otherwise */
	void *blocks[200];

	begin(ARENA, 0);
	for (unsigned int i = 0; i < 200; i++) {
		size_t alignment = (size_t)1 << (tap_below(14)), size = tap_below(3000);

		blocks[i] = heap_alloc_aligned(alignment, size);
		EXPECT(blocks[i] != NULL && (uintptr_t)blocks[i] % alignment == 0);
		EXPECT(heap_usable_size(blocks[i]) >= size && heap_usable_size(blocks[i]) < size + 48);
		memset(blocks[i], (int)i, size);
		walk();
		if (i % 3 == 0) {
			heap_free(blocks[i]);
			blocks[i] = NULL;
		}
	}
	for (unsigned int i = 0; i < 200; i++)
		heap_free(blocks[i]);
	EXPECT_EQ(walk().used, 0);
	EXPECT_EQ(walk_let_go().free, 1);
	EXPECT(heap_alloc_aligned(huge / 2 + 1, 1) == NULL);
	EXPECT(heap_alloc_aligned(64, huge) == NULL);
}

static void no_memory(void)
{
	uint8_t *kept, *last;
	void *row[64];
	unsigned int n = 0;

	begin(3 * GROWTH, 0);
	kept = heap_alloc(1000);
	memset(kept, 0x42, 1000);
	while (n < 64 && (row[n] = heap_alloc(8000)) != NULL)
		n++;
	EXPECT(n > 20 && n < 25);
	walk();
	EXPECT(heap_realloc(kept, 50000) == NULL);
	for (unsigned int i = 0; i < 1000; i++)
		EXPECT_EQ(kept[i], 0x42);
	EXPECT(heap_calloc(1, 50000) == NULL);
	last = heap_alloc(16); /* small ones may still fit */
	heap_free(last);
	while (n > 0)
		heap_free(row[--n]);
	EXPECT((last = heap_alloc(150000)) != NULL); /* and all is well again */
	heap_free(last);
	heap_free(kept);
	EXPECT_EQ(walk_let_go().free, 1);
}

/* Where less than the usual growth is left, that is asked for. */
static void last_pages(void)
{
	void *a;

	begin(GROWTH + 8192, 0);
	a = heap_alloc(GROWTH - 100);
	EXPECT(heap_alloc(7000) != NULL);
	EXPECT(heap_alloc(7000) == NULL);
	EXPECT(a != NULL);
	walk();
}

static void sizes(void)
{
	void *volatile sink;
	volatile size_t huge = (size_t)-1, large = (size_t)1 << 32; /* the compiler would complain of them otherwise */
	uint8_t *a;

	begin(ARENA, 0);
	a = heap_alloc(0);
	check_block(a, 0);
	heap_free(a);
	heap_free(NULL);
	for (unsigned int k = 0; k < 64; k++) {
		sink = heap_alloc(huge - k);
		EXPECT(sink == NULL);
		sink = heap_alloc(huge >> k % 30);
		EXPECT(sink == NULL);
	}
	sink = heap_calloc(huge / 2, 3);
	EXPECT(sink == NULL);
	sink = heap_calloc(large, large);
	EXPECT(sink == NULL);
	a = heap_alloc(24);
	memset(a, 0x11, 24);
	sink = heap_realloc(a, huge);
	EXPECT(sink == NULL);
	EXPECT_EQ(a[23], 0x11);
	heap_free(a);
	a = heap_calloc(100, 30); /* lies where 0x11 were */
	for (unsigned int i = 0; i < 3000; i++)
		EXPECT_EQ(a[i], 0);
	heap_free(a);
	EXPECT_EQ(walk().free, 1);
}

/* Each bin holds what belongs there, so that the first block of the next bin always fits. */
static void bins_in_order(void)
{
	unsigned int last = 0;

	for (uint32_t units = UNITS_MIN; units < (1u << HEAP_UNITS_LOG2_MAX); units += 1 + units / 97) {
		unsigned int bin = bin_of(units);

		EXPECT(bin >= last && bin < bins_of_heap);
		EXPECT(bin_of(units - 1) <= bin || units == UNITS_MIN);
		last = bin;
	}
	EXPECT(bin_of((1u << HEAP_UNITS_LOG2_MAX)) < HEAP_BINS(HEAP_UNITS_LOG2_MAX));
}

/* ---- wrong use ---------------------------------------------------------------------------------------------------------- */

/* A second free is told whatever has become of the neighbours meanwhile. */
static void double_free(void)
{
	for (unsigned int order = 0; order < 8; order++) {
		void *blocks[4];

		begin(ARENA, 0);
		for (unsigned int i = 0; i < 4; i++)
			blocks[i] = heap_alloc(200);
		victim = blocks[1];
		if (order & 1)
			heap_free(blocks[0]);
		if (order & 2)
			heap_free(blocks[2]);
		heap_free(victim);
		if (order & 4)
			heap_free(blocks[3]);
		expect_death(free_victim, "double free", victim);
		expect_death(resize_victim, "double free", victim);
		expect_death(measure_victim, "double free", victim);
	}
}

static void foreign_free(void)
{
	static uint8_t outside[64] __attribute__((aligned(16)));
	uint8_t *block;

	begin(ARENA, 0);
	block = heap_alloc(256);
	memset(block, 0, 256);
	victim = outside + 32;
	expect_death(free_victim, "not a block of this heap", victim);
	victim = arena + sizeof(arena) - 32; /* in memory the heap does not have yet */
	expect_death(free_victim, "not a block of this heap", victim);
	victim = arena + arena_used; /* behind the end mark */
	expect_death(free_victim, "not a block of this heap", victim);
	victim = block + 64; /* inside of a block */
	expect_death(free_victim, "not a block", victim);
	victim = block + 8;
	expect_death(free_victim, "misaligned", victim);
	victim = block + 1;
	expect_death(resize_victim, "misaligned", victim);
	memcpy(block + 64, block - 16, 16); /* even with a true header copied in front */
	victim = block + 80;
	expect_death(free_victim, "not a block", victim);
	heap_free(block);
}

/* The mark at the end of each region counts as used, but nobody has it. */
static void end_mark(void)
{
	struct block *mark;

	begin(ARENA, 4096);
	victim = heap_alloc(GROWTH);
	victim = heap_alloc(GROWTH); /* in a region of its own */
	EXPECT(region_count > 1);
	for (mark = regions[0]; mark->units != 0; mark = after(mark))
		;
	victim = mark + 1;
	expect_death(free_victim, "not a block", victim);
	victim = heap->end + 1;
	expect_death(free_victim, "not a block", victim);
}

/* A write past the end is told at the free, before the heap trusts what was overwritten. */
static void overrun(void)
{
	uint8_t *a, *b;

	begin(ARENA, 0);
	a = heap_alloc(100);
	b = heap_alloc(100);
	memset(a, 0x66, 100);
	uint8_t saved[16];

	memcpy(saved, b - 16, 16);
	memset(a + heap_usable_size(a), 0x66, 16);
	victim = a;
	last_words = "";
	if (setjmp(death) == 0)
		heap_free(victim);
	EXPECT(strstr(last_words, "past the end") != NULL);
	victim = b;
	last_words = "";
	if (setjmp(death) == 0)
		heap_free(victim);
	EXPECT(strstr(last_words, "overwritten") != NULL);
	memcpy(b - 16, saved, 16);
	walk();
	heap_free(a);
	heap_free(b);
	EXPECT_EQ(walk().free, 1);
}

/* A small block is kept whole for the next of its size, one of each; what is done to it is told as of any other. */
static void kept(void)
{
	uint8_t *a, *b, saved;

	begin(ARENA, 0);
	a = heap_alloc(100);
	b = heap_alloc(100);
	EXPECT(heap_alloc(300) != NULL);
	heap_free(a);
	heap_free(b); /* its size has one: it merges with its neighbours, which a is none of */
	EXPECT(walk().kept == 1 && walk().used == 1 && walk().free == 2);
	EXPECT(heap_alloc(300) != a && heap_alloc(97) == a);
	heap_free(a);
	victim = a;
	expect_death(free_victim, "double free", a);
	expect_death(resize_victim, "double free", a);
	saved = a[-3];
	a[-3] ^= 1;
	last_words = "";
	if (setjmp(death) == 0)
		victim = heap_alloc(100);
	EXPECT(strstr(last_words, "after it was freed") != NULL && died_at == a);
	a[-3] = saved;
	saved = a[7];
	a[7] ^= 1;
	last_words = "";
	if (setjmp(death) == 0)
		victim = heap_alloc(100);
	EXPECT(strstr(last_words, "after it was freed") != NULL && died_at == a);
	a[7] = saved;
	EXPECT(heap_alloc(100) == a);
}

/* A block grows over one that is kept behind it. */
static void grows_over_kept(void)
{
	uint8_t *a, *b;

	begin(ARENA, 0);
	a = heap_alloc(100);
	b = heap_alloc(100);
	EXPECT(heap_alloc(1000) != NULL);
	heap_free(b);
	EXPECT_EQ(walk().kept, 1);
	EXPECT(heap_realloc(a, 200) == a);
	EXPECT_EQ(walk().kept, 0);
}

/* Both are done to a heap with a free block that was written to. */
static void free_beside(bool behind, const void *const wild[2])
{
	uint8_t *blocks[4], saved[16];

	begin(ARENA, 0);
	for (unsigned int i = 0; i < 4; i++)
		blocks[i] = heap_alloc(400);
	heap_free(blocks[1]);
	memcpy(saved, blocks[1], 16);
	memcpy(blocks[1], wild, 16);
	last_words = "";
	victim = blocks[behind ? 2 : 0];
	if (setjmp(death) == 0)
		heap_free(victim);
	EXPECT(strstr(last_words, "after it was freed") != NULL);
	last_words = "";
	if (setjmp(death) == 0)
		victim = heap_alloc(400);
	EXPECT(strstr(last_words, "after it was freed") != NULL);
	EXPECT(died_at == blocks[1]);
	memcpy(blocks[1], saved, 16);
	EXPECT_EQ(walk().used, 3);
}

/* Told before the heap follows what it finds there: to who allocates from it, or frees beside it. */
static void late_write(void)
{
	const void *const nowhere[2] = {(void *)0xdead0000beef0000u, NULL}, *const inside_it[2] = {NULL, arena + 1600};

	for (unsigned int behind = 0; behind < 2; behind++) {
		free_beside(behind, nowhere);
		free_beside(behind, inside_it);
	}
}

static const struct tap_test tests[] = {
	{"heap: 30,000 random steps against a shadow", shadow},
	{"heap: the same in scattered memory", shadow_with_gaps},
	{"heap: the same work again wants no more memory", constant_memory},
	{"heap: blocks at multiples of 1 to 8192", aligned},
	{"heap: freed neighbours merge, in any order", merging},
	{"heap: new memory joins the old", regions_join},
	{"heap: realloc in place, and moving", realloc_in_place},
	{"heap: no memory: old blocks stay, and it recovers", no_memory},
	{"heap: the last pages are used", last_pages},
	{"heap: sizes from none to too large, calloc", sizes},
	{"heap: bins are in order", bins_in_order},
	{"heap: a double free is told", double_free},
	{"heap: a foreign free is told", foreign_free},
	{"heap: an end mark is no block", end_mark},
	{"heap: a write past the end is told", overrun},
	{"heap: one small block of each size is kept", kept},
	{"heap: a block grows over one that is kept", grows_over_kept},
	{"heap: a write into a free block is told", late_write},
};
TAP_MAIN(tests)
