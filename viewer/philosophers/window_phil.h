/*
 * The philosophers in the window: their own state, and the functions their files share.
 */
#ifndef VIEWER_WINDOW_PHIL_H
#define VIEWER_WINDOW_PHIL_H

#include "../window.h"
#include "phil.h"
#include "scene.h"

enum {
	PHIL_STRATEGY_NEXT = ACTION_DEMO,
	PHIL_STRATEGY_BEFORE,
	PHIL_STRATEGY_MENU,
	PHIL_NUMBER,
	PHIL_MORE,
	PHIL_FEWER,
	PHIL_TIMES,
	PHIL_FASTER,
	PHIL_SLOWER,
	PHIL_FREEZE,
	PHIL_KILL,
	PHIL_WILD,
	PHIL_NEXT,
	PHIL_BEFORE,
	PHIL_STRATEGY_FIRST, /* found in the menu only: one for each strategy */
	PHIL_STRATEGY_LAST = PHIL_STRATEGY_FIRST + PHIL_STRATEGIES - 1,
};

enum { PROMPT_NUMBER = 1, PROMPT_TIMES };
enum { PANEL_CYCLE, PANEL_WAITS, PANEL_LAST }; /* the last seconds, or the faults and then those */

/* What was asked for last and may not yet show: a second press must not begin from the state before the first. */
struct phil_asked {
	uint64_t at; /* SDL ticks; 0: nothing */
	uint32_t count;
	uint8_t strategy;
	struct phil_times times;
};

struct phil_window {
	struct picture picture;
	struct grid_view view;
	uint32_t view_count; /* philosophers that the view was made for */
	int view_w, view_h;
	uint32_t hover, selected;
	/* who is in the cycle, worked out when another is reported */
	uint8_t marks[CYCLE_MARKS];
	uint32_t marked, marked_epoch;
	uint64_t painted;
	bool stale;
	struct phil_asked asked;
};

static inline struct phil_window *phil_of(const struct window *w) { return w->own; }

extern const struct key phil_keys[];
extern const struct help_line phil_help[];

/* window_actions.c */
bool phil_act(struct window *w, int action);
bool phil_answer(struct window *w, char *err, size_t err_size);

/* window_table.c: the scene in the window, and the mouse on it */
struct scene phil_scene(const struct window *w);
void phil_table_draw(struct window *w);
void phil_hover(struct window *w, int x, int y);
bool phil_press(struct window *w, unsigned held);
void phil_pan(struct window *w, int dx, int dy);
void phil_zoom(struct window *w, int steps, int x, int y);
void phil_fit(struct window *w);

/* window_tiles.c, window_cycle.c, window_waits.c, window_timeline.c, window_controls.c */
void phil_tiles_draw(struct window *w);
void phil_cycle_draw(struct window *w);
void phil_cycle_symbols(const struct window *w); /* a new cycle: its addresses are asked for */
void phil_waits_draw(struct window *w);
void phil_timeline_draw(struct window *w, SDL_Rect r);
void phil_controls_draw(struct window *w);

/* window_words.c */
void phil_describe(const struct window *w, char *out, size_t size);
void phil_hint(const struct window *w, char *out, size_t size);
/* "naive: left fork, then right" */
const char *phil_strategy_words(uint8_t strategy);
/* "hungry for 1.8 s, holds fork 1, waits for fork 2 of Zeno" */
void phil_tell(const struct window *w, uint32_t i, char *out, size_t size);
/* "holds forks 1 and 2", "holds nothing" */
void phil_holds_words(const struct table *t, uint32_t i, char *out, size_t size);

#endif
