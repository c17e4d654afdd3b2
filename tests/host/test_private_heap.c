/* A private heap against a shadow, in a slot that holds no more than its 2 MiB, and what it does with wrong use. */
#include "heap_shadow.h"

/* The slot is the arena's begin: this stands for private_slot.h. */
#define PRIVATE_SLOT_H
static bool has_slot, is_made;

static void *private_slot(void) { return has_slot ? arena : NULL; }
static void *private_slot_made(void) { return is_made ? arena : NULL; }
static void private_slot_set_made(void) { is_made = true; }

#include "../../os/lib/private_heap.c"

void *private_backing_grow(size_t bytes)
{
	uint8_t *memory = arena_grow(bytes);

	if (memory == NULL)
		return NULL;
	memset(memory, 0, bytes);
	if (grown == 1)
		regions[region_count++] = (struct block *)(memory + sizeof(struct private_heap));
	return memory;
}

/* A thread that has no heap so far. */
static void begin(size_t limit)
{
	static const struct api calls = {private_alloc, private_calloc,      private_realloc,
					 private_free,  private_usable_size, private_stats};

	api = &calls;
	heap = private_slot();
	bins_of_heap = HEAP_BINS(UNITS_LOG2);
	is_made = false;
	arena_begin(limit, 0);
	memset(arena, 0xE1, 2 * PRIVATE_HEAP_SIZE); /* what another thread had there */
}

static void begin_used(size_t limit)
{
	begin(limit);
	private_free(private_alloc(1));
}

static void made_at_first_use(void)
{
	struct heap_stats s;
	void *block;

	begin(PRIVATE_HEAP_SIZE);
	private_stats(&s);
	EXPECT_EQ(s.from_kernel, 0);
	private_free(NULL);
	EXPECT_EQ(grown, 0);
	block = private_alloc(1);
	EXPECT_EQ(grown, 1);
	EXPECT_EQ(arena_used, PAGE); /* a small heap is one page */
	EXPECT_EQ(walk().used, 1);
	private_free(block);
	for (unsigned int i = 0; i < 50; i++) /* what a thread of Life or a C library may want still fits */
		EXPECT(private_alloc(32) != NULL);
	EXPECT_EQ(arena_used, PAGE);
}

static void no_slot(void)
{
	begin(0);
	EXPECT(private_alloc(10) == NULL); /* not even the first page */
	EXPECT(!is_made);
	has_slot = false;
	EXPECT(private_alloc(10) == NULL);
	EXPECT(private_calloc(10, 10) == NULL);
	EXPECT(private_realloc(NULL, 10) == NULL);
	EXPECT(!is_made);
	has_slot = true;
}

static void against_shadow(void)
{
	struct census c;

	begin_used(PRIVATE_HEAP_SIZE);
	slots_used = 150; /* so many fit */
	random_work(30000);
	c = walk_let_go();
	EXPECT_EQ(c.used, 0);
	EXPECT_EQ(c.free, 1); /* all has merged into one */
}

/* Blocks of the slot's size and near it; what comes after the last page is none of ours. */
static void whole_slot(void)
{
	const size_t most = PRIVATE_HEAP_SIZE - sizeof(struct private_heap) - 2 * HEAP_UNIT;
	uint8_t *all, *small;

	begin_used(PRIVATE_HEAP_SIZE);
	for (size_t size = most + 1; size < 4 * PRIVATE_HEAP_SIZE; size += size / 7)
		EXPECT(private_alloc(size) == NULL);
	all = private_alloc(most);
	if (!EXPECT(all != NULL))
		return;
	EXPECT_EQ(private_usable_size(all), most);
	memset(all, 0xAA, most);
	EXPECT(private_alloc(0) == NULL);
	EXPECT(private_realloc(all, most + 1) == NULL);
	EXPECT_EQ(walk().used, 1);
	EXPECT(private_realloc(all, 100) == all);
	small = private_alloc(1000);
	EXPECT(small != NULL && private_realloc(all, most) == NULL);
	EXPECT_EQ(all[99], 0xAA);
	private_free(all);
	private_free(small);
	EXPECT_EQ(walk().free, 1);
	EXPECT_EQ(arena[PRIVATE_HEAP_SIZE], 0xE1);
}

/* It asks for what is missing, page by page. */
static void grows_tightly(void)
{
	begin_used(PRIVATE_HEAP_SIZE);
	EXPECT(private_alloc(3 * PAGE) != NULL);
	EXPECT(arena_used <= 4 * PAGE);
	EXPECT(private_alloc(10 * PAGE) != NULL);
	EXPECT(arena_used <= 14 * PAGE);
	walk();
}

static void memory_ends(void)
{
	void *row[64];
	unsigned int n = 0;

	begin_used(16 * PAGE);
	while (n < 64 && (row[n] = private_calloc(1, 2000)) != NULL)
		n++;
	EXPECT(n > 28 && n < 33);
	EXPECT_EQ(walk().used, n);
	while (n > 0)
		private_free(row[--n]);
	EXPECT_EQ(walk().free, 1);
}

static void wrong_frees(void)
{
	static uint8_t outside[64] __attribute__((aligned(16)));
	uint8_t *block, *guard;

	begin(PRIVATE_HEAP_SIZE);
	victim = outside + 16;
	last_words = "";
	if (setjmp(death) == 0)
		private_free(victim);
	EXPECT(strstr(last_words, "has none") != NULL);
	begin_used(PRIVATE_HEAP_SIZE);
	block = private_calloc(1, 200);
	guard = private_alloc(16);
	expect_death(free_victim, "not a block of this heap", victim);
	victim = arena + PRIVATE_HEAP_SIZE + 4096 + 16; /* the next thread's slot, its words may look right or not */
	expect_death(free_victim, "not a block of this heap", victim);
	expect_death(resize_victim, "not a block of this heap", victim);
	expect_death(measure_victim, "not a block of this heap", victim);
	victim = arena + sizeof(struct private_heap); /* the bookkeeping */
	expect_death(free_victim, "not a block of this heap", victim);
	victim = arena + arena_used; /* behind the end mark */
	expect_death(free_victim, "not a block of this heap", victim);
	victim = (void *)8;
	expect_death(free_victim, "misaligned", victim);
	victim = (void *)16;
	expect_death(free_victim, "not a block of this heap", victim);
	victim = (void *)(UINTPTR_MAX - 15);
	expect_death(free_victim, "not a block of this heap", victim);
	victim = block + 32;
	expect_death(free_victim, "not a block, or", victim);
	private_free(block);
	victim = block;
	expect_death(free_victim, "double free", victim);
	private_free(guard);
}

static const struct tap_test tests[] = {
	{"private heap: made at the first use, in one page", made_at_first_use},
	{"private heap: a thread that cannot have one gets none", no_slot},
	{"private heap: 30,000 random steps against a shadow", against_shadow},
	{"private heap: the whole slot, and no byte more", whole_slot},
	{"private heap: takes no more pages than it needs", grows_tightly},
	{"private heap: no memory, and it recovers", memory_ends},
	{"private heap: a double or foreign free is told", wrong_frees},
};

int main(int argc, char **argv)
{
	has_slot = true;
	return tap_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
