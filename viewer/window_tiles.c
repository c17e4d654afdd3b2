/*
 * The four tiles: a label, a number, and one line that makes the number meaningful.
 */
#include "window.h"

#include "ui_number.h"

int tile_room(const struct window *w) { return w->layout.tiles[0].w - px(w, 20); }

void tile_draw(struct window *w, int i, const char *label, const char *number, const char *line, const char *tip)
{
	SDL_Rect r = w->layout.tiles[i];
	int x = r.x + px(w, 12), room = r.w - px(w, 20);

	if (!r.w)
		return;
	window_panel(w, r);
	font_draw_fit(&w->fonts, FONT_SMALL, x, r.y + px(w, 9), room, INK_SECOND, label);
	font_draw_fit(&w->fonts, FONT_BIG, x, r.y + px(w, 24), room, INK_TEXT, number);
	font_draw_fit(&w->fonts, FONT_SMALL, x, r.y + r.h - px(w, 9) - font_height(&w->fonts, FONT_SMALL), room, INK_FAINT, line);
	window_hot(w, r, ACTION_NONE, tip);
}

/* In full when the tile has room for it. */
void tile_number(struct window *w, char *out, uint64_t v)
{
	number_full(out, v);
	if (font_width(&w->fonts, FONT_BIG, out) > tile_room(w))
		number_short(out, (double)v);
}
