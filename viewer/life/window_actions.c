/*
 * Doing what a key or a button stands for, as far as only a dish has it.
 */
#include "window_life.h"

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
	life_of(w)->board.selected_x = NO_CELL;
	w->dirty = true;
	return ran ? session_run(w->session) : session_key(w->session); /* the new dish is to be seen */
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
	prompt_open(w, PROMPT_RULE, "Rule, topology and size",
		    "B3/S23:T64,64 is a torus, :P64,64 a plane · the cells stay · Enter, Esc", text);
}

static void ask_save(struct window *w)
{
	char name[64];

	files_stamp(name, sizeof name, "rle");
	life_of(w)->overwrite[0] = 0;
	prompt_open(w, PROMPT_SAVE, "Save the dish as RLE", "path of the file · Enter saves, Esc does nothing", name);
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

static void other_grid(struct window *w)
{
	life_of(w)->board.view.grid = !life_of(w)->board.view.grid;
	life_of(w)->board.stale = true;
	if (life_of(w)->board.view.grid && life_of(w)->board.view.cell < CELLS_ROUND_FROM)
		window_say(w, false, "the grid shows from %d pixels a cell on", CELLS_ROUND_FROM);
}

static void kill_mode(struct window *w)
{
	life_of(w)->kill_mode = !life_of(w)->kill_mode;
	window_say(w, false, life_of(w)->kill_mode ? "kill mode: a click ends the cell's thread" : "kill mode is off");
}

/* Around the mouse when it is on the board, else around the middle. */
static void zoom(struct window *w, double cell)
{
	SDL_Rect r = main_area(w);
	bool on = rect_has(r, w->mouse_x, w->mouse_y);

	board_zoom_to(w, cell, on ? w->mouse_x : r.x + r.w / 2, on ? w->mouse_y : r.y + r.h / 2);
}

static void select_fault(struct window *w, uint32_t back)
{
	const struct dish *d = life_dish(w->session);
	const struct fault *f = faults_back(session_faults(w->session), back);
	uint32_t x, y;

	if (f && life_cell_of(f->name, &x, &y) && x < d->width && y < d->height)
		board_select(w, x, y);
}

static bool look(struct window *w, int action)
{
	if (action >= LIFE_FAULT && action <= LIFE_FAULT_LAST)
		select_fault(w, (uint32_t)(action - LIFE_FAULT));
	else if (action == ACTION_FIT)
		board_fit(w);
	else if (action == LIFE_GRID)
		other_grid(w);
	else if (action >= LIFE_ZOOM_1 && action <= LIFE_ZOOM_6)
		zoom(w, 1 << (action - LIFE_ZOOM_1));
	else
		return false;
	return true;
}

static bool keep(struct window *w, int action)
{
	switch (action) {
	case LIFE_OPEN:
		prompt_open(w, PROMPT_OPEN, "Open a pattern", "path of an .rle file · Enter opens it, Esc does nothing", "");
		return true;
	case LIFE_SAVE:
		ask_save(w);
		return true;
	case LIFE_COPY:
		files_copy(w);
		return true;
	case LIFE_PASTE:
		paste(w);
		return true;
	}
	return look(w, action);
}

bool life_act(struct window *w, int action)
{
	switch (action) {
	case LIFE_STEP:
		return life_step(w->session, 1);
	case LIFE_FASTER:
	case LIFE_SLOWER:
		change_speed(w, action == LIFE_FASTER ? 1 : -1);
		return true;
	case LIFE_FULL_SPEED:
		window_set_speed(w, 0);
		return true;
	case LIFE_RANDOM:
	case LIFE_CLEAR:
		new_dish(w, action == LIFE_RANDOM ? SOUP_DENSITY : 0);
		return true;
	case LIFE_RULE:
		ask_rule(w);
		return true;
	case LIFE_KILL_MODE:
		kill_mode(w);
		return true;
	case LIFE_SYNC_NEXT:
		life_sync_next(w->session);
		return true;
	case LIFE_WHO:
		board_ask_who(w);
		return true;
	}
	return keep(w, action);
}
