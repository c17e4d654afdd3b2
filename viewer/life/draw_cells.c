/*
 * Painting a dish: see draw_cells.h. The density view below one pixel a cell is in draw_density.c.
 */
#include "draw_cells.h"

#include <math.h>
#include <stddef.h>

#include <petri/wire_life.h>

#include "../draw.h"
#include "draw_density.h"

#define OPAQUE 0xff000000u
#define INK_GRID 0x171b23u
#define INK_GRID_TEN 0x232936u
#define INK_EDGE 0x3a4557u

/* One cell's shape at this zoom: how much of each pixel it covers. */
struct stamp {
	int side;
	uint8_t full[CELLS_SIDE_MAX * CELLS_SIDE_MAX];
	uint8_t outline[CELLS_SIDE_MAX * CELLS_SIDE_MAX];
	uint8_t cross[CELLS_SIDE_MAX * CELLS_SIDE_MAX];
};

void cells_colours(struct cells_colours *c, enum palette p)
{
	for (uint64_t age = 0; age < CELLS_AGES; age++)
		c->alive[age] = OPAQUE | colour_alive(p, age);
	for (uint64_t n = 0; n <= GHOST_GENERATIONS; n++)
		c->ghost[n] = OPAQUE | colour_ghost(p, n);
}

static void fill(const struct pixels *t, int x, int y, int w, int h, uint32_t colour)
{
	int x1 = x + w < t->w ? x + w : t->w, y1 = y + h < t->h ? y + h : t->h;

	if (x < 0)
		x = 0;
	for (int j = y < 0 ? 0 : y; j < y1; j++)
		for (int i = x; i < x1; i++)
			t->pixels[(size_t)j * t->pitch + i] = colour;
}

/* How near a pixel's middle is to one of the two diagonals, as coverage of a line of this width with soft edges. */
static uint8_t cross_coverage(int x, int y, int side, double width)
{
	double end = side * 0.26, middle = side / 2.0, dx = fabs(x + 0.5 - middle), dy = fabs(y + 0.5 - middle);
	double off = fabs(dx - dy) / M_SQRT2 - width / 2, along = (dx + dy) / 2 - (middle - end);
	double out = off > along ? off : along;

	return out <= -0.5 ? 255 : out >= 0.5 ? 0 : (uint8_t)((0.5 - out) * 255);
}

static void stamp_make(struct stamp *s, int side)
{
	double gap = side >= 20 ? side / 20.0 : 0.5, radius = side * 0.22, line = side >= 16 ? side / 8.0 : 1.5;

	s->side = side;
	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++) {
			unsigned outer = draw_coverage(x, y, side, side, gap, radius);
			unsigned inner = draw_coverage(x, y, side, side, gap + line, radius - line > 0 ? radius - line : 0);

			s->full[y * side + x] = (uint8_t)outer;
			s->outline[y * side + x] = (uint8_t)(outer - inner);
			s->cross[y * side + x] = cross_coverage(x, y, side, side >= 16 ? side / 9.0 : 1.6);
		}
}

static void stamp_put(const struct pixels *t, int x, int y, int side, const uint8_t *shape, uint32_t colour)
{
	for (int j = 0; j < side; j++) {
		if (y + j < 0 || y + j >= t->h)
			continue;
		uint32_t *row = t->pixels + (ptrdiff_t)(y + j) * t->pitch;

		for (int i = 0; i < side; i++) {
			unsigned a = shape[j * side + i];

			if (!a || x + i < 0 || x + i >= t->w)
				continue;
			row[x + i] = a == 255 ? colour : OPAQUE | draw_mix(colour, row[x + i], a);
		}
	}
}

static void paint_grid(const struct pixels *t, const struct dish *d, const struct cells_view *v)
{
	int side = (int)v->cell, x0 = (int)v->x, y0 = (int)v->y;
	int w = (int)d->width * side, h = (int)d->height * side;

	for (int pass = 0; pass < 2; pass++) {
		unsigned every = pass ? 10 : 1;
		uint32_t ink = OPAQUE | (pass ? INK_GRID_TEN : INK_GRID);

		for (uint32_t x = 0; x <= d->width; x += every)
			fill(t, x0 + (int)x * side, y0, 1, h, ink);
		for (uint32_t y = 0; y <= d->height; y += every)
			fill(t, x0, y0 + (int)y * side, w, 1, ink);
	}
}

/* The colour of a cell, or 0 when the dish shows through. */
static uint32_t cell_colour(const struct dish *d, size_t i, const struct cells_colours *c)
{
	if (d->cells[i]) {
		uint64_t age = d->generation > d->born[i] ? d->generation - d->born[i] : 0;

		return c->alive[age < CELLS_AGES ? age : CELLS_AGES - 1];
	}
	if (d->died[i] > d->generation || d->generation - d->died[i] >= GHOST_GENERATIONS)
		return 0;
	return c->ghost[d->generation - d->died[i] + 1];
}

static void paint_cell(const struct pixels *t, const struct dish *d, size_t i, int x, int y, const struct stamp *s,
		       const struct cells_colours *c)
{
	uint32_t colour = cell_colour(d, i, c);
	bool shaped = s->side >= CELLS_ROUND_FROM;

	bool faulted = d->killed[i] && d->faulted[i];

	if (d->killed[i] && !shaped)
		colour = OPAQUE | (faulted ? COLOUR_FAULTED : COLOUR_KILLED);
	if (colour && shaped)
		stamp_put(t, x, y, s->side, s->full, colour);
	else if (colour)
		fill(t, x, y, s->side, s->side, colour);
	if (faulted && shaped) {
		stamp_put(t, x, y, s->side, s->full, OPAQUE | COLOUR_FAULTED);
		stamp_put(t, x, y, s->side, s->cross, OPAQUE | COLOUR_DISH);
	} else if (d->killed[i] && shaped) {
		stamp_put(t, x, y, s->side, s->outline, OPAQUE | COLOUR_KILLED);
	}
}

/* The range of cells first..last that touches 0..room, along one side. */
static void visible(int corner, int side, uint32_t cells, int room, uint32_t *first, uint32_t *end)
{
	int64_t last = (room - corner + side - 1) / side;

	*first = corner < 0 ? (uint32_t)(-corner / side) : 0;
	*end = last < 0 ? 0 : last < (int64_t)cells ? (uint32_t)last : cells;
}

static void paint_squares(const struct pixels *t, const struct dish *d, const struct cells_view *v, const struct cells_colours *c)
{
	static struct stamp stamp; /* kept for as long as the zoom stays; the window is single-threaded */
	int side = (int)v->cell, x0 = (int)v->x, y0 = (int)v->y;
	uint32_t left, right, top, bottom;

	if (stamp.side != side)
		stamp_make(&stamp, side);
	visible(x0, side, d->width, t->w, &left, &right);
	visible(y0, side, d->height, t->h, &top, &bottom);
	for (uint32_t y = top; y < bottom; y++)
		for (uint32_t x = left; x < right; x++)
			paint_cell(t, d, (size_t)y * d->width + x, x0 + (int)x * side, y0 + (int)y * side, &stamp, c);
}

void cells_paint(const struct pixels *t, const struct dish *d, const struct cells_view *v, const struct cells_colours *c)
{
	int w = (int)(d->width * v->cell + 0.5), h = (int)(d->height * v->cell + 0.5);

	fill(t, 0, 0, t->w, t->h, OPAQUE | COLOUR_SURFACE);
	if (d->topology == LIFE_PLANE) /* a plane ends here, a torus does not */
		fill(t, (int)v->x - 1, (int)v->y - 1, w + 2, h + 2, OPAQUE | INK_EDGE);
	fill(t, (int)v->x, (int)v->y, w, h, OPAQUE | COLOUR_DISH);
	if (!d->cells)
		return;
	if (v->cell < 1) {
		density_paint(t, d, v, c);
		return;
	}
	if (v->grid && v->cell >= CELLS_ROUND_FROM)
		paint_grid(t, d, v);
	paint_squares(t, d, v, c);
}

void cells_round_off(const struct pixels *t, int radius)
{
	for (int y = 0; y < t->h; y++) {
		if (y == radius && t->h > 2 * radius)
			y = t->h - radius;
		for (int x = 0; x < t->w; x++) {
			if (x == radius && t->w > 2 * radius)
				x = t->w - radius;
			unsigned a = draw_coverage(x, y, t->w, t->h, 0, radius);
			uint32_t *p = t->pixels + (ptrdiff_t)y * t->pitch + x;

			*p = OPAQUE | draw_mix(*p, COLOUR_SURFACE, a);
		}
	}
}
