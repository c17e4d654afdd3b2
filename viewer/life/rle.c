/*
 * Reading run-length encoded patterns in Golly's extended form. Strict: a file that is not well formed is refused with
 * file, line and reason rather than guessed at. Safe on any bytes; memory is bounded by the largest board.
 */
#include "pattern.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <petri/wire_life.h>
#include "../text.h"

#define FILE_MAX (64u << 20)

struct reader {
	struct pattern *p;
	const char *at, *end;
	const char *name;
	unsigned line;
	uint64_t x, y; /* where the next cell of the body goes */
	char *err;
	size_t err_size;
};

/* The one shape of all messages: name:line: reason. */
__attribute__((format(printf, 2, 3))) static bool refuse(struct reader *r, const char *format, ...)
{
	char reason[200];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof reason, format, args);
	va_end(args);
	return fail(r->err, r->err_size, "%s:%u: %s", r->name, r->line, reason);
}

/* Copies the line at r->at, without its end, as far as it fits: comments may be longer, what is understood is not. */
static void copy_line(const struct reader *r, char *out, size_t size)
{
	size_t n = 0;

	for (const char *c = r->at; c < r->end && *c != '\n' && *c != '\r' && n + 1 < size; c++)
		out[n++] = *c ? *c : '?';
	out[n] = 0;
}

static void next_line(struct reader *r)
{
	while (r->at < r->end && *r->at != '\n')
		r->at++;
	if (r->at < r->end)
		r->at++;
	r->line++;
}

static const char *blanks(const char *c)
{
	while (*c == ' ' || *c == '\t')
		c++;
	return c;
}

static bool signed_parse(const char *text, const char **end, int64_t *value)
{
	bool minus = *text == '-';
	uint64_t v;

	if (!number_parse(text + (minus || *text == '+'), end, INT32_MAX, &v))
		return false;
	*value = minus ? -(int64_t)v : (int64_t)v;
	return true;
}

/* "#CXRLE Pos=x,y Gen=n": keys in any order, others are skipped. */
static bool parse_cxrle(struct reader *r, const char *c)
{
	struct pattern *p = r->p;

	for (c = blanks(c); *c; c = blanks(c)) {
		if (strncmp(c, "Pos=", 4) == 0) {
			if (!signed_parse(c + 4, &c, &p->x) || *c != ',' || !signed_parse(c + 1, &c, &p->y))
				return refuse(r, "Pos= wants two numbers, as in Pos=-32,-32");
			p->has_pos = true;
		} else if (strncmp(c, "Gen=", 4) == 0) {
			if (!number_parse(c + 4, &c, UINT64_MAX - 1, &p->generation))
				return refuse(r, "Gen= wants a number");
			p->has_generation = true;
		} else {
			while (*c && *c != ' ' && *c != '\t')
				c++;
			continue;
		}
		if (*c && *c != ' ' && *c != '\t')
			return refuse(r, "'%.10s' is not understood in #CXRLE", c);
	}
	return true;
}

/* "x = 36" at *c; leaves *c behind it. */
static bool parse_extent(struct reader *r, const char **c, char letter, uint32_t *value)
{
	uint64_t v;

	*c = blanks(*c);
	if (**c != letter)
		return refuse(r, "a header like 'x = 3, y = 3, rule = B3/S23' is missing");
	*c = blanks(*c + 1);
	if (**c != '=')
		return refuse(r, "'=' is missing behind '%c' in the header", letter);
	*c = blanks(*c + 1);
	if (!number_parse(*c, c, UINT32_MAX, &v))
		return refuse(r, "%c in the header is not a number", letter);
	if (v > LIFE_SIDE_MAX)
		return refuse(r, "%c = %llu is more than the %u cells a board can have", letter, (unsigned long long)v,
			      LIFE_SIDE_MAX);
	*value = (uint32_t)v;
	*c = blanks(*c);
	return true;
}

static bool parse_header_rule(struct reader *r, const char *c)
{
	char reason[120];

	c = blanks(c + 1);
	if (strncmp(c, "rule", 4) != 0)
		return refuse(r, "the header goes on with '%.10s' where 'rule' should be", c);
	c = blanks(c + 4);
	if (*c != '=')
		return refuse(r, "'=' is missing behind 'rule' in the header");
	if (!rule_parse(&r->p->rule, c + 1, reason, sizeof reason))
		return refuse(r, "%s", reason);
	r->p->has_rule = true;
	return true;
}

static bool parse_header(struct reader *r)
{
	char line[256];
	const char *c = line;

	copy_line(r, line, sizeof line);
	if (!parse_extent(r, &c, 'x', &r->p->width))
		return false;
	if (*c != ',')
		return refuse(r, "',' is missing behind x in the header");
	c++;
	if (!parse_extent(r, &c, 'y', &r->p->height))
		return false;
	if (*c == ',')
		return parse_header_rule(r, c);
	return !*c || refuse(r, "the header ends with '%.10s', which is not understood", c);
}

/* Comment lines, empty lines, then the header. */
static bool parse_head(struct reader *r)
{
	char line[256];

	for (; r->at < r->end; next_line(r)) {
		const char *c;

		copy_line(r, line, sizeof line);
		c = blanks(line);
		if (strncmp(line, "#CXRLE", 6) == 0) {
			if (!parse_cxrle(r, line + 6))
				return false;
		} else if (*c && *c != '#') {
			bool good = parse_header(r);

			next_line(r);
			return good;
		}
	}
	return refuse(r, "the file ends without a header like 'x = 3, y = 3, rule = B3/S23'");
}

static bool put_cells(struct reader *r, uint64_t count, bool alive)
{
	struct pattern *p = r->p;

	if (r->y >= p->height)
		return refuse(r, "row %llu: the header says y = %u", (unsigned long long)r->y + 1, p->height);
	if (count > p->width - r->x)
		return refuse(r, "row %llu has more cells than the header's x = %u", (unsigned long long)r->y + 1, p->width);
	memset(p->cells + r->y * p->width + r->x, alive, count);
	r->x += count;
	return true;
}

/* The count in front of a tag; 1 when there is none. Looks at no byte beyond the end, whatever stands there. */
static bool parse_count(struct reader *r, uint64_t *count)
{
	const char *start = r->at;

	*count = 0;
	for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
		if (r->at - start >= 9)
			return refuse(r, "the count '%.9s...' is too large", start);
		*count = *count * 10 + (uint64_t)(*r->at - '0');
	}
	if (r->at > start && *start == '0')
		return refuse(r, "a count must not begin with 0");
	if (r->at == start)
		*count = 1;
	return true;
}

static bool unknown_tag(struct reader *r, unsigned char tag, bool counted)
{
	if (counted && (tag <= ' ' || tag == '!'))
		return refuse(r, "a count must be followed by b, o or $ at once");
	if (tag > ' ' && tag < 127)
		return refuse(r, "'%c' is not a tag: only b o . A $ ! are known", tag);
	return refuse(r, "a byte 0x%02x is not a tag: only b o . A $ ! are known", tag);
}

/* One item: a count, if there is one, and its tag. Sets *done at '!'. */
static bool parse_item(struct reader *r, bool *done)
{
	const char *start = r->at;
	uint64_t count;
	bool counted;
	char tag;

	if (!parse_count(r, &count))
		return false;
	counted = r->at > start;
	tag = r->at < r->end ? *r->at++ : 0;
	if (tag == 'b' || tag == '.')
		return put_cells(r, count, false);
	if (tag == 'o' || tag == 'A')
		return put_cells(r, count, true);
	if (tag == '$') {
		r->x = 0;
		r->y += count;
		return true;
	}
	*done = tag == '!' && !counted;
	return *done || unknown_tag(r, (unsigned char)tag, counted);
}

static bool parse_body(struct reader *r)
{
	bool done = false;

	while (r->at < r->end && !done) {
		if (*r->at == '\n' || (*r->at == '#' && r->at[-1] == '\n')) {
			next_line(r);
		} else if (*r->at == ' ' || *r->at == '\t' || *r->at == '\r') {
			r->at++;
		} else if (!parse_item(r, &done)) {
			return false;
		}
	}
	return done || refuse(r, "the pattern is cut off: no '!' at its end");
}

bool pattern_parse(struct pattern *p, const char *text, size_t length, const char *name, char *err, size_t err_size)
{
	static const char mark[] = "\xef\xbb\xbf"; /* some editors put a byte-order mark in front */
	struct reader r = {.p = p, .at = text, .end = text + length, .name = name, .line = 1, .err = err, .err_size = err_size};

	memset(p, 0, sizeof *p);
	if (length >= 3 && memcmp(text, mark, 3) == 0)
		r.at += 3;
	if (!parse_head(&r))
		return false;
	p->cells = calloc((size_t)p->width * p->height + 1, 1);
	if (!p->cells)
		return refuse(&r, "no memory for %u x %u cells", p->width, p->height);
	if (parse_body(&r))
		return true;
	pattern_free(p);
	return false;
}

bool pattern_load(struct pattern *p, const char *path, char *err, size_t err_size)
{
	size_t length;
	char *text = file_read(path, FILE_MAX, &length, err, err_size);
	bool good;

	if (!text)
		return false;
	good = pattern_parse(p, text, length, path, err, err_size);
	free(text);
	return good;
}

void pattern_free(struct pattern *p)
{
	free(p->cells);
	memset(p, 0, sizeof *p);
}
