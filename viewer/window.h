/*
 * The window face: its state, the functions its files share, and what a demo does in it.
 *
 * window.c runs it; window_events.c turns SDL's events into actions, window_actions.c does those that all demos have; the
 * other files each draw one part. The left area, the panels and the buttons are the demo's (struct face_window below).
 * Everything is redrawn from the session's model whenever something changed; nothing is kept in step by hand. While
 * drawing, each part that reacts to the mouse leaves a *hot* rectangle with its action and its tooltip.
 */
#ifndef VIEWER_WINDOW_H
#define VIEWER_WINDOW_H

#include <SDL.h>
#include <stdbool.h>
#include <stdint.h>

#include "draw.h"
#include "font.h"
#include "options.h"
#include "picture.h"
#include "session.h"
#include "ui_actions.h"
#include "ui_layout.h"

#define CONSOLE_LINES 400
#define CONSOLE_LINE 160
#define PROMPT_MAX 1024
#define HOTS_MAX 64

struct hot {
	SDL_Rect rect;
	int action;
	const char *tip;
};

enum play { PLAY_AS_TOLD, PLAY_RUN, PLAY_PAUSE };

/* DRAG_MAIN: whatever the demo does while the left button is held on its area; DRAG_SLIDER: along a hot rectangle. */
enum drag { DRAG_NONE, DRAG_MAIN, DRAG_PAN, DRAG_SLIDER, DRAG_BUTTON };

/* The last lines of console text, in a ring. */
struct console {
	char lines[CONSOLE_LINES][CONSOLE_LINE];
	unsigned next, count; /* line being written; complete and begun lines kept */
	unsigned column;
	unsigned back; /* lines scrolled up */
	int escape;    /* inside a terminal's escape sequence */
	bool carriage; /* a carriage return has come: a line feed or overwriting follows */
};

/* A question for a line of text. The demo knows the answer's meaning by kind, which is its own; 0: nothing is asked. */
struct prompt {
	int kind;
	const char *title, *hint;
	char text[PROMPT_MAX];
	size_t length, cursor;
	char error[256];
};

/* Choices above a button; count 0: it is closed. Each stands for an action, one after the other from the first. */
struct menu {
	const char *const *items;
	int count, hot, first_action;
	SDL_Rect button;
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
	uint64_t demo; /* what else it shows, mixed into a number */
	uint32_t recording, state;
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

	const struct demo *demo;        /* whose own is */
	const struct face_window *face; /* of that demo */
	void *own;                      /* the demo's part of the window */
	struct console console;
	struct prompt prompt;
	struct menu menu;
	struct notice notice;
	struct load load;
	struct glance seen;
	bool help;
	enum play play_asked; /* until the target has answered */

	struct hot hots[HOTS_MAX];
	int hot_count;
	enum drag drag;
	int pressed;
	int mouse_x, mouse_y; /* physical pixels; -1: outside */
	uint64_t mouse_still; /* since when */

	bool dirty, quit;
	int code;
	uint64_t drawn;               /* SDL ticks of the last picture */
	bool drawn_notice, drawn_tip; /* what of it goes and comes with time alone */
};

/* What a demo does in the window. All but the first four may be NULL. */
struct face_window {
	const struct key *keys;
	const struct help_line *help;
	void (*wish)(const struct window *w, struct layout_wish *wish);
	void (*draw)(struct window *w); /* main area, tiles, panels, controls */
	void (*open)(struct window *w); /* w->own is zeroed memory of own_size bytes */
	void (*close)(struct window *w);
	size_t own_size;
	void (*forget)(struct window *w);   /* the renderer has lost its textures */
	void (*recolour)(struct window *w); /* w->palette is another one */
	uint64_t (*glance)(const struct window *w);
	void (*news)(struct window *w, bool changed); /* after reading, before drawing: the session may have changed */
	bool (*takes_notice)(struct window *w, const char *text);         /* it is an answer that the demo shows itself */
	void (*describe)(const struct window *w, char *out, size_t size); /* what runs there, in the header's words */
	int describe_action;
	const char *describe_tip;
	void (*hint)(const struct window *w, char *out, size_t size); /* the words at the bottom left */
	bool (*act)(struct window *w, int action);     /* also the shared actions, before the window does them; false: not mine */
	void (*hover)(struct window *w, int x, int y); /* the mouse is there; x < 0: it is away */
	bool (*press)(struct window *w,
		      unsigned held);   /* the left button, on the main area, with KEY_SHIFT, KEY_CTRL; true: DRAG_MAIN begins */
	void (*drag)(struct window *w); /* the mouse has moved in DRAG_MAIN */
	void (*slide)(struct window *w, int action, int x);
	bool (*is_slider)(int action);
	void (*pan)(struct window *w, int dx, int dy);
	void (*zoom)(struct window *w, int steps, int x, int y);
	bool (*wheel)(struct window *w, int steps);                   /* somewhere else than on the main area */
	bool (*answer)(struct window *w, char *err, size_t err_size); /* to w->prompt; true: done */
	bool (*open_file)(struct window *w, const char *path, char *err, size_t err_size);
	bool (*paste)(struct window *w, const char *text, const char *name, char *err, size_t err_size);
};

/* window.c */
int px(const struct window *w, double n); /* pixels of the design in physical pixels */
bool window_photo(struct window *w, const char *path, char *err, size_t err_size);

/* window_draw.c */
void window_draw(struct window *w);
void window_panel(struct window *w, SDL_Rect r);
/* Remembers what reacts in r; true when the mouse is on it. tip must live as long as the window. */
bool window_hot(struct window *w, SDL_Rect r, int action, const char *tip);
const struct hot *window_hot_at(const struct window *w, int x, int y);
bool rect_has(SDL_Rect r, int x, int y);

/* window_events.c: takes what has come, waits at most timeout_ms for the first. */
void window_events(struct window *w, int timeout_ms);

/* window_actions.c */
void window_act(struct window *w, int action);

/* window_notice.c */
void window_say(struct window *w, bool bad, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Takes over what the session has to say; true when something is new. */
bool notice_update(struct window *w);
/* The notice to show, or NULL when it is too old. */
const char *notice_text(const struct window *w);

/* window_main.c: the demo's area */
SDL_Rect main_area(const struct window *w);                             /* inside its line */
void main_frame(struct window *w);                                      /* the line around it */
void main_waiting(struct window *w, const char *what, uint32_t ground); /* nothing to show yet: says why */

/* window_header.c */
void header_draw(struct window *w);
void status_draw(struct window *w);

/* window_tiles.c: the i-th tile: a label, a number, and one line that makes it meaningful; the tip must live on */
void tile_draw(struct window *w, int i, const char *label, const char *number, const char *line, const char *tip);
int tile_room(const struct window *w); /* pixels for its texts */
/* In full when the tile has room for it. */
void tile_number(struct window *w, char *out, uint64_t v);

/* window_panels.c: a title and a word beside it; returns what is left below; an empty rectangle when it is not there */
SDL_Rect panel_draw(struct window *w, SDL_Rect r, const char *title, const char *beside);
/* A label at the left and a value at the right of r. */
void row_draw(struct window *w, SDL_Rect r, const char *label, const char *value, const char *tip);
void load_update(struct window *w);

/* window_faults.c: for a demo's list of panels when there are any. Entry i has the action first_action + i; 0: none. */
#define FAULTS_SHOWN 8
void faults_wish(const struct window *w, int least, struct panel_wish *wish); /* room for so many at least */
void faults_draw(struct window *w, SDL_Rect r, int first_action);

/* window_cores.c: for a demo's list of panels when several cores are told of. work: what the shares are of, a word or two; < 0: not known. */
bool cores_shown(const struct window *w);
void cores_wish(const struct window *w, struct panel_wish *wish);
void cores_draw(struct window *w, SDL_Rect r, const char *work, const double *shares);

/* window_console.c */
void console_draw(struct window *w, SDL_Rect r);
bool console_update(struct window *w);
void console_put(struct console *c, const char *text, size_t length);
void console_scroll(struct window *w, int lines);

/* window_buttons.c */
struct button {
	int action;
	const char *label, *widest; /* the width is that of the widest label it can have */
	const char *tip;
	bool accent;
};
int button_width(struct window *w, const struct button *b);
/* Draws at x in the row of controls and returns where the next one begins. */
int button_draw(struct window *w, int x, const struct button *b);
struct button button_photo(const struct window *w, const char *tip);
struct button button_record(const struct window *w);

/* window_overlay.c */
void help_draw(struct window *w);
void prompt_draw(struct window *w);
void tooltip_draw(struct window *w);
bool tooltip_due(const struct window *w);

/* window_prompt.c: title and hint must live on */
void prompt_open(struct window *w, int kind, const char *title, const char *hint, const char *text);
void prompt_close(struct window *w);
void prompt_insert(struct window *w, const char *text);
void prompt_key(struct window *w, SDL_Keysym key);

/* window_menu.c: items must live on */
void menu_open(struct window *w, SDL_Rect button, const char *const *items, int count, int current, int first_action);
void menu_close(struct window *w);
void menu_press(struct window *w);
void menu_hover(struct window *w);
void menu_key(struct window *w, SDL_Keysym key);
void menu_draw(struct window *w);

/* window_files.c */
void files_photo(struct window *w, bool whole_window);
void files_record(struct window *w);
/* "petri-20261120-154301.rle" in the current folder. */
void files_stamp(char *out, size_t size, const char *extension);

#endif
