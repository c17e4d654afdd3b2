/*
 * The window face: its state, and the functions its files share.
 *
 * window.c runs it; window_events.c turns SDL's events into actions, window_actions.c does them; the other files each
 * draw one part. Everything is redrawn from the session's model whenever something changed; nothing is kept in step by
 * hand. While drawing, each part that reacts to the mouse leaves a *hot* rectangle with its action and its tooltip.
 */
#ifndef VIEWER_WINDOW_H
#define VIEWER_WINDOW_H

#include <SDL.h>
#include <stdbool.h>
#include <stdint.h>

#include <petri/wire_life.h>

#include "draw.h"
#include "life/draw_cells.h"
#include "life/life.h"
#include "font.h"
#include "options.h"
#include "session.h"
#include "ui_actions.h"
#include "ui_layout.h"

#define CONSOLE_LINES 400
#define CONSOLE_LINE 160
#define PROMPT_MAX 1024
#define HOTS_MAX 48
#define NO_CELL UINT32_MAX

struct hot {
	SDL_Rect rect;
	enum action action;
	const char *tip;
};

enum play { PLAY_AS_TOLD, PLAY_RUN, PLAY_PAUSE };

enum drag { DRAG_NONE, DRAG_PAINT, DRAG_KILL, DRAG_PAN, DRAG_SLIDER, DRAG_BUTTON };

/* The board's picture and the eye on it. view.x and view.y count from the corner of the panel. */
struct board_view {
	SDL_Texture *texture;
	uint32_t *pixels;
	int w, h;
	struct cells_view view;
	bool fit;         /* follow the size of window and dish */
	bool stale;       /* the picture must be painted anew */
	uint64_t painted; /* dish->shown of the picture */
	uint32_t dish_w, dish_h;
	uint32_t hover_x, hover_y; /* NO_CELL: none */
	uint32_t selected_x, selected_y;
	uint64_t asked, asked_shown; /* for the selected cell's thread: SDL ticks, dish->shown */
	uint32_t last_x, last_y;     /* of a stroke */
	bool paint_alive;
};

struct graph_view {
	SDL_Texture *texture;
	uint32_t *pixels;
	int w, h;
	uint64_t painted;
	uint32_t epoch;
	uint32_t peak;
	uint64_t peak_at;
};

/* The last lines of console text, in a ring. */
struct console {
	char lines[CONSOLE_LINES][CONSOLE_LINE];
	unsigned next, count; /* line being written; complete and begun lines kept */
	unsigned column;
	unsigned back; /* lines scrolled up */
	int escape;    /* inside a terminal's escape sequence */
	bool carriage; /* a carriage return has come: a line feed or overwriting follows */
};

enum prompt_kind { PROMPT_NONE, PROMPT_OPEN, PROMPT_SAVE, PROMPT_RULE };

struct prompt {
	enum prompt_kind kind;
	char text[PROMPT_MAX];
	size_t length, cursor;
	char error[256];
	char overwrite[PROMPT_MAX]; /* the existing file that the next Enter may replace */
};

/* A line for the person, shown for some seconds. */
struct notice {
	char text[512];
	bool bad;
	uint64_t since; /* SDL ticks */
};

/* What two STATS tell together. */
struct load {
	uint64_t time_ns, idle_ns;
	double idle; /* 0..1, < 0 unknown */
};

/* What was last seen of the session: a difference means a new picture. No padding: it is compared as memory. */
struct glance {
	uint64_t shown, stats, lost, pending;
	uint32_t speed, killed, run_state, state;
	uint64_t recording;
};

struct window {
	struct session *session;
	const struct options *options;
	SDL_Window *sdl;
	SDL_Renderer *renderer;
	struct draw draw;
	struct font_set fonts;
	struct layout layout;
	enum palette palette;
	struct cells_colours colours;

	struct board_view board;
	struct graph_view graph;
	struct console console;
	struct prompt prompt;
	struct notice notice;
	struct load load;
	struct glance seen;
	char who[128]; /* what the target said of the selected cell's thread */
	bool help, kill_mode;
	enum play play_asked; /* until the target has answered */

	struct hot hots[HOTS_MAX];
	int hot_count;
	enum drag drag;
	enum action pressed;
	int mouse_x, mouse_y; /* physical pixels; -1: outside */
	uint64_t mouse_still; /* since when */

	bool dirty, quit;
	int code;
	uint64_t drawn;               /* SDL ticks of the last picture */
	bool drawn_notice, drawn_tip; /* what of it goes and comes with time alone */
};

/* window.c */
int px(const struct window *w, double n); /* pixels of the design in physical pixels */
bool window_photo(struct window *w, const char *path, char *err, size_t err_size);

/* window_draw.c */
void window_draw(struct window *w);
void window_panel(struct window *w, SDL_Rect r);
/* Remembers what reacts in r; true when the mouse is on it. tip must live as long as the window. */
bool window_hot(struct window *w, SDL_Rect r, enum action a, const char *tip);
const struct hot *window_hot_at(const struct window *w, int x, int y);
bool rect_has(SDL_Rect r, int x, int y);

/* window_events.c: takes what has come, waits at most timeout_ms for the first. */
void window_events(struct window *w, int timeout_ms);

/* window_actions.c */
void window_act(struct window *w, enum action a);
void window_set_speed(struct window *w, uint32_t milli);
/* Makes the dish new and goes on running if it ran. */
bool window_load(struct window *w, const struct board *b);

/* window_notice.c */
void window_say(struct window *w, bool bad, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Takes over what the session has to say; true when something is new. */
bool notice_update(struct window *w);
/* The notice to show, or NULL when it is too old. */
const char *notice_text(const struct window *w);

/* window_board.c, window_paint.c (the mouse on the board) */
void board_draw(struct window *w);
void board_free_picture(struct board_view *b);
void board_fit(struct window *w);
void board_zoom_to(struct window *w, double cell, int at_x, int at_y);
void board_zoom_step(struct window *w, int steps, int at_x, int at_y);
void board_pan(struct window *w, int dx, int dy);
void board_follow(struct window *w);         /* to be called before drawing: sizes may have changed */
SDL_Rect board_area(const struct window *w); /* the picture inside the panel */
bool board_cell_at(const struct window *w, int x, int y, uint32_t *cx, uint32_t *cy);
void board_hover(struct window *w, int x, int y);
void board_press(struct window *w, bool kill);
void board_stroke(struct window *w);
void board_ask_who(struct window *w);
void board_keep_asking(struct window *w);
unsigned board_neighbours(const struct dish *d, uint32_t x, uint32_t y); /* alive */

/* window_header.c */
void header_draw(struct window *w);
void status_draw(struct window *w);

/* window_tiles.c, window_graph.c, window_threads.c, window_console.c */
void tiles_draw(struct window *w);
void graph_draw(struct window *w);
void graph_update(struct window *w); /* peak, and the picture's age */
void threads_draw(struct window *w);
bool threads_show_card(const struct window *w);
void load_update(struct window *w);
void console_draw(struct window *w);
bool console_update(struct window *w);
void console_put(struct console *c, const char *text, size_t length);
void console_scroll(struct window *w, int lines);

/* window_controls.c */
void controls_draw(struct window *w);
void slider_drag(struct window *w, int x);

/* window_overlay.c */
void help_draw(struct window *w);
void prompt_draw(struct window *w);
void tooltip_draw(struct window *w);
bool tooltip_due(const struct window *w);

/* window_prompt.c */
void prompt_open(struct window *w, enum prompt_kind kind, const char *text);
void prompt_close(struct window *w);
void prompt_insert(struct window *w, const char *text);
void prompt_key(struct window *w, SDL_Keysym key);

/* window_files.c */
bool files_open(struct window *w, const char *path, char *err, size_t err_size);
bool files_paste(struct window *w, const char *text, const char *name, char *err, size_t err_size);
void files_copy(struct window *w);
bool files_save(struct window *w, const char *path, char *err, size_t err_size);
bool files_rule(struct window *w, const char *text, char *err, size_t err_size);
void files_photo(struct window *w, bool whole_window);
void files_record(struct window *w);
/* "petri-20261120-154301.rle" in the current folder. */
void files_stamp(char *out, size_t size, const char *extension);

#endif
