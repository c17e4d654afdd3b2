/* Virtual arrays: see varray.h. Takes the array's lock, then those of pages and tables. */
#include "kernel/varray.h"

#include "kernel/page.h"

static enum petri_error grow(struct varray *a)
{
	uint64_t page = page_alloc();
	enum petri_error error;

	if (page == 0)
		return PETRI_ENOMEM;
	error = arch_map(NULL, a->base + a->mapped, page, PAGE_SIZE, MAP_KERNEL_RW);
	if (error != PETRI_OK) {
		page_free(page);
		return error;
	}
	a->mapped += PAGE_SIZE;
	return PETRI_OK;
}

enum petri_error varray_reserve(struct varray *a, uint64_t bytes)
{
	enum petri_error error = bytes <= VARRAY_MAX ? PETRI_OK : PETRI_ENOMEM;

	spin_lock(&a->lock);
	while (error == PETRI_OK && a->mapped < bytes)
		error = grow(a);
	spin_unlock(&a->lock);
	return error;
}
