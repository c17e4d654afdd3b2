/*
 * Life in the window: what it wants of the layout, what it draws, and its table.
 */
#include "window_life.h"

#include <stdio.h>
#include <string.h>

static void open_own(struct window *w)
{
	struct life_window *l = life_of(w);

	l->board.view.grid = w->options->life.grid;
	l->board.hover_x = l->board.selected_x = NO_CELL;
	cells_colours(&l->colours, w->palette);
}

static void forget(struct window *w)
{
	picture_free(&life_of(w)->board.picture);
	picture_free(&life_of(w)->graph.picture);
}

static void recolour(struct window *w)
{
	cells_colours(&life_of(w)->colours, w->palette);
	life_of(w)->board.stale = true;
}

/* Between the threads and the console are the cores, if there are several, and the faults, as soon as there are any. */
static int faults_panel(const struct window *w) { return PANEL_LAST + cores_shown(w); }
static int console_panel(const struct window *w) { return faults_panel(w) + (session_faults(w->session)->count > 0); }

static void wish(const struct window *w, struct layout_wish *wish)
{
	const struct dish *d = life_dish(w->session);

	wish->aspect = d->height ? (double)d->width / d->height : 1;
	wish->panels[PANEL_GRAPH] = (struct panel_wish){60, 104, 208, 1 / 6.0};
	wish->panels[PANEL_THREADS] = (struct panel_wish){124, 226, 0, 0};
	if (cores_shown(w))
		cores_wish(w, &wish->panels[PANEL_LAST]);
	if (session_faults(w->session)->count)
		faults_wish(w, 2, &wish->panels[faults_panel(w)]);
	wish->panels[console_panel(w)] = (struct panel_wish){72, 72, 0, 0};
	wish->count = console_panel(w) + 1;
}

static void draw_cores(struct window *w)
{
	double shares[CORES_TOLD];

	for (unsigned i = 0; i < CORES_TOLD; i++)
		shares[i] = life_core_share(life_dish(w->session), i);
	cores_draw(w, w->layout.panels[PANEL_LAST], "share of steps", shares);
}

static void draw(struct window *w)
{
	board_follow(w);
	graph_update(w);
	board_draw(w);
	life_tiles_draw(w);
	graph_draw(w);
	threads_draw(w);
	if (cores_shown(w))
		draw_cores(w);
	if (session_faults(w->session)->count)
		faults_draw(w, w->layout.panels[faults_panel(w)], LIFE_FAULT);
	console_draw(w, w->layout.panels[console_panel(w)]);
	life_controls_draw(w);
}

static uint64_t glance(const struct window *w)
{
	const struct dish *d = life_dish(w->session);

	return (uint64_t)session_faults(w->session)->count << 56 ^ (uint64_t)d->speed << 24 ^ (uint64_t)d->killed_count << 4 ^
	       d->run_state;
}

static void news(struct window *w, bool changed)
{
	(void)changed;
	board_keep_asking(w);
}

/* The answer to a question for a thread: the card of the selected cell shows it, when there is room for the card. */
static bool takes_notice(struct window *w, const char *text)
{
	struct life_window *l = life_of(w);

	if (!strstr(text, "thread ") || !strstr(text, " steps "))
		return false;
	snprintf(l->who, sizeof l->who, "%s", text);
	return threads_show_card(w) || l->board.asked;
}

static bool wheel(struct window *w, int steps)
{
	if (rect_has(w->layout.panels[console_panel(w)], w->mouse_x, w->mouse_y))
		console_scroll(w, 3 * steps);
	return true;
}

static bool is_slider(int action) { return action == LIFE_SPEED_SLIDER; }

const struct face_window life_window = {
	.keys = life_keys,
	.help = life_help,
	.wish = wish,
	.draw = draw,
	.open = open_own,
	.close = forget,
	.own_size = sizeof(struct life_window),
	.forget = forget,
	.recolour = recolour,
	.glance = glance,
	.news = news,
	.takes_notice = takes_notice,
	.describe = life_describe,
	.describe_action = LIFE_RULE,
	.describe_tip = "Change size, topology and rule  (T)",
	.hint = life_hint,
	.act = life_act,
	.hover = board_hover,
	.press = board_press,
	.drag = board_stroke,
	.slide = slider_drag,
	.is_slider = is_slider,
	.pan = board_pan,
	.zoom = board_zoom_step,
	.wheel = wheel,
	.answer = files_answer,
	.open_file = files_open,
	.paste = files_paste,
};
