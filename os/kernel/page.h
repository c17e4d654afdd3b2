/* Physical pages of 4 KiB, one at a time: nothing here needs two of them side by side. */
#ifndef KERNEL_PAGE_H
#define KERNEL_PAGE_H

#include <stdint.h>

struct page_table;

#define PAGE_SIZE 4096ull
#define PAGE_UP(x) (((x) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1))
#define PAGE_DOWN(x) ((x) & ~(PAGE_SIZE - 1))

/* Gives [from, to) to the allocator, identity-mapped RAM. Called once per range, at boot. */
void page_add(uint64_t from, uint64_t to);
/* A zeroed page, or 0. O(1). */
uint64_t page_alloc(void);
void page_free(uint64_t page);
/* A table that arch_detach() has given, with its first n pages: all are free at once, in O(1). */
void page_reclaim(struct page_table *table, uint32_t n);
uint64_t page_count_free(void);
uint64_t page_count_all(void);

#endif
