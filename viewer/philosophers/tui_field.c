/*
 * A field of characters, for what is not made line by line.
 */
#include "tui_table.h"

#include <string.h>

void field_clear(struct field *f, unsigned columns, unsigned rows)
{
	f->columns = columns < FIELD_COLUMNS ? columns : FIELD_COLUMNS;
	f->rows = rows < LINES_MAX ? rows : LINES_MAX;
	for (unsigned y = 0; y < f->rows; y++)
		for (unsigned x = 0; x < f->columns; x++)
			f->glyphs[y][x] = (struct glyph){"", -1, -1};
}

void field_text(struct field *f, int x, int y, long foreground, long background, const char *text)
{
	if (y < 0 || y >= (int)f->rows)
		return;
	for (; *text && x < (int)f->columns; text++, x++) {
		struct glyph *g = x >= 0 ? &f->glyphs[y][x] : NULL;

		if (!g)
			continue;
		g->text[0] = *text;
		g->text[1] = 0;
		g->foreground = foreground;
		if (background >= 0)
			g->background = background;
	}
}

void field_show(const struct field *f, struct screen *sc)
{
	static struct line l;

	for (unsigned y = 0; y < f->rows; y++) {
		line_clear(&l);
		for (unsigned x = 0; x < f->columns && l.length + 64 < LINE_ROOM; x++) {
			const struct glyph *g = &f->glyphs[y][x];

			line_colours(&l, sc, *g->text ? g->foreground : l.foreground, g->background);
			line_put(&l, "%s", *g->text ? g->text : " ");
		}
		screen_show(sc, y, &l);
	}
}
