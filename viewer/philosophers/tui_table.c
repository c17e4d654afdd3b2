/*
 * The table in characters.
 */
#include "tui_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "colours.h"

#define RING_MOST 16u
#define LABEL 24 /* room for a label on each side */

bool ring_fits(const struct table *t, unsigned columns, unsigned rows)
{
	return t->count <= RING_MOST && columns >= 60 && rows >= 10 && rows >= t->count + 2;
}

static void put_char(struct field *f, int x, int y, long colour, const char *text)
{
	if (x < 0 || y < 0 || x >= (int)f->columns || y >= (int)f->rows)
		return;
	snprintf(f->glyphs[y][x].text, sizeof f->glyphs[y][x].text, "%s", text);
	f->glyphs[y][x].foreground = colour;
}

/* Clockwise from the top; part is of a whole turn, near 0..1 from the middle to the plates. */
static void place(const struct field *f, double part, double near, int *x, int *y)
{
	double angle = part * 2 * M_PI, rx = f->columns / 2.0 - LABEL, ry = f->rows / 2.0 - 1.5;

	*x = (int)lround((f->columns - 1) / 2.0 + sin(angle) * rx * near);
	*y = (int)lround((f->rows - 1) / 2.0 - cos(angle) * ry * near);
}

static void label(char *out, size_t size, const struct table *t, uint32_t i)
{
	char room[PHIL_NAME_ROOM];
	uint32_t fork = phil_waits_for(t, i), holder = fork == PHIL_NONE ? PHIL_NONE : phil_holder(t, fork);
	int n = snprintf(out, size, "%.12s %s", phil_name(t, i, room), phil_state_word(t->looks[i]));

	if (n > 0 && (size_t)n < size && holder != PHIL_NONE)
		snprintf(out + n, size - (size_t)n, " ->%u", holder);
}

/* A plate, and its label at the outer side. */
static void draw_plate(struct field *f, const struct table *t, enum palette p, uint32_t i, bool selected, bool red)
{
	long colour = phil_colour(p, t->looks[i] & PHIL_STATE_MASK), ink = red ? PHIL_COLOUR_CYCLE : TUI_TEXT;
	char number[16], text[64];
	int x, y, n;

	place(f, (double)i / t->count, 1, &x, &y);
	snprintf(number, sizeof number, selected ? "[%u]" : " %u ", i);
	n = (int)strlen(number);
	field_text(f, x - n / 2, y, 0x0e1116, colour, number);
	label(text, sizeof text, t, i);
	if (2 * i == t->count || i == 0) /* in the middle: above or below */
		field_text(f, x - (int)strlen(text) / 2, i ? y + 1 : y - 1, ink, -1, text);
	else if (2 * i < t->count)
		field_text(f, x + n / 2 + 3, y, ink, -1, text);
	else
		field_text(f, x - n / 2 - 2 - (int)strlen(text), y, ink, -1, text);
}

/* Between two plates when it lies; beside the plate of who holds it. */
static void draw_fork(struct field *f, const struct table *t, const struct screen *sc, uint32_t fork)
{
	uint32_t holder = phil_holder(t, fork);
	double aside = holder == fork ? -0.25 : holder == PHIL_NONE ? -0.5 : -0.75; /* in places, before the one at its right */
	int x, y;

	place(f, (fork + aside) / t->count, holder == PHIL_NONE ? 0.55 : 0.8, &x, &y);
	put_char(f, x, y, holder == PHIL_NONE ? PHIL_COLOUR_FORK_LYING : PHIL_COLOUR_FORK, sc->utf8 ? "ψ" : "Y");
}

static void draw_middle(struct field *f, const struct session *s)
{
	const struct table *t = phil_table(s);
	const struct deadlock *d = phil_cycle(s);
	char text[80];
	int middle = (int)f->rows / 2;

	if (!d)
		return;
	field_text(f, (int)f->columns / 2 - 4, middle - 1, PHIL_COLOUR_CYCLE, -1, "DEADLOCK");
	snprintf(text, sizeof text, "after %.3f s", d->time_ns > t->begun_ns ? (d->time_ns - t->begun_ns) / 1e9 : 0.0);
	field_text(f, ((int)f->columns - (int)strlen(text)) / 2, middle, TUI_FAINT, -1, text);
}

static bool in_cycle(const struct table *t, const struct deadlock *d, uint32_t i)
{
	for (uint32_t m = 0; d && m < d->members; m++)
		if (phil_of_name(t, d->list[m].name) == i)
			return true;
	return false;
}

void ring_draw(struct field *f, const struct session *s, const struct screen *sc, enum palette p, unsigned selected)
{
	const struct table *t = phil_table(s);

	for (uint32_t fork = 0; fork < t->count; fork++)
		draw_fork(f, t, sc, fork);
	draw_middle(f, s);
	for (uint32_t i = 0; i < t->count; i++)
		draw_plate(f, t, p, i, i == selected, in_cycle(t, phil_cycle(s), i));
}

/* The widest blocks with which all fit; when none do, one character for two and the arrows move. */
static unsigned block_width(const struct table *t, unsigned columns, unsigned rows)
{
	for (unsigned w = 4; w > 1; w--)
		if ((uint64_t)(columns / w) * rows * 2 >= t->count)
			return w;
	return 1;
}

static long colour_of(const struct table *t, enum palette p, uint64_t i)
{
	if (i >= t->count)
		return -1;
	return t->looks[i] & PHIL_FROZEN ? (long)PHIL_COLOUR_FROZEN : (long)phil_colour(p, t->looks[i] & PHIL_STATE_MASK);
}

static void put_pair(struct glyph *g, long upper, long lower, bool utf8)
{
	strcpy(g->text, upper < 0 && lower < 0 ? "" : utf8 ? (upper < 0 ? "▄" : "▀") : upper == lower ? "#" : "+");
	g->foreground = upper < 0 ? lower : upper;
	g->background = utf8 && upper >= 0 ? lower : -1;
}

void grid_draw(struct field *f, const struct session *s, struct view *v, const struct screen *sc, enum palette p)
{
	const struct table *t = phil_table(s);
	unsigned width = block_width(t, f->columns, f->rows), across = f->columns / width;
	int lines = (int)((t->count + across - 1) / across), most = lines - (int)f->rows * 2;

	v->y = v->y > most ? most : v->y;
	v->y = v->y < 0 ? 0 : v->y & ~1;
	for (unsigned y = 0; y < f->rows; y++)
		for (unsigned x = 0; x < across * width; x++) {
			uint64_t i = ((uint64_t)v->y + 2 * y) * across + x / width;

			if (width == 1 || x % width < width - 1) /* a gap, where there is room for one */
				put_pair(&f->glyphs[y][x], colour_of(t, p, i), colour_of(t, p, i + across), sc->utf8);
		}
}
