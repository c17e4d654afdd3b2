/*
 * The demo's own area at the left: its frame, and the words when there is nothing to show in it.
 */
#include "window.h"

SDL_Rect main_area(const struct window *w)
{
	SDL_Rect r = w->layout.main;
	int line = px(w, 1);

	return (SDL_Rect){r.x + line, r.y + line, r.w - 2 * line, r.h - 2 * line};
}

void main_frame(struct window *w) { draw_ring(&w->draw, w->layout.main, px(w, 8), px(w, 1), INK_HAIRLINE, 255); }

void main_waiting(struct window *w, const char *what, uint32_t ground)
{
	SDL_Rect r = main_area(w);
	bool lost = session_state(w->session) == SESSION_LOST;

	draw_round(&w->draw, r, px(w, 7), ground, 255);
	r.x += px(w, 12);
	r.w -= px(w, 24);
	font_draw_centred(&w->fonts, FONT_BODY, r, INK_SECOND, lost ? session_problem(w->session) : what);
}
