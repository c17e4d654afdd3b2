/*
 * The terminal's picture: two cells to a character by half blocks, a status line, and a line for keys and news.
 */
#include "tui.h"

#include <stdio.h>
#include <string.h>

#include <petri/wire_life.h>

#include "colours.h"
#include "text.h"

#define STATUS_LINES 2u
#define COLUMNS_MIN 24u
#define ROWS_MIN 6u
#define NEWS_MS 6000u /* how long a notice stays */
#define TEXT_COLOUR 0xe6edf3
#define FAINT_COLOUR 0x8b96a5
#define ACCENT_COLOUR 0xffcf5c

unsigned tui_cell_rows(const struct screen *s) { return (s->rows - STATUS_LINES) * 2; }

static long cell_colour(const struct dish *d, enum palette p, int x, int y)
{
	if (x < 0 || y < 0 || x >= (int)d->width || y >= (int)d->height)
		return -1;
	return colour_cell(p, d, (size_t)y * d->width + (size_t)x);
}

/* Upper half block: its foreground is the upper cell, its background the lower one. */
static void put_pair(struct line *l, const struct screen *s, long upper, long lower)
{
	if (upper == lower) {
		line_colours(l, s, l->foreground, upper);
		line_put(l, " ");
	} else if (upper < 0) {
		line_colours(l, s, lower, -1);
		line_put(l, "\xe2\x96\x84");
	} else {
		line_colours(l, s, upper, lower);
		line_put(l, "\xe2\x96\x80");
	}
}

/* Without UTF-8: two cells by a colon, a quote or a full stop. */
static void put_plain(struct line *l, const struct screen *s, const struct dish *d, int x, int y, long colour)
{
	bool inside = x >= 0 && x < (int)d->width && y >= 0;
	bool upper = inside && y < (int)d->height && d->cells[(size_t)y * d->width + (size_t)x];
	bool lower = inside && y + 1 < (int)d->height && d->cells[((size_t)y + 1) * d->width + (size_t)x];

	line_colours(l, s, colour, -1);
	line_put(l, "%c", upper ? (lower ? ':' : '\'') : lower ? '.' : ' ');
}

static void draw_row(struct line *l, const struct screen *s, const struct view *v, const struct dish *d, enum palette p,
		     unsigned row)
{
	line_clear(l);
	for (unsigned column = 0; column < s->columns && l->length + 64 < LINE_ROOM; column++) {
		int x = v->x + (int)column, y = v->y + (int)row * 2;

		if (s->utf8)
			put_pair(l, s, cell_colour(d, p, x, y), cell_colour(d, p, x, y + 1));
		else
			put_plain(l, s, d, x, y, ACCENT_COLOUR);
	}
}

/* A dish that fits lies in the middle; a larger one does not leave the screen. */
static int keep_inside(int at, int cells, int room)
{
	if (cells <= room)
		return -(room - cells) / 2;
	return at < 0 ? 0 : at > cells - room ? cells - room : at;
}

static void place(struct view *v, const struct screen *s, const struct dish *d)
{
	int rows = (int)tui_cell_rows(s);

	if (!v->placed && d->shown) {
		v->x = ((int)d->width - (int)s->columns) / 2;
		v->y = ((int)d->height - rows) / 2;
		v->placed = true;
	}
	v->x = keep_inside(v->x, (int)d->width, (int)s->columns);
	v->y = keep_inside(v->y, (int)d->height, rows) & ~1;
}

static const char *state_word(const struct session *s)
{
	static const char *const run[] = {"paused", "running", "stepping", "running"};

	switch (session_state(s)) {
	case SESSION_CONNECTING:
		return "waiting for the target";
	case SESSION_SILENT:
		return "SILENT";
	case SESSION_LOST:
		return "LOST";
	case SESSION_ENDED:
		return session_is_replay(s) ? "end of the recording" : "ended";
	case SESSION_LIVE:
		break;
	}
	return run[session_dish(s)->run_state & 3];
}

static void speed_words(char *out, size_t size, const struct session *s)
{
	const struct dish *d = session_dish(s);

	if (d->speed)
		snprintf(out, size, "%.4g/s (wanted %.4g)", session_counters(s)->gens_per_s, d->speed / 1000.0);
	else
		snprintf(out, size, "%.4g/s (max)", session_counters(s)->gens_per_s);
}

/* Shows at most as many bytes as there are columns; all texts here are plain ASCII. */
static void show_text(struct screen *sc, unsigned row, long colour, const char *text)
{
	struct line l;

	line_clear(&l);
	line_colours(&l, sc, colour, -1);
	line_put(&l, "%.*s", (int)sc->columns - 1, text);
	screen_show(sc, row, &l);
}

static void draw_status(struct screen *sc, const struct session *s)
{
	const struct dish *d = session_dish(s);
	char text[512], speed[64], rule[64];
	struct rule r = {d->birth, d->survive, d->topology, d->width, d->height};
	bool wrong = session_state(s) == SESSION_SILENT || session_state(s) == SESSION_LOST;

	speed_words(speed, sizeof speed, s);
	rule_format(rule, sizeof rule, &r);
	snprintf(text, sizeof text, " %s  gen %llu  pop %u  %s  threads %u  %s  %s", state_word(s),
		 (unsigned long long)d->generation, d->population, speed, session_counters(s)->threads_alive, rule,
		 session_source(s));
	show_text(sc, sc->rows - 2, wrong ? COLOUR_KILLED : ACCENT_COLOUR, text);
}

/* The newest notice for some seconds, else the trouble if there is any, else the keys. */
static void draw_last(struct screen *sc, const struct session *s)
{
	const char *text = session_problem(s);
	uint64_t when;
	const char *notice = session_notice(s, &when);
	char line[512];

	if (!*text && *notice && clock_ms() - when < NEWS_MS)
		text = notice;
	snprintf(line, sizeof line, " %s", *text ? text : "space play/pause  s step  +/- speed  r reset  arrows pan  q quit");
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = ' ';
	show_text(sc, sc->rows - 1, *text ? TEXT_COLOUR : FAINT_COLOUR, line);
}

static void draw_too_small(struct screen *sc)
{
	char text[120];

	snprintf(text, sizeof text, "too small: %ux%u, need %ux%u", sc->columns, sc->rows, COLUMNS_MIN, ROWS_MIN);
	for (unsigned row = 0; row < sc->rows; row++)
		show_text(sc, row, TEXT_COLOUR, row ? "" : text);
}

void tui_draw(struct screen *sc, struct view *v, struct session *s, const struct options *o)
{
	static struct line l;

	if (sc->columns < COLUMNS_MIN || sc->rows < ROWS_MIN) {
		draw_too_small(sc);
	} else {
		place(v, sc, session_dish(s));
		for (unsigned row = 0; row < sc->rows - STATUS_LINES; row++) {
			draw_row(&l, sc, v, session_dish(s), o->palette, row);
			screen_show(sc, row, &l);
		}
		draw_status(sc, s);
		draw_last(sc, s);
	}
	screen_flush(sc);
}
