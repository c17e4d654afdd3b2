/*
 * Rules as text: "B3/S23", "b3s23", "23/3" (survival first), "Life", with Golly's suffix for topology and size.
 */
#include "pattern.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <petri/wire_life.h>
#include "../text.h"

/* The digits 0..8 from *p on as a mask. */
static uint16_t digits(const char **p)
{
	uint16_t mask = 0;

	for (; **p >= '0' && **p <= '8'; (*p)++)
		mask |= (uint16_t)(1u << (**p - '0'));
	return mask;
}

static bool letter_is(const char *p, char lower) { return *p == lower || *p == lower - 'a' + 'A'; }

/* "B3/S23" and "S23/B3", with or without the slash. */
static bool parse_letters(struct rule *r, const char **p)
{
	bool birth_first = letter_is(*p, 'b');
	uint16_t first, second;

	(*p)++;
	first = digits(p);
	if (**p == '/')
		(*p)++;
	if (!letter_is(*p, birth_first ? 's' : 'b'))
		return false;
	(*p)++;
	second = digits(p);
	r->birth = birth_first ? first : second;
	r->survive = birth_first ? second : first;
	return true;
}

static bool parse_masks(struct rule *r, const char **p)
{
	static const char *const names[] = {"conway's life", "life"};

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(names[i]);

		if (strncasecmp(*p, names[i], n) == 0) {
			r->birth = 1u << 3;
			r->survive = 1u << 2 | 1u << 3;
			*p += n;
			return true;
		}
	}
	if (letter_is(*p, 'b') || letter_is(*p, 's'))
		return parse_letters(r, p);
	r->survive = digits(p);
	if (**p != '/')
		return false;
	(*p)++;
	r->birth = digits(p);
	return true;
}

static bool parse_side(const char **p, uint32_t *side, char *err, size_t err_size)
{
	uint64_t v;

	if (!number_parse(*p, p, UINT32_MAX, &v))
		return fail(err, err_size, "the size behind the colon is not a number");
	if (v < 1 || v > LIFE_SIDE_MAX)
		return fail(err, err_size, "a side of %llu cells is not possible (1 to %u)", (unsigned long long)v, LIFE_SIDE_MAX);
	*side = (uint32_t)v;
	return true;
}

/* ":T64,64", ":P64": p stands behind the colon. */
static bool parse_suffix(struct rule *r, const char **p, char *err, size_t err_size)
{
	if (letter_is(*p, 't'))
		r->topology = LIFE_TORUS;
	else if (letter_is(*p, 'p'))
		r->topology = LIFE_PLANE;
	else
		return fail(err, err_size, "the topology must be T (torus) or P (bounded plane)");
	(*p)++;
	if (!parse_side(p, &r->width, err, err_size))
		return false;
	r->height = r->width;
	if (**p != ',')
		return true;
	(*p)++;
	return parse_side(p, &r->height, err, err_size);
}

bool rule_parse(struct rule *r, const char *text, char *err, size_t err_size)
{
	struct rule result = {0};
	const char *p;

	while (*text == ' ' || *text == '\t')
		text++;
	p = text;
	if (!parse_masks(&result, &p))
		return fail(err, err_size, "'%.40s' is not a rule like B3/S23", text);
	if (*p == ':') {
		p++;
		if (!parse_suffix(&result, &p, err, err_size))
			return false;
	}
	while (*p == ' ' || *p == '\t' || *p == '\r')
		p++;
	if (*p)
		return fail(err, err_size, "'%.40s' is not a rule like B3/S23 or B3/S23:T64,64 (trouble at '%.10s')", text, p);
	*r = result;
	return true;
}

static char *put_mask(char *p, char letter, uint16_t mask)
{
	*p++ = letter;
	for (int n = 0; n <= 8; n++)
		if (mask >> n & 1)
			*p++ = (char)('0' + n);
	return p;
}

void rule_format(char *out, size_t size, const struct rule *r)
{
	char text[64], *p = put_mask(text, 'B', r->birth);

	*p++ = '/';
	p = put_mask(p, 'S', r->survive);
	*p = 0;
	if (r->width)
		snprintf(p, sizeof text - (size_t)(p - text), ":%c%u,%u", r->topology == LIFE_TORUS ? 'T' : 'P', r->width,
			 r->height);
	snprintf(out, size, "%s", text);
}
