/*
 * The page allocator: each page is given out once at a time and zeroed, whether it is fresh, was freed alone, or came back with a whole
 * table of pages. Tables are arrays of addresses here.
 */
#include "kernel/page.h"

#include "kernel/arch.h"
#include "tap.h"

#define PAGES 1200u
#define TABLE 512u /* pages in one */

static uint8_t memory[PAGES * PAGE_SIZE] __attribute__((aligned(4096)));
static uint64_t got[PAGES];
static bool out[PAGES]; /* given out */

uint64_t arch_table_page(const struct page_table *table, uint32_t i) { return ((const uint64_t *)table)[i]; }

void arch_zero_page(uint64_t page) { memset((void *)page, 0, PAGE_SIZE); }

static unsigned int number_of(uint64_t page) { return (unsigned int)((page - (uint64_t)memory) / PAGE_SIZE); }

static uint64_t take(void)
{
	uint64_t page = page_alloc();
	const uint8_t *bytes = (const uint8_t *)page;
	size_t i = 0;

	if (page == 0)
		return 0;
	EXPECT(page % PAGE_SIZE == 0 && number_of(page) < PAGES);
	EXPECT(!out[number_of(page)]);
	out[number_of(page)] = true;
	while (i < PAGE_SIZE && bytes[i] == 0)
		i++;
	EXPECT_EQ(i, PAGE_SIZE);
	memset((void *)page, 0x99, PAGE_SIZE);
	return page;
}

static void give(uint64_t page)
{
	out[number_of(page)] = false;
	page_free(page);
}

/* A table with the first n of the pages in got[from...]. */
static void give_table(unsigned int from, unsigned int n)
{
	uint64_t *table = (uint64_t *)got[from + n];

	memcpy(table, got + from, n * sizeof(got[0]));
	for (unsigned int i = from; i <= from + n; i++)
		out[number_of(got[i])] = false;
	page_reclaim((struct page_table *)table, n);
}

/* All that there is, each page once; and then there is none. */
static void take_all(void)
{
	for (unsigned int i = 0; i < PAGES; i++) {
		EXPECT_EQ(page_count_free(), PAGES - i);
		got[i] = take();
		EXPECT(got[i] != 0);
	}
	EXPECT_EQ(page_count_free(), 0);
	EXPECT_EQ(page_alloc(), 0);
}

static void give_all(void)
{
	for (unsigned int i = 0; i < PAGES; i++)
		if (out[i])
			give((uint64_t)memory + i * PAGE_SIZE);
	EXPECT_EQ(page_count_free(), PAGES);
}

/* In two ranges whose ends are no page's. */
static void begin(void)
{
	if (page_count_all() == PAGES)
		return;
	page_add((uint64_t)memory, (uint64_t)memory + 9 * PAGE_SIZE + 100);
	EXPECT_EQ(page_count_all(), 9);
	page_add((uint64_t)memory + 9 * PAGE_SIZE - 100, (uint64_t)memory + PAGES * PAGE_SIZE);
}

static void single_pages(void)
{
	begin();
	for (unsigned int round = 0; round < 3; round++) {
		take_all();
		give_all();
	}
}

/* Tables of no page, one, some and as many as there may be, between single pages. */
static void tables(void)
{
	static const unsigned int sizes[] = {0, 1, 2, 100, TABLE, 0, 1};
	unsigned int at = 5;

	begin();
	take_all();
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint64_t had = page_count_free();

		give_table(at, sizes[i]);
		EXPECT_EQ(page_count_free(), had + sizes[i] + 1);
		at += sizes[i] + 1;
		give(got[at++]);
	}
	for (unsigned int i = at; i < PAGES; i++)
		give(got[i]);
	for (unsigned int i = 0; i < 5; i++)
		give(got[i]);
	take_all();
	give_all();
}

/* Half-taken tables under new ones, in any order. */
static void at_random(void)
{
	begin();
	for (unsigned int step = 0; step < 200; step++) {
		unsigned int n = tap_below(60), free = (unsigned int)page_count_free();

		if (tap_below(2) && free > n) {
			for (unsigned int i = 0; i <= n; i++)
				got[i] = take();
			give_table(0, n);
			EXPECT_EQ(page_count_free(), free);
		}
		for (n = tap_below(40); n > 0; n--) {
			unsigned int i = tap_below(PAGES);

			if (out[i])
				give((uint64_t)memory + i * PAGE_SIZE);
			else
				take();
		}
	}
	give_all();
	take_all();
	give_all();
}

static const struct tap_test tests[] = {
	{"page: each is given out once, and zeroed", single_pages},
	{"page: whole tables come back page by page", tables},
	{"page: tables and pages in any order", at_random},
};
TAP_MAIN(tests)
