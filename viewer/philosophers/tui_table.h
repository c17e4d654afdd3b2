/*
 * Drawing the table into a field of characters, for the terminal: a ring of plates while they are few, a grid of half
 * blocks when they are many.
 */
#ifndef VIEWER_PHIL_TUI_TABLE_H
#define VIEWER_PHIL_TUI_TABLE_H

#include "../tui.h"
#include "phil.h"

#define FIELD_COLUMNS 400u

struct glyph {
	char text[5]; /* one character in UTF-8, "" is a blank */
	long foreground, background;
};

struct field {
	unsigned columns, rows;
	struct glyph glyphs[LINES_MAX][FIELD_COLUMNS];
};

void field_clear(struct field *f, unsigned columns, unsigned rows);
/* ASCII text from x,y on, cut at the edges; background < 0 leaves the one that is there. */
void field_text(struct field *f, int x, int y, long foreground, long background, const char *text);
void field_show(const struct field *f, struct screen *sc);

/* Few enough for plates with names on a ring of this size? */
bool ring_fits(const struct table *t, unsigned columns, unsigned rows);
void ring_draw(struct field *f, const struct session *s, const struct screen *sc, enum palette p, unsigned selected);
void grid_draw(struct field *f, const struct session *s, struct view *v, const struct screen *sc, enum palette p);

#endif
