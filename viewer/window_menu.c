/*
 * A menu that opens above a button: one line for each choice. It takes all keys and clicks while it is open.
 */
#include "window.h"

#define LINE 28

void menu_open(struct window *w, SDL_Rect button, const char *const *items, int count, int current, int first_action)
{
	w->menu = (struct menu){.items = items, .count = count, .hot = current, .first_action = first_action, .button = button};
	w->help = false;
	w->dirty = true;
}

void menu_close(struct window *w)
{
	w->menu.count = 0;
	w->dirty = true;
}

static SDL_Rect place(struct window *w)
{
	const struct menu *m = &w->menu;
	int width = m->button.w, height = m->count * px(w, LINE) + px(w, 12);

	for (int i = 0; i < m->count; i++) {
		int item = font_width(&w->fonts, FONT_BODY, m->items[i]) + px(w, 32);

		width = item > width ? item : width;
	}
	width = width < w->layout.w ? width : w->layout.w;
	int x = m->button.x + width > w->layout.w ? w->layout.w - width : m->button.x;

	return (SDL_Rect){x, m->button.y - height - px(w, 6), width, height};
}

/* The line under this point, or -1. */
static int item_at(struct window *w, int x, int y)
{
	SDL_Rect r = place(w);
	int i = (y - r.y - px(w, 6)) / px(w, LINE);

	return rect_has(r, x, y) && y >= r.y + px(w, 6) && i < w->menu.count ? i : -1;
}

static void choose(struct window *w, int i)
{
	int action = w->menu.first_action + i;

	menu_close(w);
	if (i >= 0)
		window_act(w, action);
}

void menu_press(struct window *w) { choose(w, item_at(w, w->mouse_x, w->mouse_y)); }

void menu_hover(struct window *w)
{
	int i = item_at(w, w->mouse_x, w->mouse_y);

	if (i >= 0)
		w->menu.hot = i;
}

void menu_key(struct window *w, SDL_Keysym key)
{
	struct menu *m = &w->menu;

	w->dirty = true;
	if (key.sym == SDLK_UP || key.sym == SDLK_DOWN)
		m->hot = (m->hot + (key.sym == SDLK_UP ? m->count - 1 : 1)) % m->count;
	else if (key.sym == SDLK_RETURN || key.sym == SDLK_KP_ENTER || key.sym == SDLK_SPACE)
		choose(w, m->hot);
	else
		menu_close(w);
}

void menu_draw(struct window *w)
{
	const struct menu *m = &w->menu;
	SDL_Rect r = place(w);

	draw_round(&w->draw, r, px(w, 8), INK_BUTTON, 255);
	draw_ring(&w->draw, r, px(w, 8), px(w, 1), 0x3a4557, 255);
	for (int i = 0; i < m->count; i++) {
		SDL_Rect line = {r.x + px(w, 6), r.y + px(w, 6) + i * px(w, LINE), r.w - px(w, 12), px(w, LINE)};

		if (i == m->hot)
			draw_round(&w->draw, line, px(w, 5), INK_BUTTON_HOT, 255);
		font_draw_fit(&w->fonts, FONT_BODY, line.x + px(w, 10), font_top(&w->fonts, FONT_BODY, line.y + line.h / 2),
			      line.w - px(w, 16), i == m->hot ? INK_TEXT : INK_SECOND, m->items[i]);
	}
}
