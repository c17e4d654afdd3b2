/*
 * Physical pages: ranges that were never used are handed out from their start, freed pages are chained through their
 * first word. What came back as a whole table of pages is chained as it is, and taken apart page by page as pages are wanted.
 * Takes pages.lock, under everything but the run queue.
 */
#include "kernel/page.h"

#include <petri/string.h>

#include "kernel/spinlock.h"

#define RANGES 8
#define POISON 0xDB

/* Lies in the first page of its table, which is the last to be handed out again. */
struct reclaimed {
	struct reclaimed *next;
	struct page_table *table; /* NULL: handed out */
	uint32_t pages;           /* of the table, this one included */
};

static struct {
	struct spinlock lock;
	uint64_t *freed;
	struct reclaimed *reclaimed;
	uint64_t free, all;
	struct {
		uint64_t next, end;
	} fresh[RANGES];
} pages = {.lock = SPINLOCK(RANK_PAGES)};

void page_add(uint64_t from, uint64_t to)
{
	from = PAGE_UP(from);
	to = PAGE_DOWN(to);
	if (from >= to)
		return;
	for (int i = 0; i < RANGES; i++)
		if (pages.fresh[i].end == 0) {
			pages.fresh[i].next = from;
			pages.fresh[i].end = to;
			pages.free += (to - from) / PAGE_SIZE;
			pages.all += (to - from) / PAGE_SIZE;
			return;
		}
	panic("more than %d ranges of memory", RANGES);
}

static uint64_t take_reclaimed(void)
{
	struct reclaimed *r = pages.reclaimed;
	uint64_t page = (uint64_t)r->table;

	if (r->pages > 1)
		return arch_table_page(r->table, --r->pages);
	r->table = NULL;
	if (page != 0)
		return page;
	pages.reclaimed = r->next;
	return (uint64_t)r;
}

static uint64_t take(void)
{
	uint64_t page = (uint64_t)pages.freed;

	if (page != 0) {
		pages.freed = *(uint64_t **)pages.freed;
		return page;
	}
	if (pages.reclaimed != NULL)
		return take_reclaimed();
	for (int i = 0; i < RANGES; i++)
		if (pages.fresh[i].next < pages.fresh[i].end) {
			page = pages.fresh[i].next;
			pages.fresh[i].next += PAGE_SIZE;
			return page;
		}
	return 0;
}

uint64_t page_alloc(void)
{
	uint64_t page;

	spin_lock(&pages.lock);
	page = take();
	if (page != 0)
		pages.free--;
	spin_unlock(&pages.lock);
	if (page != 0)
		arch_zero_page(page);
	return page;
}

void page_free(uint64_t page)
{
	kassert(page != 0 && page % PAGE_SIZE == 0);
#ifdef CHECKED
	memset((void *)page, POISON, PAGE_SIZE);
#endif
	spin_lock(&pages.lock);
	*(uint64_t **)page = pages.freed;
	pages.freed = (uint64_t *)page;
	pages.free++;
	spin_unlock(&pages.lock);
}

void page_reclaim(struct page_table *table, uint32_t n)
{
	struct reclaimed *r;

	if (n == 0) {
		page_free((uint64_t)table);
		return;
	}
	r = (struct reclaimed *)arch_table_page(table, 0);
	spin_lock(&pages.lock);
	*r = (struct reclaimed){pages.reclaimed, table, n};
	pages.reclaimed = r;
	pages.free += n + 1;
	spin_unlock(&pages.lock);
}

uint64_t page_count_free(void) { return pages.free; }
uint64_t page_count_all(void) { return pages.all; }
