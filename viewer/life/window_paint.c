/*
 * The mouse on the board: hovering, selecting, painting cells along a stroke, ending threads.
 */
#include "window_life.h"

#include <stdlib.h>

#define ASK_MS 500

void board_hover(struct window *w, int x, int y)
{
	struct board_view *b = &life_of(w)->board;
	uint32_t cx = NO_CELL, cy = NO_CELL;

	if (x < 0 || !board_cell_at(w, x, y, &cx, &cy))
		cx = cy = NO_CELL;
	w->dirty |= cx != b->hover_x || cy != b->hover_y;
	b->hover_x = cx;
	b->hover_y = cy;
}

static void touch(struct window *w, uint32_t x, uint32_t y)
{
	enum stroke stroke = life_of(w)->board.stroke;

	if (stroke == STROKE_KILLS)
		life_kill(w->session, x, y);
	else if (stroke == STROKE_RUNS_WILD)
		life_wild(w->session, x, y);
	else
		life_edit(w->session, x, y, stroke == STROKE_BEARS);
}

void board_select(struct window *w, uint32_t x, uint32_t y)
{
	struct board_view *b = &life_of(w)->board;

	b->selected_x = x;
	b->selected_y = y;
	life_of(w)->who[0] = 0;
	b->asked = 0;
	w->dirty = true;
}

/* Selects the cell under the mouse and asks for its thread, unless that is known to be gone. */
static void select_hovered(struct window *w, bool ask)
{
	const struct dish *d = life_dish(w->session);
	struct board_view *b = &life_of(w)->board;

	board_hover(w, w->mouse_x, w->mouse_y);
	if (b->hover_x == NO_CELL)
		return;
	board_select(w, b->hover_x, b->hover_y);
	if (ask && !d->killed[(size_t)b->selected_y * d->width + b->selected_x])
		life_who(w->session, b->selected_x, b->selected_y);
}

void board_ask_who(struct window *w) { select_hovered(w, true); }

/* Asks again now and then, once the target has answered: so the card of the selected cell stays true. */
void board_keep_asking(struct window *w)
{
	const struct dish *d = life_dish(w->session);
	struct board_view *b = &life_of(w)->board;
	uint64_t now = SDL_GetTicks64();

	if (b->selected_x == NO_CELL || !life_of(w)->who[0] || d->shown == b->asked_shown || now - b->asked < ASK_MS)
		return;
	if (session_state(w->session) != SESSION_LIVE || session_pending(w->session))
		return;
	b->asked = now;
	b->asked_shown = d->shown;
	if (d->cells && b->selected_x < d->width && b->selected_y < d->height &&
	    !d->killed[(size_t)b->selected_y * d->width + b->selected_x])
		life_who(w->session, b->selected_x, b->selected_y);
}

/* A stroke begins: what is held, or its first cell, decides what it does. */
static enum stroke choose_stroke(const struct window *w, unsigned held, bool alive)
{
	if (held == (KEY_CTRL | KEY_SHIFT))
		return STROKE_RUNS_WILD;
	if (held || life_of(w)->kill_mode)
		return STROKE_KILLS;
	return alive ? STROKE_CLEARS : STROKE_BEARS;
}

bool board_press(struct window *w, unsigned held)
{
	const struct dish *d = life_dish(w->session);
	struct board_view *b = &life_of(w)->board;

	if (b->hover_x == NO_CELL)
		return false;
	b->stroke = choose_stroke(w, held, d->cells[(size_t)b->hover_y * d->width + b->hover_x]);
	b->last_x = b->hover_x;
	b->last_y = b->hover_y;
	touch(w, b->hover_x, b->hover_y);
	select_hovered(w, b->stroke != STROKE_KILLS && (b->stroke != STROKE_RUNS_WILD || d->run_state == LIFE_PAUSED));
	return true;
}

/* All cells on the straight line from the last one to where the mouse is now: a fast hand leaves no holes. */
void board_stroke(struct window *w)
{
	struct board_view *b = &life_of(w)->board;

	if (b->hover_x == NO_CELL || (b->hover_x == b->last_x && b->hover_y == b->last_y))
		return;
	long x = b->last_x, y = b->last_y, dx = (long)b->hover_x - x, dy = (long)b->hover_y - y;
	long steps = labs(dx) > labs(dy) ? labs(dx) : labs(dy);

	for (long i = 1; i <= steps; i++)
		touch(w, (uint32_t)(x + (dx * i * 2 + steps * (dx > 0 ? 1 : -1)) / (2 * steps)),
		      (uint32_t)(y + (dy * i * 2 + steps * (dy > 0 ? 1 : -1)) / (2 * steps)));
	b->last_x = b->hover_x;
	b->last_y = b->hover_y;
}

unsigned board_neighbours(const struct dish *d, uint32_t x, uint32_t y)
{
	unsigned n = 0;

	for (int i = 0; i < 9; i++) {
		int64_t nx = (int64_t)x + i % 3 - 1, ny = (int64_t)y + i / 3 - 1;

		if (d->topology == LIFE_TORUS) {
			nx = (nx + d->width) % d->width;
			ny = (ny + d->height) % d->height;
		}
		if (i != 4 && nx >= 0 && ny >= 0 && nx < d->width && ny < d->height)
			n += d->cells[(size_t)ny * d->width + (size_t)nx];
	}
	return n;
}
