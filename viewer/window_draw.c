/*
 * One picture of the window: all its parts in order, and the hot rectangles they leave.
 */
#include "window.h"

bool rect_has(SDL_Rect r, int x, int y) { return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h; }

void window_panel(struct window *w, SDL_Rect r)
{
	draw_round(&w->draw, r, px(w, 8), INK_PANEL, 255);
	draw_ring(&w->draw, r, px(w, 8), px(w, 1), INK_HAIRLINE, 255);
}

bool window_hot(struct window *w, SDL_Rect r, int action, const char *tip)
{
	if (w->hot_count < HOTS_MAX)
		w->hots[w->hot_count++] = (struct hot){r, action, tip};
	return !w->help && !w->prompt.kind && !w->menu.count && rect_has(r, w->mouse_x, w->mouse_y);
}

const struct hot *window_hot_at(const struct window *w, int x, int y)
{
	for (int i = w->hot_count - 1; i >= 0; i--)
		if (rect_has(w->hots[i].rect, x, y))
			return &w->hots[i];
	return NULL;
}

static void arrange(struct window *w)
{
	struct layout_wish wish = {.aspect = 1};
	double scale = w->layout.scale;
	int width, height;

	SDL_GetRendererOutputSize(w->renderer, &width, &height);
	w->face->wish(w, &wish);
	layout_compute(&w->layout, width, height, scale, &wish);
}

void window_draw(struct window *w)
{
	arrange(w);
	w->hot_count = 0;
	draw_fill(&w->draw, (SDL_Rect){0, 0, w->layout.w, w->layout.h}, INK_SURFACE, 255);
	header_draw(w);
	w->face->draw(w);
	status_draw(w);
	if (w->menu.count)
		menu_draw(w);
	if (w->help)
		help_draw(w);
	if (w->prompt.kind)
		prompt_draw(w);
	tooltip_draw(w);
}
