/*
 * Life in the window: its own state, and the functions its files share.
 */
#ifndef VIEWER_WINDOW_LIFE_H
#define VIEWER_WINDOW_LIFE_H

#include <petri/wire_life.h>

#include "../window.h"
#include "draw_cells.h"
#include "life.h"

#define NO_CELL UINT32_MAX

enum {
	LIFE_STEP = ACTION_DEMO,
	LIFE_FASTER,
	LIFE_SLOWER,
	LIFE_FULL_SPEED,
	LIFE_RANDOM,
	LIFE_CLEAR,
	LIFE_RULE,
	LIFE_KILL_MODE,
	LIFE_WHO,
	LIFE_SYNC_NEXT,
	LIFE_OPEN,
	LIFE_SAVE,
	LIFE_COPY,
	LIFE_PASTE,
	LIFE_GRID,
	LIFE_ZOOM_1,
	LIFE_ZOOM_2,
	LIFE_ZOOM_3,
	LIFE_ZOOM_4,
	LIFE_ZOOM_5,
	LIFE_ZOOM_6,
	LIFE_SPEED_SLIDER, /* this and what follows is found by the mouse only */
	LIFE_FAULT,
	LIFE_FAULT_LAST = LIFE_FAULT + FAULTS_SHOWN - 1,
};

enum { PROMPT_OPEN = 1, PROMPT_SAVE, PROMPT_RULE };

enum stroke { STROKE_CLEARS, STROKE_BEARS, STROKE_KILLS, STROKE_RUNS_WILD };

/* The board's picture and the eye on it. view.x and view.y count from the corner of the panel. */
struct board_view {
	struct picture picture;
	struct cells_view view;
	bool fit;         /* follow the size of window and dish */
	bool stale;       /* the picture must be painted anew */
	uint64_t painted; /* dish->shown of the picture */
	uint32_t dish_w, dish_h;
	uint32_t hover_x, hover_y; /* NO_CELL: none */
	uint32_t selected_x, selected_y;
	uint64_t asked, asked_shown; /* for the selected cell's thread: SDL ticks, dish->shown */
	uint32_t last_x, last_y;     /* of a stroke */
	enum stroke stroke;          /* what it does */
	uint32_t killed, faulted;    /* dish->killed_count, ->faulted_count of the picture */
};

struct graph_view {
	struct picture picture;
	uint64_t painted;
	bool stale;
	uint32_t peak;
	uint64_t peak_at;
};

struct life_window {
	struct board_view board;
	struct graph_view graph;
	struct cells_colours colours;
	char who[128];              /* what the target said of the selected cell's thread */
	char overwrite[PROMPT_MAX]; /* the existing file that the next Enter may replace */
	bool kill_mode;
};

static inline struct life_window *life_of(const struct window *w) { return w->own; }

enum { PANEL_GRAPH, PANEL_THREADS, PANEL_LAST }; /* the console, or the faults and then the console */

/* window_keys.c */
extern const struct key life_keys[];
extern const struct help_line life_help[];

/* window_actions.c */
bool life_act(struct window *w, int action);
void window_set_speed(struct window *w, uint32_t milli);
/* Makes the dish new and goes on running if it ran. */
bool window_load(struct window *w, const struct board *b);

/* window_board.c, window_paint.c (the mouse on the board) */
void board_draw(struct window *w);
void board_fit(struct window *w);
void board_zoom_to(struct window *w, double cell, int at_x, int at_y);
void board_zoom_step(struct window *w, int steps, int at_x, int at_y);
void board_pan(struct window *w, int dx, int dy);
void board_follow(struct window *w); /* to be called before drawing: sizes may have changed */
bool board_cell_at(const struct window *w, int x, int y, uint32_t *cx, uint32_t *cy);
void board_hover(struct window *w, int x, int y);
bool board_press(struct window *w, unsigned held);
void board_stroke(struct window *w);
void board_ask_who(struct window *w);
void board_select(struct window *w, uint32_t x, uint32_t y);
void board_keep_asking(struct window *w);
unsigned board_neighbours(const struct dish *d, uint32_t x, uint32_t y); /* alive */

/* window_words.c */
void life_describe(const struct window *w, char *out, size_t size);
void life_hint(const struct window *w, char *out, size_t size);

/* window_tiles.c, window_graph.c, window_threads.c */
void life_tiles_draw(struct window *w);
void graph_draw(struct window *w);
void graph_update(struct window *w); /* peak, and the picture's age */
void threads_draw(struct window *w);
bool threads_show_card(const struct window *w);

/* window_controls.c */
void life_controls_draw(struct window *w);
void slider_drag(struct window *w, int action, int x);

/* window_files.c */
bool files_open(struct window *w, const char *path, char *err, size_t err_size);
bool files_paste(struct window *w, const char *text, const char *name, char *err, size_t err_size);
void files_copy(struct window *w);
bool files_answer(struct window *w, char *err, size_t err_size);

#endif
