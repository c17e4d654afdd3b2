/*
 * Density view: see draw_density.h. A lone cell among many must still be seen, so brightness grows with the square root.
 */
#include "draw_density.h"

#include <math.h>
#include <stddef.h>

#include "../draw.h"

#define OPAQUE 0xff000000u

/* What was found in one pixel's cells. */
struct heap {
	uint32_t red, green, blue, alive, cells;
	bool killed, faulted;
};

static void heap_add(struct heap *h, const struct dish *d, size_t i, const struct cells_colours *c)
{
	h->cells++;
	h->killed |= d->killed[i];
	h->faulted |= d->killed[i] & d->faulted[i];
	if (!d->cells[i])
		return;
	uint64_t age = d->generation > d->born[i] ? d->generation - d->born[i] : 0;
	uint32_t rgb = c->alive[age < CELLS_AGES ? age : CELLS_AGES - 1];

	h->red += rgb >> 16 & 255;
	h->green += rgb >> 8 & 255;
	h->blue += rgb & 255;
	h->alive++;
}

static uint32_t heap_colour(const struct heap *h)
{
	if (h->killed)
		return OPAQUE | (h->faulted ? COLOUR_FAULTED : COLOUR_KILLED);
	if (!h->alive)
		return OPAQUE | COLOUR_DISH;
	uint32_t mean = h->red / h->alive << 16 | h->green / h->alive << 8 | h->blue / h->alive;

	return OPAQUE | draw_mix(mean, COLOUR_DISH, (unsigned)(255 * sqrt((double)h->alive / h->cells)));
}

/* The cells first..end under pixel p, along one side. */
static void under(int p, double corner, double cell, uint32_t cells, uint32_t *first, uint32_t *end)
{
	double from = floor((p - corner) / cell), to = floor((p + 1 - corner) / cell);

	*first = from < 0 ? 0 : from > cells ? cells : (uint32_t)from;
	*end = to < 0 ? 0 : to > cells ? cells : (uint32_t)to;
}

void density_paint(const struct pixels *t, const struct dish *d, const struct cells_view *v, const struct cells_colours *c)
{
	for (int py = 0; py < t->h; py++) {
		uint32_t top, bottom;

		under(py, v->y, v->cell, d->height, &top, &bottom);
		for (int px = 0; px < t->w && top < bottom; px++) {
			struct heap h = {0};
			uint32_t left, right;

			under(px, v->x, v->cell, d->width, &left, &right);
			for (uint32_t y = top; y < bottom; y++)
				for (uint32_t x = left; x < right; x++)
					heap_add(&h, d, (size_t)y * d->width + x, c);
			if (h.cells)
				t->pixels[(ptrdiff_t)py * t->pitch + px] = heap_colour(&h);
		}
	}
}
