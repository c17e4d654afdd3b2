/* Save areas: see fp_area.h. Takes areas.lock, then that of pages. */
#include "kernel/fp_area.h"

#include <petri/string.h>

#include "kernel/page.h"
#include "kernel/spinlock.h"

struct area {
	struct area *next;
};

static struct {
	struct spinlock lock;
	struct area *free;
} areas = {.lock = SPINLOCK(RANK_FP_AREAS)};

static void refill(void)
{
	uint64_t page = page_alloc();

	for (uint64_t at = page; page != 0 && at + ARCH_FP_SIZE <= page + PAGE_SIZE; at += ARCH_FP_SIZE) {
		struct area *a = (struct area *)at;

		a->next = areas.free;
		areas.free = a;
	}
}

void *fp_area_alloc(void)
{
	struct area *a;

	spin_lock(&areas.lock);
	if (areas.free == NULL)
		refill();
	a = areas.free;
	if (a != NULL)
		areas.free = a->next;
	spin_unlock(&areas.lock);
	return a != NULL ? memset(a, 0, ARCH_FP_SIZE) : NULL;
}

void fp_area_free(void *area)
{
	struct area *a = area;

	if (a == NULL)
		return;
	spin_lock(&areas.lock);
	a->next = areas.free;
	areas.free = a;
	spin_unlock(&areas.lock);
}
