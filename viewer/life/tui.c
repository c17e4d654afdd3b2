/*
 * The dish in the terminal: two cells to a character by half blocks.
 */
#include "../tui.h"

#include <stdio.h>
#include <string.h>

#include <petri/wire_life.h>

#include "../text.h"
#include "colours.h"
#include "life.h"

static const uint32_t speeds[] = {500, 1000, 2000, 5000, 10000, 20000, 30000, 60000, 120000, 250000, 500000, 1000000, 0};
#define SPEEDS (sizeof speeds / sizeof *speeds)

static void change_speed(struct session *s, int by)
{
	uint32_t now = life_dish(s)->speed;
	size_t i = 0;

	while (i < SPEEDS - 1 && (now == 0 || speeds[i] < now))
		i++;
	if ((by < 0 && i > 0) || (by > 0 && i < SPEEDS - 1))
		life_speed(s, speeds[i + (by > 0 ? 1 : -1)]);
}

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
			put_plain(l, s, d, x, y, TUI_ACCENT);
	}
}

/* A dish that fits lies in the middle; a larger one does not leave the screen. */
static int keep_inside(int at, int cells, int room)
{
	if (cells <= room)
		return -(room - cells) / 2;
	return at < 0 ? 0 : at > cells - room ? cells - room : at;
}

static void place(struct view *v, const struct screen *s, const struct dish *d, int rows)
{
	if (!v->placed && d->shown) {
		v->x = ((int)d->width - (int)s->columns) / 2;
		v->y = ((int)d->height - rows) / 2;
		v->placed = true;
	}
	v->x = keep_inside(v->x, (int)d->width, (int)s->columns);
	v->y = keep_inside(v->y, (int)d->height, rows) & ~1;
}

static void speed_words(char *out, size_t size, const struct session *s)
{
	const struct dish *d = life_dish(s);

	if (d->speed)
		snprintf(out, size, "%.4g/s (wanted %.4g)", session_counters(s)->progress_per_s, d->speed / 1000.0);
	else
		snprintf(out, size, "%.4g/s (max)", session_counters(s)->progress_per_s);
}

static void status(const struct session *s, char *out, size_t size)
{
	const struct dish *d = life_dish(s);
	char speed[64], rule[64];
	struct rule r = {d->birth, d->survive, d->topology, d->width, d->height};

	speed_words(speed, sizeof speed, s);
	rule_format(rule, sizeof rule, &r);
	snprintf(out, size, "gen %llu  pop %u  %s  threads %u  %s", (unsigned long long)d->generation, d->population, speed,
		 session_counters(s)->threads_alive, rule);
	if (d->sync != LIFE_BARRIER)
		text_append(out, size, "  %s, %u apart", life_sync_word(d->sync), d->spread);
}

static const char *run_word(const struct session *s)
{
	static const char *const run[] = {"paused", "running", "stepping", "running"};

	return run[life_dish(s)->run_state & 3];
}

static bool key(struct session *s, struct view *v, int key)
{
	(void)v;
	if (key == 's')
		life_step(s, 1);
	else if (key == '+' || key == '=' || key == '-')
		change_speed(s, key == '-' ? -1 : 1);
	else if (key == 'y')
		life_sync_next(s);
	else
		return false;
	return true;
}

static void draw(struct screen *sc, unsigned rows, struct view *v, struct session *s, const struct options *o)
{
	static struct line l;

	place(v, sc, life_dish(s), (int)rows * 2);
	for (unsigned row = 0; row < rows; row++) {
		draw_row(&l, sc, v, life_dish(s), o->palette, row);
		screen_show(sc, row, &l);
	}
}

const struct face_tui life_tui = {
	.keys = "space play/pause  s step  +/- speed  r reset  y sync  arrows pan  q quit",
	.draw = draw,
	.status = status,
	.run_word = run_word,
	.key = key,
};
