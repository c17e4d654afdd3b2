/*
 * What panels are made of: a frame with a title, rows of label and value; and how busy the cores are.
 */
#include "window.h"

#define BELOW 8 /* the last line of a panel, above its edge */

SDL_Rect panel_draw(struct window *w, SDL_Rect r, const char *title, const char *beside)
{
	int x = r.x + px(w, 12), y = r.y + px(w, 8), room = r.w - px(w, 24);

	if (!r.w)
		return (SDL_Rect){0, 0, 0, 0};
	window_panel(w, r);
	int used = font_draw_fit(&w->fonts, FONT_STRONG, x, y, room, INK_TEXT, title) + px(w, 9);

	if (*beside && used < room)
		font_draw_fit(&w->fonts, FONT_BODY, x + used, y, room - used, INK_SECOND, beside);
	y += font_height(&w->fonts, FONT_STRONG) + px(w, 8);
	return (SDL_Rect){x, y, room, r.y + r.h - px(w, BELOW) - y};
}

void row_draw(struct window *w, SDL_Rect r, const char *label, const char *value, const char *tip)
{
	int middle = r.y + r.h / 2, y = font_top(&w->fonts, FONT_BODY, middle);
	int used = font_draw_fit(&w->fonts, FONT_BODY, r.x, y, r.w, INK_SECOND, label) + px(w, 8);

	y = font_top(&w->fonts, FONT_NUMBER, middle);
	font_draw_right(&w->fonts, FONT_NUMBER, r.x + r.w, y, r.w - used, INK_TEXT, value);
	if (tip)
		window_hot(w, r, ACTION_NONE, tip);
}

void load_update(struct window *w)
{
	const struct counters *c = session_counters(w->session);
	const struct target_info *t = session_target(w->session);
	struct load *l = &w->load;

	if (c->time_ns == l->time_ns)
		return;
	double span = (double)(c->time_ns - l->time_ns) * (t->cores ? t->cores : 1);

	l->idle = c->time_ns > l->time_ns && c->idle_ns >= l->idle_ns && l->time_ns ? (double)(c->idle_ns - l->idle_ns) / span : -1;
	if (l->idle > 1)
		l->idle = 1;
	l->time_ns = c->time_ns;
	l->idle_ns = c->idle_ns;
}
