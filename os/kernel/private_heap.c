/*
 * Private heaps: see private_heap.h. Only its own thread grows a slot and only the thread's end empties it, so no lock is taken here but
 * those of tables and pages, one after the other.
 */
#include "kernel/private_heap.h"

#include "kernel/domain.h"
#include "kernel/page.h"
#include "kernel/syscalls.h"
#include "kernel/usercopy.h"

#define PIECE (16 * PAGE_SIZE) /* so much in one go; the call is issued again for the rest */

static uint64_t slot(const struct thread *t) { return APP_PRIVATE + THREAD_INDEX(t->id) * PRIVATE_HEAP_SIZE; }
static uint64_t mapped(const struct thread *t) { return t->private_pages * PAGE_SIZE; }

/* Who is to join t is noted in the same word, under this lock. */
static void set_pages(struct thread *t, uint64_t pages)
{
	spin_lock(&lives);
	t->private_pages = (uint32_t)pages;
	spin_unlock(&lives);
}

static void give_all_back(const struct thread *t)
{
	struct page_table *table = arch_detach(&t->domain->space, slot(t));

	if (table != NULL)
		page_reclaim(table, t->private_pages);
}

void private_heap_release(struct thread *t)
{
	give_all_back(t);
	t->private_pages = 0;
}

/* Takes back what a call that cannot be finished has mapped. With the first page the table goes, too. */
static void take_back(struct thread *t, uint64_t bytes)
{
	if (bytes == mapped(t)) {
		give_all_back(t);
		set_pages(t, 0);
		return;
	}
	set_pages(t, t->private_pages - bytes / PAGE_SIZE);
	domain_unmap(t->domain, slot(t) + mapped(t), bytes);
}

static enum petri_error check(const struct thread *t, uint64_t bytes, uint64_t done)
{
	if (bytes % PAGE_SIZE != 0 || done >= bytes || done % PAGE_SIZE != 0 || done > mapped(t))
		return PETRI_EINVAL;
	if (THREAD_INDEX(t->id) >= PRIVATE_HEAPS_MAX || bytes - done > PRIVATE_HEAP_SIZE - mapped(t))
		return PETRI_ENOMEM;
	return PETRI_OK;
}

static enum petri_error grow(struct thread *t, uint64_t bytes)
{
	enum petri_error error = domain_map_fresh(t->domain, slot(t) + mapped(t), bytes);

	if (error == PETRI_OK)
		set_pages(t, t->private_pages + bytes / PAGE_SIZE);
	return error;
}

/* (bytes, address out, done): done is 0 for the caller and grows from piece to piece. */
void sys_heap_private(struct core *core, struct thread *t)
{
	uint64_t bytes = arch_argument(t, 0), done = arch_argument(t, 2);
	uint64_t piece = bytes - done < PIECE ? bytes - done : PIECE;
	uint64_t start = slot(t) + mapped(t) - done;
	enum petri_error error = check(t, bytes, done);

	(void)core;
	/* The answer is known before: so there is nothing to take back if there is no place for it. */
	if (error == PETRI_OK)
		error = user_write(t, arch_argument(t, 1), &start, sizeof(start));
	if (error == PETRI_OK) {
		error = bytes - done > page_count_free() * PAGE_SIZE ? PETRI_ENOMEM : grow(t, piece);
		if (error != PETRI_OK)
			take_back(t, done);
	}
	if (error == PETRI_OK && done + piece < bytes) {
		arch_set_argument(t, 2, done + piece);
		arch_frame_restart(t);
		return;
	}
	arch_set_result(t, error);
}
