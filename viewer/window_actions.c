/*
 * Doing what a key or a button stands for.
 */
#include "window.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SOUP_DENSITY 0.3

/* The steps of + and -, generations a second; the last step is "as fast as possible". */
static const uint32_t speeds[] = {1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 250, 500, 1000};
#define SPEEDS ((int)(sizeof speeds / sizeof *speeds))

void window_set_speed(struct window *w, uint32_t milli)
{
	life_speed(w->session, milli);
	w->dirty = true;
}

static void change_speed(struct window *w, int by)
{
	uint32_t now = life_dish(w->session)->speed;
	int i = by > 0 ? 0 : SPEEDS - 1;

	if (!now) {
		if (by < 0)
			window_set_speed(w, speeds[SPEEDS - 1] * 1000);
		return;
	}
	while (i >= 0 && i < SPEEDS && (by > 0 ? speeds[i] * 1000 <= now : speeds[i] * 1000 >= now))
		i += by;
	if (i >= 0)
		window_set_speed(w, i < SPEEDS ? speeds[i] * 1000 : 0);
}

bool window_load(struct window *w, const struct board *b)
{
	bool ran = life_dish(w->session)->run_state != LIFE_PAUSED;

	if (!life_load(w->session, b))
		return false;
	w->board.selected_x = NO_CELL;
	w->dirty = true;
	return ran ? session_run(w->session) : session_key(w->session); /* the new dish is to be seen */
}

/* Two quick presses must not both see the state before the first one. */
static void play_or_pause(struct window *w)
{
	bool runs = w->play_asked ? w->play_asked == PLAY_RUN : life_dish(w->session)->run_state != LIFE_PAUSED;

	if (runs ? session_pause(w->session) : session_run(w->session))
		w->play_asked = runs ? PLAY_PAUSE : PLAY_RUN;
}

static void new_dish(struct window *w, double density)
{
	const struct dish *d = life_dish(w->session);
	struct rule r = {d->birth, d->survive, d->topology, d->width, d->height};
	struct board b;
	char err[256];

	if (!d->width)
		return;
	if (!board_random(&b, &r, density, SDL_GetPerformanceCounter() ^ (uint64_t)time(NULL), err, sizeof err)) {
		window_say(w, true, "%s", err);
		return;
	}
	window_load(w, &b);
	board_free(&b);
}

static void ask_rule(struct window *w)
{
	const struct dish *d = life_dish(w->session);
	struct rule r = {d->birth, d->survive, d->topology, d->width, d->height};
	char text[64];

	rule_format(text, sizeof text, &r);
	prompt_open(w, PROMPT_RULE, text);
}

static void ask_save(struct window *w)
{
	char name[64];

	files_stamp(name, sizeof name, "rle");
	prompt_open(w, PROMPT_SAVE, name);
}

static void paste(struct window *w)
{
	char *text = SDL_GetClipboardText(), err[256];

	if (!text || !*text)
		window_say(w, true, "the clipboard is empty");
	else if (!files_paste(w, text, "clipboard", err, sizeof err))
		window_say(w, true, "%s", err);
	SDL_free(text);
}

static void other_palette(struct window *w)
{
	w->palette = w->palette == PALETTE_DEFAULT ? PALETTE_COLOURBLIND : PALETTE_DEFAULT;
	cells_colours(&w->colours, w->palette);
	w->board.stale = true;
	window_say(w, false, w->palette == PALETTE_DEFAULT ? "colours: default" : "colours: for the colour-blind");
}

static void other_grid(struct window *w)
{
	w->board.view.grid = !w->board.view.grid;
	w->board.stale = true;
	if (w->board.view.grid && w->board.view.cell < CELLS_ROUND_FROM)
		window_say(w, false, "the grid shows from %d pixels a cell on", CELLS_ROUND_FROM);
}

static void other_screen(struct window *w)
{
	bool full = SDL_GetWindowFlags(w->sdl) & SDL_WINDOW_FULLSCREEN_DESKTOP;

	SDL_SetWindowFullscreen(w->sdl, full ? 0 : SDL_WINDOW_FULLSCREEN_DESKTOP);
}

static void kill_mode(struct window *w)
{
	w->kill_mode = !w->kill_mode;
	window_say(w, false, w->kill_mode ? "kill mode: a click ends the cell's thread" : "kill mode is off");
}

/* Around the mouse when it is on the board, else around the middle. */
static void zoom(struct window *w, double cell, int steps)
{
	SDL_Rect r = board_area(w);
	bool on = rect_has(r, w->mouse_x, w->mouse_y);
	int x = on ? w->mouse_x : r.x + r.w / 2, y = on ? w->mouse_y : r.y + r.h / 2;

	if (steps)
		board_zoom_step(w, steps, x, y);
	else
		board_zoom_to(w, cell, x, y);
}

static void look(struct window *w, enum action a)
{
	int step = px(w, 40);

	switch (a) {
	case ACTION_FIT:
		board_fit(w);
		break;
	case ACTION_GRID:
		other_grid(w);
		break;
	case ACTION_PALETTE:
		other_palette(w);
		break;
	case ACTION_ZOOM_IN:
	case ACTION_ZOOM_OUT:
		zoom(w, 0, a == ACTION_ZOOM_IN ? 1 : -1);
		break;
	case ACTION_ZOOM_1:
	case ACTION_ZOOM_2:
	case ACTION_ZOOM_3:
	case ACTION_ZOOM_4:
	case ACTION_ZOOM_5:
	case ACTION_ZOOM_6:
		zoom(w, 1 << (a - ACTION_ZOOM_1), 0);
		break;
	case ACTION_PAN_LEFT:
	case ACTION_PAN_RIGHT:
		board_pan(w, a == ACTION_PAN_LEFT ? step : -step, 0);
		break;
	case ACTION_PAN_UP:
	case ACTION_PAN_DOWN:
		board_pan(w, 0, a == ACTION_PAN_UP ? step : -step);
		break;
	default:
		break;
	}
}

static void keep(struct window *w, enum action a)
{
	switch (a) {
	case ACTION_OPEN:
		prompt_open(w, PROMPT_OPEN, "");
		break;
	case ACTION_SAVE:
		ask_save(w);
		break;
	case ACTION_COPY:
		files_copy(w);
		break;
	case ACTION_PASTE:
		paste(w);
		break;
	case ACTION_PHOTO:
	case ACTION_PHOTO_WINDOW:
		files_photo(w, a == ACTION_PHOTO_WINDOW);
		break;
	case ACTION_RECORD:
		files_record(w);
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
	default:
		look(w, a);
		break;
	}
}

void window_act(struct window *w, enum action a)
{
	w->dirty = true;
	switch (a) {
	case ACTION_PLAY:
		play_or_pause(w);
		break;
	case ACTION_STEP:
		life_step(w->session, 1);
		break;
	case ACTION_RESET:
		session_reset(w->session);
		break;
	case ACTION_FASTER:
	case ACTION_SLOWER:
		change_speed(w, a == ACTION_FASTER ? 1 : -1);
		break;
	case ACTION_FULL_SPEED:
		window_set_speed(w, 0);
		break;
	case ACTION_RANDOM:
	case ACTION_CLEAR:
		new_dish(w, a == ACTION_RANDOM ? SOUP_DENSITY : 0);
		break;
	case ACTION_RULE:
		ask_rule(w);
		break;
	case ACTION_KILL_MODE:
		kill_mode(w);
		break;
	case ACTION_WHO:
		board_ask_who(w);
		break;
	default:
		keep(w, a);
		break;
	}
}
