/*
 * The parts of the terminal face: tui_screen.c owns the terminal, tui_draw.c composes lines, tui.c runs it all.
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

/* What of the dish is seen: its first cell (negative when it is smaller than the terminal). */
struct view {
	int x, y;
	bool placed;
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

/* Draws everything: dish, status, last line. */
void tui_draw(struct screen *sc, struct view *v, struct session *s, const struct options *o);
/* Rows of cells that the dish's part of the screen can show. */
unsigned tui_cell_rows(const struct screen *s);

#endif
