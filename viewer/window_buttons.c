/*
 * Buttons in the row of controls.
 */
#include "window.h"

#define BUTTON_PADDING 10

int button_width(struct window *w, const struct button *b)
{
	return font_width(&w->fonts, FONT_STRONG, b->widest) + 2 * px(w, BUTTON_PADDING);
}

int button_draw(struct window *w, int x, const struct button *b)
{
	SDL_Rect r = {x, w->layout.controls.y, button_width(w, b), w->layout.controls.h};
	bool hot = window_hot(w, r, b->action, b->tip), down = hot && w->drag == DRAG_BUTTON && w->pressed == b->action;
	uint32_t ground = b->accent ? (hot ? INK_ACCENT_HOT : INK_ACCENT) : hot ? INK_BUTTON_HOT : INK_BUTTON;

	draw_round(&w->draw, r, px(w, 7), ground, down ? 200 : 255);
	font_draw_centred(&w->fonts, FONT_STRONG, r, b->accent ? INK_SURFACE : INK_TEXT, b->label);
	return x + r.w + px(w, 6);
}

struct button button_photo(const struct window *w, const char *tip)
{
	(void)w;
	return (struct button){ACTION_PHOTO, "Photo", "Photo", tip, false};
}

struct button button_record(const struct window *w)
{
	bool recording = session_recording(w->session);

	return (struct button){ACTION_RECORD, recording ? "Stop" : "Record", "Record",
			       recording ? "Stop recording  (V)" : "Record the stream to a file  (V)", recording};
}
