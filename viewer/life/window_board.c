/*
 * The board: one streaming texture painted by draw_cells.c, and the eye on it (zoom, pan, fit).
 *
 * From one pixel a cell on the zoom is a whole number, so that cells are equal and sharp.
 */
#include "window_life.h"

#include <math.h>
#include <stdlib.h>

#include "../ui_number.h"

static const double zooms[] = {1 / 64.0, 1 / 32.0, 1 / 16.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 1,  2,  3,  4,  5, 6,
			       8,        10,       12,       16,      20,      24,      32, 40, 48, 64, 96};
#define ZOOMS ((int)(sizeof zooms / sizeof *zooms))

/* Keeps part of the dish in sight; a dish smaller than the panel stays wholly inside. */
static void keep_in_sight(double *corner, double dish, int room)
{
	double low = dish < room ? 0 : room - dish, high = dish < room ? room - dish : 0;
	double slack = room / 2.0;

	*corner = fmin(fmax(*corner, low - slack), high + slack);
}

static void view_settle(struct window *w)
{
	struct board_view *b = &life_of(w)->board;

	keep_in_sight(&b->view.x, b->dish_w * b->view.cell, b->picture.to.w);
	keep_in_sight(&b->view.y, b->dish_h * b->view.cell, b->picture.to.h);
	b->view.x = floor(b->view.x);
	b->view.y = floor(b->view.y);
	b->stale = true;
	w->dirty = true;
}

void board_fit(struct window *w)
{
	struct board_view *b = &life_of(w)->board;
	int margin = px(w, 3);
	double cell = fmin((b->picture.to.w - 2.0 * margin) / b->dish_w, (b->picture.to.h - 2.0 * margin) / b->dish_h);

	if (cell >= 1)
		cell = fmin(floor(cell), CELLS_SIDE_MAX);
	b->view.cell = cell > 0 ? cell : 1;
	b->view.x = (b->picture.to.w - b->dish_w * b->view.cell) / 2;
	b->view.y = (b->picture.to.h - b->dish_h * b->view.cell) / 2;
	b->fit = true;
	view_settle(w);
}

void board_follow(struct window *w)
{
	const struct dish *d = life_dish(w->session);
	struct board_view *b = &life_of(w)->board;
	SDL_Rect area = main_area(w);
	bool dish_new = b->dish_w != d->width || b->dish_h != d->height;
	bool size_new;

	picture_size(&b->picture, w->renderer, area.w, area.h, &size_new);
	b->stale |= size_new;
	b->dish_w = d->width;
	b->dish_h = d->height;
	if (dish_new)
		b->selected_x = b->hover_x = NO_CELL;
	if (!d->width || !d->height)
		return;
	if (dish_new || (size_new && b->fit))
		board_fit(w);
	else if (size_new)
		view_settle(w);
}

/* at_x, at_y: the point (in the window) that stays where it is. */
void board_zoom_to(struct window *w, double cell, int at_x, int at_y)
{
	struct board_view *b = &life_of(w)->board;
	SDL_Rect area = main_area(w);
	double x = at_x - area.x, y = at_y - area.y;

	b->view.x = x - (x - b->view.x) / b->view.cell * cell;
	b->view.y = y - (y - b->view.y) / b->view.cell * cell;
	b->view.cell = cell;
	b->fit = false;
	view_settle(w);
}

void board_zoom_step(struct window *w, int steps, int at_x, int at_y)
{
	double cell = life_of(w)->board.view.cell;
	int i = 0;

	while (i < ZOOMS - 1 && zooms[i] < cell)
		i++;
	if (steps < 0 || zooms[i] == cell)
		i += steps;
	else
		i += steps - 1; /* i is already above */
	board_zoom_to(w, zooms[i < 0 ? 0 : i < ZOOMS ? i : ZOOMS - 1], at_x, at_y);
}

void board_pan(struct window *w, int dx, int dy)
{
	life_of(w)->board.view.x += dx;
	life_of(w)->board.view.y += dy;
	life_of(w)->board.fit = false;
	view_settle(w);
}

bool board_cell_at(const struct window *w, int x, int y, uint32_t *cx, uint32_t *cy)
{
	const struct dish *d = life_dish(w->session); /* may have changed since it was drawn */
	const struct board_view *b = &life_of(w)->board;
	SDL_Rect area = main_area(w);

	if (!rect_has(area, x, y) || !d->cells || b->view.cell <= 0)
		return false;
	double fx = (x - area.x - b->view.x) / b->view.cell, fy = (y - area.y - b->view.y) / b->view.cell;

	if (fx < 0 || fy < 0 || fx >= d->width || fy >= d->height)
		return false;
	*cx = (uint32_t)fx;
	*cy = (uint32_t)fy;
	return true;
}

static void paint_picture(struct window *w)
{
	struct board_view *b = &life_of(w)->board;
	const struct dish *d = life_dish(w->session);

	if (!b->picture.texture ||
	    (!b->stale && b->painted == d->shown && b->killed == d->killed_count && b->faulted == d->faulted_count))
		return;
	cells_paint(&b->picture.to, d, &b->view, &life_of(w)->colours);
	cells_round_off(&b->picture.to, px(w, 7));
	picture_changed(&b->picture);
	b->stale = false;
	b->painted = d->shown;
	b->killed = d->killed_count;
	b->faulted = d->faulted_count;
}

/* An outline around a cell, drawn over the picture. */
static void outline(struct window *w, uint32_t x, uint32_t y, uint32_t rgb, int line)
{
	const struct board_view *b = &life_of(w)->board;
	SDL_Rect area = main_area(w);
	int side = b->view.cell < 1 ? 1 : (int)b->view.cell, out = px(w, 2);

	if (x == NO_CELL)
		return;
	SDL_Rect r = {area.x + (int)(b->view.x + x * b->view.cell) - out, area.y + (int)(b->view.y + y * b->view.cell) - out,
		      side + 2 * out, side + 2 * out};

	draw_ring(&w->draw, r, side / 4 + out, line, rgb, 255);
}

void board_draw(struct window *w)
{
	SDL_Rect area = main_area(w);

	if (life_dish(w->session)->width && life_dish(w->session)->shown) {
		paint_picture(w);
		picture_show(&life_of(w)->board.picture, w->renderer, area);
		SDL_RenderSetClipRect(w->renderer, &area);
		outline(w, life_of(w)->board.hover_x, life_of(w)->board.hover_y, life_of(w)->kill_mode ? INK_BAD : INK_SECOND,
			px(w, 1));
		outline(w, life_of(w)->board.selected_x, life_of(w)->board.selected_y, INK_TEXT, px(w, 1.5));
		SDL_RenderSetClipRect(w->renderer, NULL);
	} else {
		main_waiting(w, "waiting for the first generation", COLOUR_DISH);
	}
	main_frame(w);
}
