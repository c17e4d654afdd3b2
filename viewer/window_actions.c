/*
 * Doing what a key or a button stands for, as far as all demos have it.
 */
#include "window.h"

static void other_palette(struct window *w)
{
	w->palette = w->palette == PALETTE_DEFAULT ? PALETTE_COLOURBLIND : PALETTE_DEFAULT;
	if (w->face->recolour)
		w->face->recolour(w);
	window_say(w, false, w->palette == PALETTE_DEFAULT ? "colours: default" : "colours: for the colour-blind");
}

static void other_screen(struct window *w)
{
	bool full = SDL_GetWindowFlags(w->sdl) & SDL_WINDOW_FULLSCREEN_DESKTOP;

	SDL_SetWindowFullscreen(w->sdl, full ? 0 : SDL_WINDOW_FULLSCREEN_DESKTOP);
}

/* Around the mouse when it is on the main area, else around the middle. */
static void zoom(struct window *w, int steps)
{
	SDL_Rect r = main_area(w);
	bool on = rect_has(r, w->mouse_x, w->mouse_y);

	if (w->face->zoom)
		w->face->zoom(w, steps, on ? w->mouse_x : r.x + r.w / 2, on ? w->mouse_y : r.y + r.h / 2);
}

static void pan(struct window *w, int action)
{
	int step = px(w, 40);
	int dx = action == ACTION_PAN_LEFT ? step : action == ACTION_PAN_RIGHT ? -step : 0;
	int dy = action == ACTION_PAN_UP ? step : action == ACTION_PAN_DOWN ? -step : 0;

	if (w->face->pan)
		w->face->pan(w, dx, dy);
}

/* Two quick presses must not both see the state before the first one. */
static void play_or_pause(struct window *w)
{
	bool runs = w->play_asked ? w->play_asked == PLAY_RUN : !session_resting(w->session);

	if (runs ? session_pause(w->session) : session_run(w->session))
		w->play_asked = runs ? PLAY_PAUSE : PLAY_RUN;
}

static void look(struct window *w, int action)
{
	switch (action) {
	case ACTION_PALETTE:
		other_palette(w);
		break;
	case ACTION_ZOOM_IN:
	case ACTION_ZOOM_OUT:
		zoom(w, action == ACTION_ZOOM_IN ? 1 : -1);
		break;
	case ACTION_PAN_LEFT:
	case ACTION_PAN_RIGHT:
	case ACTION_PAN_UP:
	case ACTION_PAN_DOWN:
		pan(w, action);
		break;
	case ACTION_FULLSCREEN:
		other_screen(w);
		break;
	case ACTION_HELP:
		w->help = !w->help;
		break;
	case ACTION_QUIT:
		w->quit = true;
		break;
	}
}

void window_act(struct window *w, int action)
{
	w->dirty = true;
	if (w->face->act && w->face->act(w, action))
		return;
	switch (action) {
	case ACTION_PLAY:
		play_or_pause(w);
		break;
	case ACTION_RESET:
		session_reset(w->session);
		break;
	case ACTION_PHOTO:
	case ACTION_PHOTO_WINDOW:
		files_photo(w, action == ACTION_PHOTO_WINDOW);
		break;
	case ACTION_RECORD:
		files_record(w);
		break;
	default:
		look(w, action);
		break;
	}
}
