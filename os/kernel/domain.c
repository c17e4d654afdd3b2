/*
 * Domains: mapping an app's ELF, its heap, and pages for stacks. Takes the domain's lock, then those of tables and pages.
 */
#include "kernel/domain.h"

#include <petri/string.h>

#include "kernel/core.h"
#include "kernel/elf.h"
#include "kernel/page.h"
#include "kernel/syscalls.h"
#include "kernel/usercopy.h"

struct domain *domain_visit(struct core *core, struct domain *d)
{
	struct domain *before = core->domain;

	if (d != before && d != NULL) {
		arch_space_use(&d->space);
		core->domain = d;
	}
	return before;
}

void domain_unmap(struct domain *d, uint64_t va, uint64_t size)
{
	for (uint64_t at = va; at < va + size; at += PAGE_SIZE) {
		uint64_t page = arch_unmap(&d->space, at);

		if (page != 0)
			page_free(page);
	}
}

static enum petri_error map_one(struct domain *d, uint64_t va)
{
	uint64_t page = page_alloc();
	enum petri_error error;

	if (page == 0)
		return PETRI_ENOMEM;
	error = arch_map(&d->space, va, page, PAGE_SIZE, MAP_APP_RW);
	if (error != PETRI_OK)
		page_free(page);
	return error;
}

enum petri_error domain_map_fresh(struct domain *d, uint64_t va, uint64_t size)
{
	for (uint64_t at = va; at < va + size; at += PAGE_SIZE) {
		enum petri_error error = map_one(d, at);

		if (error != PETRI_OK) {
			domain_unmap(d, va, at - va);
			return error;
		}
	}
	return PETRI_OK;
}

/* ---- the image ----------------------------------------------------------------------------------------------------------- */

/* Constants and text stay where they are in the image; what can be written is copied to fresh pages. */
static void map_segment(struct domain *d, const uint8_t *elf, const struct elf_segment *s)
{
	uint64_t va = PAGE_DOWN(s->address);
	uint64_t size = PAGE_UP(s->address + s->memory_size) - va;
	enum map_kind text = d->kernel_mode ? MAP_APP_TEXT : MAP_USER_TEXT;
	enum petri_error error;

	if (!s->writable) {
		uint64_t pa = PAGE_DOWN((uint64_t)elf + s->offset);

		error = arch_map(&d->space, va, pa, size, s->executable ? text : MAP_APP_RO);
	} else {
		error = domain_map_fresh(d, va, size);
	}
	if (error != PETRI_OK)
		panic("no memory for the image of %s", d->name);
}

/* With the domain's space in use. */
static void fill_segment(const uint8_t *elf, const struct elf_segment *s)
{
	if (s->writable)
		memcpy((void *)s->address, elf + s->offset, s->file_size);
}

static void for_segments(struct domain *d, const uint8_t *elf, uint64_t size)
{
	struct elf_segment s;
	const char *reason = elf_check(elf, size);

	for (uint32_t i = 0; reason == NULL && elf_segment(elf, i, &s); i++) {
		reason = elf_check_segment(&s, size, APP_IMAGE, APP_IMAGE_END);
		if (reason == NULL)
			map_segment(d, elf, &s);
	}
	if (reason != NULL)
		panic("the image of %s is no good: %s", d->name, reason);
	domain_visit(arch_core(), d);
	for (uint32_t i = 0; elf_segment(elf, i, &s); i++)
		fill_segment(elf, &s);
	d->entry = elf_entry(elf);
}

void domain_make(struct domain *d, const char *name, const uint8_t *elf, uint64_t size)
{
	d->heap_end = d->heap_mapped = APP_HEAP;
	spin_init(&d->lock, RANK_DOMAIN);
	list_init(&d->ended);
	list_init(&d->claimed);
	for (size_t i = 0; i + 1 < sizeof(d->name) && name[i] != '\0'; i++)
		d->name[i] = name[i];
	for (uint32_t c = 0; c < STACK_CLASSES; c++) {
		struct stack_class *stacks = &d->stacks[c];

		list_init(&stacks->idle);
		stacks->next = c < COMPACT_CLASSES ? APP_COMPACT + c * GIB
						   : APP_GUARDED + (c - COMPACT_CLASSES) * 4 * GIB + PAGE_SIZE;
		stacks->mapped = stacks->next;
	}
	if (arch_space_init(&d->space, (uint16_t)d->number) != PETRI_OK)
		panic("no memory for the address space of %s", name);
	for_segments(d, elf, size);
}

/* ---- the heap ------------------------------------------------------------------------------------------------------------ */

/* Is there memory for so much more, with the tables that map it? */
static bool fits(uint64_t bytes) { return bytes + bytes / 512 + 3 * PAGE_SIZE <= page_count_free() * PAGE_SIZE; }

/* Maps a piece more of what is wanted, ahead of heap_end, and gives it out when all is there. EAGAIN: there is more to map. */
static enum petri_error grow_piece(struct domain *d, uint64_t bytes, uint64_t *start)
{
	uint64_t ahead = d->heap_mapped - d->heap_end;
	uint64_t missing = bytes > ahead ? bytes - ahead : 0;
	uint64_t piece = missing < MAP_PIECE ? missing : MAP_PIECE;
	enum petri_error error = PETRI_OK;

	if (bytes > APP_HEAP_END - d->heap_end || (missing > 0 && !fits(missing)))
		return PETRI_ENOMEM;
	if (piece > 0)
		error = domain_map_fresh(d, d->heap_mapped, piece);
	if (error != PETRI_OK)
		return error;
	d->heap_mapped += piece;
	if (piece < missing)
		return PETRI_EAGAIN;
	*start = d->heap_end;
	d->heap_end += bytes;
	return PETRI_OK;
}

/* Gives back a piece of what is mapped ahead. EAGAIN: there is more. */
static enum petri_error shrink_piece(struct domain *d)
{
	uint64_t ahead = d->heap_mapped - d->heap_end;
	uint64_t piece = ahead < MAP_PIECE ? ahead : MAP_PIECE;

	d->heap_mapped -= piece;
	domain_unmap(d, d->heap_mapped, piece);
	return piece < ahead ? PETRI_EAGAIN : PETRI_ENOMEM;
}

/* (bytes, address out, giving up): giving up is 0 for the caller, and 1 when there was not enough and what was mapped goes back. What somebody
 * who was killed had mapped ahead is the next one's. */
void sys_heap_grow(struct core *core, struct thread *t)
{
	struct domain *d = t->domain;
	uint64_t bytes = arch_argument(t, 0), start = 0;
	enum petri_error error = PETRI_EINVAL;

	(void)core;
	/* The place for the answer is tried first: afterwards there is nothing to take back. */
	if (bytes > 0 && bytes % PAGE_SIZE == 0 && arch_argument(t, 2) <= 1)
		error = user_write(t, arch_argument(t, 1), &start, sizeof(start));
	if (error == PETRI_OK) {
		spin_lock(&d->lock);
		error = arch_argument(t, 2) == 0 ? grow_piece(d, bytes, &start) : shrink_piece(d);
		if (error == PETRI_ENOMEM && d->heap_mapped > d->heap_end) {
			arch_set_argument(t, 2, 1);
			error = PETRI_EAGAIN;
		}
		spin_unlock(&d->lock);
	}
	if (error == PETRI_EAGAIN) {
		arch_frame_restart(t);
		return;
	}
	if (error == PETRI_OK)
		error = user_write(t, arch_argument(t, 1), &start, sizeof(start));
	arch_set_result(t, error);
}
