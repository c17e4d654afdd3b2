/*
 * Thousands: a grid of dots, one for each, that becomes plates with forks between them when one comes closer. Rows run to
 * and fro like a path, so that who are neighbours at the table are neighbours here (but the first and the last).
 */
#include <math.h>

#include "scene.h"

#define PLATES_FROM 34 /* pixels a place: plates, forks and numbers */
#define WAITS_FROM 7   /* lines between those who wait and those who hold */
#define MARGIN 10

bool grid_has_plates(const struct scene *s) { return s->view->cell >= design(s, PLATES_FROM); }

void grid_fit(struct scene *s)
{
	struct grid_view *v = s->view;
	double w = s->w - 2 * design(s, MARGIN), h = s->h - 2 * design(s, MARGIN);
	uint32_t rows = (s->table->count + s->across - 1) / s->across;

	v->cell = fmin(w / s->across, h / rows);
	if (v->cell >= 2 && v->cell < 6) /* squares are to be equal; discs have smooth edges */
		v->cell = floor(v->cell);
	v->x = floor((s->w - s->across * v->cell) / 2);
	v->y = floor((s->h - rows * v->cell) / 2);
}

void grid_arrange(struct scene *s)
{
	double shape = (double)s->w / (s->h > 0 ? s->h : 1);

	s->across = (uint32_t)ceil(sqrt(s->table->count * shape));
	if (s->across < 1)
		s->across = 1;
	if (!s->view->placed)
		grid_fit(s);
	s->plate = s->view->cell * (grid_has_plates(s) ? 0.31 : s->view->cell < 4 ? 0.5 : 0.4);
}

void grid_place(const struct scene *s, uint32_t i, double *x, double *y)
{
	uint32_t row = i / s->across, column = i % s->across;

	if (row % 2)
		column = s->across - 1 - column;
	*x = s->view->x + (column + 0.5) * s->view->cell;
	*y = s->view->y + (row + 0.5) * s->view->cell;
}

uint32_t grid_at(const struct scene *s, double x, double y)
{
	double column = floor((x - s->view->x) / s->view->cell), row = floor((y - s->view->y) / s->view->cell);
	double i;

	if (column < 0 || row < 0 || column >= s->across)
		return PHIL_NONE;
	if ((long)row % 2)
		column = s->across - 1 - column;
	i = row * s->across + column;
	return i < s->table->count ? (uint32_t)i : PHIL_NONE;
}

static bool in_sight(const struct scene *s, double x, double y)
{
	double out = s->view->cell;

	return x > -out && y > -out && x < s->w + out && y < s->h + out;
}

static void paint_square(const struct pixels *to, double x, double y, double side, uint32_t rgb)
{
	int x0 = (int)floor(x), y0 = (int)floor(y), x1 = (int)floor(x + side), y1 = (int)floor(y + side);

	x1 = x1 > x0 ? x1 : x0 + 1;
	y1 = y1 > y0 ? y1 : y0 + 1;
	for (int j = y0 < 0 ? 0 : y0; j < y1 && j < to->h; j++)
		for (int i = x0 < 0 ? 0 : x0; i < x1 && i < to->w; i++)
			to->pixels[(long)j * to->pitch + i] = 0xff000000u | rgb;
}

static void paint_one(const struct scene *s, const struct pixels *to, uint32_t i, double x, double y)
{
	uint8_t look = s->table->looks[i];
	bool frozen = look & PHIL_FROZEN && (look & PHIL_STATE_MASK) != PHIL_ENDED;
	uint32_t colour = frozen ? PHIL_COLOUR_FROZEN : scene_colour(s, i);

	if (grid_has_plates(s))
		paint_plate(s, to, i, x, y, s->plate);
	else if (s->view->cell < 4)
		paint_square(to, x - s->view->cell / 2, y - s->view->cell / 2, s->view->cell, colour);
	else
		stroke_disc(to, x, y, s->plate, (struct ink){colour, 255});
	if (!grid_has_plates(s) && (i == s->selected || i == s->hover))
		stroke_ring(to, x, y, s->plate + design(s, 3), design(s, 1.4),
			    (struct ink){PHIL_COLOUR_FORK, i == s->selected ? 255 : 140});
}

/* From who waits to the neighbour who holds. The first and the last are no neighbours here: a stub says that there is one. */
static void paint_wait(const struct scene *s, const struct pixels *to, uint32_t i, double x, double y)
{
	uint32_t fork = phil_waits_for(s->table, i), holder = fork == PHIL_NONE ? PHIL_NONE : phil_holder(s->table, fork);
	bool red = scene_in_cycle(s, i);
	struct ink ink = {red ? PHIL_COLOUR_CYCLE : phil_colour(s->palette, PHIL_HUNGRY), red ? 255 : 150};
	double hx, hy, length;

	if (holder == PHIL_NONE)
		return;
	grid_place(s, holder, &hx, &hy);
	length = hypot(hx - x, hy - y);
	if (length > 1.5 * s->view->cell) {
		hx = x + (hx - x) / length * s->view->cell * 0.5;
		hy = y + (hy - y) / length * s->view->cell * 0.5;
	}
	stroke_line(to, x, y, hx, hy, fmax(s->view->cell * 0.07, 1.2), ink);
}

/* Between two neighbours, nearer to the one who holds it. */
static void paint_fork_between(const struct scene *s, const struct pixels *to, uint32_t fork)
{
	uint32_t before = (fork + s->table->count - 1) % s->table->count, holder = phil_holder(s->table, fork);
	double ax, ay, bx, by, part = holder == PHIL_NONE ? 0.5 : holder == fork ? 0.6 : 0.4;
	struct ink ink = {holder == PHIL_NONE ? PHIL_COLOUR_FORK_LYING : PHIL_COLOUR_FORK, 255};

	grid_place(s, before, &ax, &ay);
	grid_place(s, fork, &bx, &by);
	if (hypot(bx - ax, by - ay) > 1.5 * s->view->cell) { /* between the last and the first: at the first's side */
		ax = bx - s->view->cell;
		ay = by;
	}
	ax += (bx - ax) * part;
	ay += (by - ay) * part - s->view->cell * 0.3;
	if (in_sight(s, ax, ay))
		paint_fork(to, ax, ay, 0, s->view->cell * 0.26, ink);
}

/* Over thousands there is no free middle: the ground of what is said there. */
static void paint_banner(const struct scene *s, const struct pixels *to)
{
	double half = fmin(design(s, 170), s->w / 2.0 - design(s, 30)), high = design(s, 46);

	stroke_line(to, s->cx - half, s->cy, s->cx + half, s->cy, high + design(s, 2), (struct ink){PHIL_COLOUR_CYCLE, 255});
	stroke_line(to, s->cx - half, s->cy, s->cx + half, s->cy, high, (struct ink){PHIL_COLOUR_GROUND, 255});
}

void grid_paint(const struct scene *s, const struct pixels *to)
{
	for (int layer = 0; layer < 2; layer++)
		for (uint32_t i = 0; i < s->table->count; i++) {
			double x, y;

			grid_place(s, i, &x, &y);
			if (!in_sight(s, x, y))
				continue;
			if (layer)
				paint_one(s, to, i, x, y);
			else if (s->view->cell >= WAITS_FROM)
				paint_wait(s, to, i, x, y);
		}
	for (uint32_t i = 0; grid_has_plates(s) && i < s->table->count; i++)
		paint_fork_between(s, to, i);
	if (s->cycle || s->table->violations)
		paint_banner(s, to);
}
