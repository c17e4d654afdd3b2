/*
 * Boards: laying a pattern on one, soups, and writing one as extended RLE. Pure work on memory.
 */
#include "pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <petri/wire_life.h>
#include "../text.h"

#define SIDE_DEFAULT 64u /* of a board when nobody says a size */
#define SIDE_ROOMY 256u  /* and the most that is chosen unasked */
#define LINE_MAX_RLE 70u

static bool board_new(struct board *b, const struct rule *r, char *err, size_t err_size)
{
	b->rule = *r;
	b->generation = 0;
	b->cells = calloc((size_t)r->width * r->height, 1);
	return b->cells || fail(err, err_size, "no memory for a board of %u x %u cells", r->width, r->height);
}

void board_free(struct board *b)
{
	free(b->cells);
	memset(b, 0, sizeof *b);
}

/* How far from the origin the pattern reaches along one axis, doubled: the side a board around it needs. */
static uint64_t side_around(int64_t at, uint32_t length)
{
	int64_t low = -2 * at, high = 2 * (at + (int64_t)length);

	return (uint64_t)(low > high ? low : high);
}

/* A side that holds the pattern when nobody asked for one; 0 if its Pos is too far out for that. */
static uint32_t side_default(bool has_pos, int64_t at, uint32_t length)
{
	uint64_t need = has_pos ? side_around(at, length) : length;

	if (has_pos && need > SIDE_ROOMY)
		return 0;
	if (need <= SIDE_DEFAULT)
		return SIDE_DEFAULT;
	need = (need + SIDE_DEFAULT - 1) / SIDE_DEFAULT * SIDE_DEFAULT;
	return need > LIFE_SIDE_MAX ? LIFE_SIDE_MAX : (uint32_t)need;
}

/* The rule asked for wins; what it leaves open, the pattern's header says; what that leaves open, Life on a torus. */
static bool settle_rule(struct rule *r, const struct pattern *p, const struct rule *wanted, const char *name, char *err,
			size_t err_size)
{
	*r = (struct rule){.birth = 1u << 3, .survive = 1u << 2 | 1u << 3, .topology = LIFE_TORUS};
	if (p->has_rule)
		*r = p->rule;
	if (wanted) {
		r->birth = wanted->birth;
		r->survive = wanted->survive;
		if (wanted->width) {
			r->topology = wanted->topology;
			r->width = wanted->width;
			r->height = wanted->height;
		}
	}
	if (r->width)
		return true;
	r->width = side_default(p->has_pos, p->x, p->width);
	r->height = side_default(p->has_pos, p->y, p->height);
	return (r->width && r->height) ||
	       fail(err, err_size, "%s: Pos=%lld,%lld lies far out: give the size of the board, as in --rule B3/S23:T1024,1024",
		    name, (long long)p->x, (long long)p->y);
}

/* Where the pattern's first cell goes along one axis. */
static int64_t place(bool has_pos, int64_t at, uint32_t length, uint32_t side)
{
	return has_pos ? at + side / 2 : ((int64_t)side - length) / 2;
}

static bool lay(struct board *b, const struct pattern *p, const char *name, char *err, size_t err_size)
{
	uint32_t w = b->rule.width, h = b->rule.height;
	bool full = p->width == w && p->height == h; /* lies at the corner whatever Pos says */
	int64_t x = place(p->has_pos && !full, p->x, p->width, w), y = place(p->has_pos && !full, p->y, p->height, h);

	if (p->width > w || p->height > h)
		return fail(err, err_size, "%s: the pattern (%u x %u) does not fit on a board of %u x %u", name, p->width,
			    p->height, w, h);
	if (x < 0 || y < 0 || x + p->width > w || y + p->height > h)
		return fail(err, err_size, "%s: the pattern (%u x %u) at Pos=%lld,%lld does not fit on a board of %u x %u", name,
			    p->width, p->height, (long long)p->x, (long long)p->y, w, h);
	for (uint32_t row = 0; row < p->height; row++)
		memcpy(b->cells + (size_t)(y + row) * w + x, p->cells + (size_t)row * p->width, p->width);
	return true;
}

bool board_from_pattern(struct board *b, const struct pattern *p, const struct rule *wanted, const char *name, char *err,
			size_t err_size)
{
	struct rule r;

	memset(b, 0, sizeof *b);
	if (!settle_rule(&r, p, wanted, name, err, err_size) || !board_new(b, &r, err, err_size))
		return false;
	if (!lay(b, p, name, err, err_size)) {
		board_free(b);
		return false;
	}
	if (p->has_generation)
		b->generation = p->generation;
	return true;
}

/* A counter stirred by two multiplications: equal on every machine, and good enough for soups. */
static uint64_t draw(uint64_t *counter)
{
	uint64_t x = *counter += 0x9E3779B97F4A7C15u;

	x = (x ^ x >> 32) * 0xD6E8FEB86659FD93u;
	x = (x ^ x >> 32) * 0xD6E8FEB86659FD93u;
	return x ^ x >> 32;
}

bool board_random(struct board *b, const struct rule *r, double density, uint64_t seed, char *err, size_t err_size)
{
	struct rule sized = *r;
	uint64_t limit = (uint64_t)(density * 4294967296.0);

	memset(b, 0, sizeof *b);
	if (!sized.width)
		sized.width = sized.height = SIDE_DEFAULT;
	if (!board_new(b, &sized, err, err_size))
		return false;
	for (size_t i = 0; i < (size_t)sized.width * sized.height; i++)
		b->cells[i] = draw(&seed) >> 32 < limit;
	return true;
}

/* RLE under construction: items are joined, lines are broken before they grow beyond 70. */
struct writer {
	char *text;
	size_t length, room, line;
	bool failed;
};

static void put_text(struct writer *w, const char *s, size_t n)
{
	if (w->length + n + 1 > w->room) {
		size_t room = (w->room + n) * 2 + 256;
		char *more = w->failed ? NULL : realloc(w->text, room);

		if (!more) {
			w->failed = true;
			return;
		}
		w->text = more;
		w->room = room;
	}
	memcpy(w->text + w->length, s, n);
	w->length += n;
	w->text[w->length] = 0;
}

static void put_item(struct writer *w, uint32_t count, char tag)
{
	char item[16];
	int n = count == 1 ? snprintf(item, sizeof item, "%c", tag) : snprintf(item, sizeof item, "%u%c", count, tag);

	if (!count)
		return;
	if (w->line + (size_t)n > LINE_MAX_RLE) {
		put_text(w, "\n", 1);
		w->line = 0;
	}
	put_text(w, item, (size_t)n);
	w->line += (size_t)n;
}

/* One row's runs; dead cells at its end are left out. *newlines row ends are still owed before the first item. */
static void put_row(struct writer *w, const uint8_t *cells, uint32_t width, uint32_t *newlines)
{
	uint32_t x = 0;

	while (x < width) {
		uint32_t run = 1;

		while (x + run < width && cells[x + run] == cells[x])
			run++;
		if (!cells[x] && x + run == width)
			break;
		put_item(w, *newlines, '$');
		*newlines = 0;
		put_item(w, run, cells[x] ? 'o' : 'b');
		x += run;
	}
}

char *board_to_rle(const struct board *b)
{
	struct writer w = {0};
	uint32_t newlines = 0;
	char head[200], rule[64];

	rule_format(rule, sizeof rule, &b->rule);
	snprintf(head, sizeof head, "#CXRLE Pos=%d,%d Gen=%llu\nx = %u, y = %u, rule = %s\n", -(int)(b->rule.width / 2),
		 -(int)(b->rule.height / 2), (unsigned long long)b->generation, b->rule.width, b->rule.height, rule);
	put_text(&w, head, strlen(head));
	for (uint32_t y = 0; y < b->rule.height; y++, newlines++)
		put_row(&w, b->cells + (size_t)y * b->rule.width, b->rule.width, &newlines);
	put_item(&w, 1, '!');
	put_text(&w, "\n", 1);
	if (!w.failed)
		return w.text;
	free(w.text);
	return NULL;
}

bool board_save(const struct board *b, const char *path, char *err, size_t err_size)
{
	char *text = board_to_rle(b);
	bool good;

	if (!text)
		return fail(err, err_size, "%s: no memory to write the board", path);
	good = file_write(path, text, strlen(text), err, err_size);
	free(text);
	return good;
}
