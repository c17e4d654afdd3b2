/*
 * A heap against a shadow: what each block holds, what is given out, and after each step the whole row of blocks. For the tests of both
 * heaps, which include the allocator and their heap, so that they can begin with an empty one and look inside.
 *
 * The ground below a heap (memory, guard, death) is here too: memory from one arena, next to each other or with gaps, and only as much as a
 * test allows.
 */
#ifndef HEAP_SHADOW_H
#define HEAP_SHADOW_H

#include <setjmp.h>

#include "../../os/lib/heap_backing.h"
#include "../../os/lib/heap_blocks.c"
#include "tap.h"

/* The heap that is tested, and its calls: the test sets them. */
static struct heap *heap;
static unsigned int bins_of_heap;
static const struct api {
	void *(*alloc)(size_t size);
	void *(*calloc)(size_t count, size_t size);
	void *(*realloc)(void *block, size_t size);
	void (*free)(void *block);
	size_t (*usable_size)(const void *block);
	void (*stats)(struct heap_stats *out);
} * api;

/* ---- the ground -------------------------------------------------------------------------------------------------------- */

#define ARENA (64u << 20)

static uint8_t arena[ARENA] __attribute__((aligned(4096)));
static size_t arena_used, arena_limit;
static size_t gap; /* left out before each piece of memory */
static unsigned int grown;

static unsigned int locked;
static jmp_buf death;
static const char *last_words;
static const void *died_at;

/* Where regions begin, for the walk. */
static struct block *regions[256];
static unsigned int region_count;

static void *arena_grow(size_t bytes)
{
	void *memory = arena + arena_used + gap;

	EXPECT_EQ(bytes % 4096, 0);
	EXPECT(bytes > 0);
	if (bytes + gap > arena_limit - arena_used)
		return NULL;
	arena_used += bytes + gap;
	grown++;
	return memory;
}

void heap_backing_die(const char *name, const char *what, const void *block)
{
	EXPECT_EQ(locked, 0);
	EXPECT(strstr(name, "heap: ") != NULL);
	last_words = what;
	died_at = block;
	longjmp(death, 1);
}

static void arena_begin(size_t limit, size_t gap_between)
{
	arena_used = 0;
	arena_limit = limit;
	gap = gap_between;
	grown = region_count = locked = 0;
}

/* ---- the walk: is the row of blocks sound, and are the bins what the row says? ---------------------------------------- */

struct census {
	size_t used, used_bytes, free, kept;
};

static bool in_its_bin(const struct block *b)
{
	unsigned int bin = bin_of(b->units);

	for (struct block *i = heap->bins[bin]; i != NULL; i = links(i)->next)
		if (i == b)
			return heap->filled[bin / 64] >> bin % 64 & 1;
	return false;
}

/* One region up to its end mark; false when it makes no sense to go on. */
static bool walk_region(struct block *b, struct census *c)
{
	uint32_t units_before = 0;
	bool free_before = false;

	for (; b->units != 0; b = after(b)) {
		bool free = is(b, FREE), kept = is(b, KEPT);

		if (!EXPECT(free || kept || is(b, USED)) || !EXPECT_EQ(b->before, units_before))
			return false;
		EXPECT(b->units >= UNITS_MIN);
		EXPECT(!(free && free_before)); /* neighbours have merged */
		if (free)
			EXPECT(in_its_bin(b));
		if (kept)
			EXPECT(b->units <= HEAP_KEPT_UNITS && heap->kept[b->units] == b);
		c->free += free;
		c->kept += kept;
		c->used += !free && !kept;
		c->used_bytes += free || kept ? 0 : b->units * UNIT;
		free_before = free;
		units_before = b->units;
		if (!EXPECT((uint8_t *)after(b) < arena + arena_used))
			return false;
	}
	EXPECT(is(b, END));
	return EXPECT_EQ(b->before, units_before);
}

static struct census walk(void)
{
	struct census c = {0, 0, 0, 0};
	size_t in_bins = 0, in_kept = 0;
	struct heap_stats s;

	for (unsigned int i = 0; i < region_count; i++)
		if (!walk_region(regions[i], &c))
			return c;
	for (unsigned int bin = 0; bin < bins_of_heap; bin++) {
		EXPECT_EQ(heap->filled[bin / 64] >> bin % 64 & 1, heap->bins[bin] != NULL);
		for (struct block *b = heap->bins[bin]; b != NULL; b = links(b)->next)
			in_bins++;
	}
	EXPECT_EQ(in_bins, c.free);
	for (uint32_t units = 0; units <= HEAP_KEPT_UNITS; units++)
		in_kept += heap->kept[units] != NULL;
	EXPECT_EQ(in_kept, c.kept);
	api->stats(&s);
	EXPECT_EQ(s.blocks, c.used);
	EXPECT_EQ(s.in_use, c.used_bytes);
	EXPECT_EQ(s.from_kernel, arena_used - grown * gap);
	return c;
}

/* The same when nothing is kept. */
static struct census walk_let_go(void)
{
	walk();
	let_all_go(heap);
	return walk();
}

/* ---- the shadow --------------------------------------------------------------------------------------------------------- */

#define SLOTS 400

static struct {
	uint8_t *at;
	size_t size;
	uint8_t mark;
} slots[SLOTS];
static unsigned int slots_used = SLOTS;

/* A block's bytes tell where and whose they are. */
static void scribble(unsigned int i)
{
	slots[i].mark = (uint8_t)tap_random();
	for (size_t k = 0; k < slots[i].size; k++)
		slots[i].at[k] = (uint8_t)(slots[i].mark + k);
}

static void check_content(unsigned int i, size_t n)
{
	size_t k = 0;

	while (k < n && slots[i].at[k] == (uint8_t)(slots[i].mark + k))
		k++;
	EXPECT_EQ(k, n);
}

static void check_block(const void *at, size_t size)
{
	EXPECT_EQ((uintptr_t)at % 16, 0);
	EXPECT((const uint8_t *)at >= arena && (const uint8_t *)at + size <= arena + arena_used);
	EXPECT(api->usable_size(at) >= size);
}

static size_t some_size(void)
{
	switch (tap_below(8)) {
	case 0:
		return tap_below(4);
	case 1:
		return 1 + tap_below(70000);
	case 2:
		return 1 + tap_below(5000);
	default:
		return 1 + tap_below(300);
	}
}

static void take_slot(unsigned int i)
{
	size_t size = some_size();

	slots[i].at = tap_below(4) ? api->alloc(size) : api->calloc(size, 1);
	if (!EXPECT(slots[i].at != NULL))
		return;
	slots[i].size = size;
	check_block(slots[i].at, size);
	scribble(i);
}

static void move_slot(unsigned int i)
{
	size_t size = some_size();
	void *moved = api->realloc(slots[i].at, size);

	if (!EXPECT(moved != NULL))
		return;
	check_block(moved, size);
	slots[i].at = moved;
	check_content(i, size < slots[i].size ? size : slots[i].size);
	slots[i].size = size;
	scribble(i);
}

static void free_slot(unsigned int i)
{
	check_content(i, slots[i].size);
	api->free(slots[i].at);
	slots[i].at = NULL;
}

static void free_all_slots(void)
{
	unsigned int order[SLOTS];

	for (unsigned int i = 0; i < SLOTS; i++) {
		unsigned int k = tap_below(i + 1);

		order[i] = order[k];
		order[k] = i;
	}
	for (unsigned int i = 0; i < SLOTS; i++)
		if (slots[order[i]].at != NULL)
			free_slot(order[i]);
}

static void random_work(unsigned int steps)
{
	memset(slots, 0, sizeof(slots));
	for (unsigned int step = 0; step < steps; step++) {
		unsigned int i = tap_below(slots_used);

		if (slots[i].at == NULL)
			take_slot(i);
		else if (tap_below(3) == 0)
			move_slot(i);
		else
			free_slot(i);
		if (step % 16 == 0)
			walk();
	}
	free_all_slots();
}

/* ---- wrong use ---------------------------------------------------------------------------------------------------------- */

/* volatile: the compiler would otherwise see through what is done wrong on purpose. */
static void *volatile victim;

static void expect_death(void (*deed)(void), const char *words, const void *at)
{
	last_words = "nothing was said";
	died_at = NULL;
	if (setjmp(death) == 0)
		deed();
	if (!EXPECT(strstr(last_words, words) != NULL))
		printf("# said: %s\n", last_words);
	EXPECT(died_at == at);
	EXPECT_EQ(locked, 0);
	walk();
}

static void free_victim(void) { api->free(victim); }

static void resize_victim(void) { victim = api->realloc(victim, 10); }

static void measure_victim(void) { EXPECT_EQ(api->usable_size(victim), -1); }

#endif
