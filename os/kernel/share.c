/*
 * Regions of memory that several domains see, named, each at the same address in all. Who opens one first makes it; it stays until the system
 * ends. Takes shares.lock, then those of tables and pages.
 */
#include <petri/share.h>
#include <petri/string.h>

#include "kernel/domain.h"
#include "kernel/page.h"
#include "kernel/spinlock.h"
#include "kernel/syscalls.h"
#include "kernel/usercopy.h"

#define REGIONS 64u

struct region {
	char name[THREAD_NAME_MAX];
	uint64_t size, mapped;
	struct domain *first;
	uint32_t users; /* bit n: domain n sees it */
};

static struct {
	struct spinlock lock;
	struct region regions[REGIONS];
} shares = {.lock = SPINLOCK(RANK_SHARES)};

/* The region of that name, or a new one; NULL: no place. */
static struct region *find(struct domain *d, const char *name, uint64_t size)
{
	struct region *r = shares.regions;

	while (r < shares.regions + REGIONS && r->size != 0 && memcmp(r->name, name, sizeof(r->name)) != 0)
		r++;
	if (r == shares.regions + REGIONS)
		return NULL;
	if (r->size == 0) {
		*r = (struct region){.size = size, .first = d, .users = 1u << d->number};
		memcpy(r->name, name, sizeof(r->name));
	}
	return r;
}

static uint64_t address_of(const struct region *r) { return APP_SHARED + (uint64_t)(r - shares.regions) * SHARE_SIZE_MAX; }

/* EAGAIN: there is more to map. */
static enum petri_error map_piece(struct region *r)
{
	uint64_t piece = r->size - r->mapped < MAP_PIECE ? r->size - r->mapped : MAP_PIECE;
	enum petri_error error = PETRI_OK;

	if (piece > 0)
		error = domain_map_fresh(r->first, address_of(r) + r->mapped, piece);
	if (error == PETRI_OK)
		r->mapped += piece;
	return error == PETRI_OK && r->mapped < r->size ? PETRI_EAGAIN : error;
}

static enum petri_error open(struct domain *d, const char *name, uint64_t size, uint64_t *address)
{
	struct region *r = find(d, name, size);
	enum petri_error error;

	if (r == NULL)
		return PETRI_ENOMEM;
	if (size > r->size)
		return PETRI_EINVAL;
	error = map_piece(r);
	if (error == PETRI_OK && !(r->users & 1u << d->number)) {
		error = arch_space_share(&d->space, &r->first->space, address_of(r));
		if (error == PETRI_OK)
			r->users |= 1u << d->number;
	}
	*address = address_of(r);
	return error;
}

/* (name, length, bytes, address out) */
void sys_share_open(struct core *core, struct thread *t)
{
	uint64_t bytes = arch_argument(t, 2), size = PAGE_UP(bytes), address = 0;
	char name[THREAD_NAME_MAX];
	enum petri_error error = user_read_name(t, name, arch_argument(t, 0), arch_argument(t, 1));

	(void)core;
	if (error == PETRI_OK && (name[0] == '\0' || bytes == 0 || bytes > SHARE_SIZE_MAX))
		error = PETRI_EINVAL;
	/* The place for the answer is tried first. */
	if (error == PETRI_OK)
		error = user_write(t, arch_argument(t, 3), &address, sizeof(address));
	if (error == PETRI_OK) {
		spin_lock(&shares.lock);
		error = open(t->domain, name, size, &address);
		spin_unlock(&shares.lock);
	}
	if (error == PETRI_EAGAIN) {
		arch_frame_restart(t);
		return;
	}
	if (error == PETRI_OK)
		error = user_write(t, arch_argument(t, 3), &address, sizeof(address));
	arch_set_result(t, error);
}
