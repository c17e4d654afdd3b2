/*
 * The scene in the window's main area, and the mouse on it.
 */
#include <math.h>
#include <string.h>

#include "window_phil.h"

#define CELL_MOST 110 /* pixels of the design for a place of the grid */
#define ZOOM_STEP 1.25
#define CORNER 7

/* Who is in the reported cycle: worked out once for each report. */
static void mark_cycle(struct phil_window *p, const struct table *t, const struct deadlock *d)
{
	if (!d || (p->marked == d->complete && p->marked_epoch == t->epoch))
		return;
	memset(p->marks, 0, sizeof p->marks);
	p->marked = d->complete;
	p->marked_epoch = t->epoch;
	for (uint32_t m = 0; m < d->members; m++) {
		uint32_t i = phil_of_name(t, d->list[m].name);

		if (i != PHIL_NONE)
			p->marks[i / 8] |= (uint8_t)(1u << i % 8);
	}
}

struct scene phil_scene(const struct window *w)
{
	struct phil_window *p = phil_of(w);
	const struct table *t = phil_table(w->session);
	SDL_Rect area = main_area(w);
	struct scene s = {
		.session = w->session,
		.table = t,
		.cycle = phil_cycle(w->session),
		.marks = p->marks,
		.palette = w->palette,
		.scale = w->layout.scale,
		.fonts = (struct font_set *)&w->fonts,
		.hover = p->hover,
		.selected = p->selected,
		.w = area.w,
		.h = area.h,
		.view = &p->view,
	};

	mark_cycle(p, t, s.cycle);
	if (t->count != p->view_count || (!p->view.placed && (area.w != p->view_w || area.h != p->view_h))) {
		p->view = (struct grid_view){.placed = false};
		p->view_count = t->count;
		p->view_w = area.w;
		p->view_h = area.h;
	}
	scene_arrange(&s);
	return s;
}

static void round_corners(const struct pixels *to, int radius)
{
	for (int y = 0; y < to->h; y++)
		for (int x = 0; x < to->w; x++) {
			bool corner = (x < radius || x >= to->w - radius) && (y < radius || y >= to->h - radius);
			uint32_t *p = &to->pixels[(long)y * to->pitch + x];

			if (corner)
				*p = 0xff000000u |
				     draw_mix(*p & 0xffffff, INK_SURFACE, draw_coverage(x, y, to->w, to->h, 0, radius));
		}
}

void phil_table_draw(struct window *w)
{
	struct phil_window *p = phil_of(w);
	const struct table *t = phil_table(w->session);
	SDL_Rect area = main_area(w);
	bool fresh;

	if (!t->shown || !picture_size(&p->picture, w->renderer, area.w, area.h, &fresh)) {
		main_waiting(w, "waiting for the philosophers", PHIL_COLOUR_GROUND);
		main_frame(w);
		return;
	}
	struct scene s = phil_scene(w);

	if (p->stale || fresh || p->painted != t->shown) {
		scene_paint(&s, &p->picture.to);
		round_corners(&p->picture.to, px(w, CORNER));
		picture_changed(&p->picture);
		p->stale = false;
		p->painted = t->shown;
	}
	picture_show(&p->picture, w->renderer, area);
	SDL_RenderSetClipRect(w->renderer, &area);
	scene_words(&s, area.x, area.y);
	SDL_RenderSetClipRect(w->renderer, NULL);
	main_frame(w);
}

static void redraw(struct window *w)
{
	phil_of(w)->stale = true;
	w->dirty = true;
}

void phil_hover(struct window *w, int x, int y)
{
	struct phil_window *p = phil_of(w);
	SDL_Rect area = main_area(w);
	uint32_t i = PHIL_NONE;

	if (x >= 0 && rect_has(area, x, y) && phil_table(w->session)->shown) {
		struct scene s = phil_scene(w);

		i = scene_at(&s, x - area.x, y - area.y);
	}
	if (i == p->hover)
		return;
	p->hover = i;
	redraw(w);
}

/* A click selects, or lets go; with Ctrl (or Shift) it kills, with both it lets run wild. On the grid the left button may drag as well. */
bool phil_press(struct window *w, unsigned held)
{
	struct phil_window *p = phil_of(w);

	if (held && p->hover == PHIL_NONE)
		return false;
	p->selected = p->hover == p->selected && !held ? PHIL_NONE : p->hover;
	if (held)
		phil_act(w, held == (KEY_CTRL | KEY_SHIFT) ? PHIL_WILD : PHIL_KILL);
	redraw(w);
	return false;
}

static bool on_grid(const struct window *w) { return phil_table(w->session)->shown && phil_scene(w).kind == SCENE_GRID; }

/* Part of the grid stays in sight. */
static double keep_in_sight(double corner, double size, double room) { return fmin(fmax(corner, room / 2 - size), room / 2); }

static void settle(struct window *w)
{
	struct scene s = phil_scene(w);
	struct grid_view *v = &phil_of(w)->view;
	double rows = ceil((double)s.table->count / s.across);

	v->x = keep_in_sight(v->x, s.across * v->cell, s.w);
	v->y = keep_in_sight(v->y, rows * v->cell, s.h);
	redraw(w);
}

void phil_pan(struct window *w, int dx, int dy)
{
	struct grid_view *v = &phil_of(w)->view;

	if (!on_grid(w))
		return;
	v->placed = true;
	v->x += dx;
	v->y += dy;
	settle(w);
}

/* The point under the mouse stays where it is. */
void phil_zoom(struct window *w, int steps, int x, int y)
{
	struct grid_view *v = &phil_of(w)->view;
	SDL_Rect area = main_area(w);
	double cell;

	if (!on_grid(w))
		return;
	cell = fmin(fmax(v->cell * pow(ZOOM_STEP, steps), 2), px(w, CELL_MOST));
	v->x = x - area.x - (x - area.x - v->x) / v->cell * cell;
	v->y = y - area.y - (y - area.y - v->y) / v->cell * cell;
	v->cell = cell;
	v->placed = true;
	settle(w);
}

void phil_fit(struct window *w)
{
	phil_of(w)->view.placed = false;
	redraw(w);
}
