/*
 * The parts of the terminal face: tui_screen.c owns the terminal, tui_draw.c composes the lines that all demos have, tui.c
 * runs it all; what is above the status line each demo draws itself.
 */
#ifndef VIEWER_TUI_H
#define VIEWER_TUI_H

#include <stdbool.h>
#include <stddef.h>

#include "faces.h"

#define LINE_ROOM 16384u /* bytes of one composed line; wider terminals are cut */
#define LINES_MAX 300u

struct screen {
	unsigned columns, rows;
	bool truecolour, utf8;
	char *before[LINES_MAX]; /* what each line shows now; NULL = unknown */
};

struct line {
	char text[LINE_ROOM];
	size_t length;
	long foreground, background; /* as set now; -1 = default */
};

/* What is seen of something larger than the terminal: its first place (negative when it is smaller). */
struct view {
	int x, y;
	bool placed;
	unsigned selected; /* of the things in it, where one can be selected */
};

/* The terminal. Opening fails (err) if it cannot be made raw; closing restores it, and may be called twice. */
bool screen_open(struct screen *s, char *err, size_t err_size);
void screen_close(struct screen *s);
bool screen_resized(struct screen *s);                                  /* looks at the size; true when it has changed */
void screen_show(struct screen *s, unsigned row, const struct line *l); /* writes only what changed */
void screen_flush(struct screen *s);
bool screen_ready(void); /* it would take output without blocking */
int screen_key(void);    /* the next key, 0 when there is none; arrows as KEY_... */
enum { KEY_UP = 256, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_END_OF_INPUT };

void line_clear(struct line *l);
__attribute__((format(printf, 2, 3))) void line_put(struct line *l, const char *format, ...);
void line_colours(struct line *l, const struct screen *s, long foreground, long background);

/* What a demo does in the terminal. */
struct face_tui {
	const char *keys; /* the last line, when there is no news */
	void (*draw)(struct screen *sc, unsigned rows, struct view *v, struct session *s, const struct options *o);
	void (*status)(const struct session *s, char *out, size_t size); /* behind the state, before the source */
	const char *(*run_word)(const struct session *s);
	bool (*key)(struct session *s, struct view *v, int key);
};

/* Draws everything: the demo, status, last line. */
void tui_draw(struct screen *sc, struct view *v, struct session *s, const struct options *o);
/* One row of plain ASCII, cut to the screen. */
void tui_text(struct screen *sc, unsigned row, long colour, const char *text);

#define TUI_TEXT 0xe6edf3
#define TUI_FAINT 0x8b96a5
#define TUI_ACCENT 0xffcf5c
#define TUI_BAD 0xff5d62

#endif
