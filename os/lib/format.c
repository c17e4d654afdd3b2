/*
 * A small printf into memory, shared by apps and kernel: no system call, no state, no allocation, any context (the kernel's
 * panic prints with it). What it understands stands in <petri/console.h>; an unknown conversion is copied as it stands.
 */
#include <petri/console.h>

#include <stdbool.h>
#include <stdint.h>

/* Where the text goes; `wanted` counts on when `size` is used up. */
struct output {
	char *text;
	size_t size;
	size_t wanted;
};

struct conversion {
	bool left, zeros;
	size_t width;
	size_t precision; /* SIZE_MAX: none given */
	int length;       /* of the argument: -2 hh, -1 h, 0, 1 l z, 2 ll */
	char kind;
};

#define DIGITS_MAX 20 /* of 2^64 - 1 in decimal */

static void put(struct output *out, char c)
{
	if (out->wanted + 1 < out->size)
		out->text[out->wanted] = c;
	out->wanted++;
}

static void put_many(struct output *out, char c, size_t n)
{
	while (n--)
		put(out, c);
}

/* prefix: a sign or 0x, which stands before padding zeros and behind padding blanks. */
static void put_field(struct output *out, const struct conversion *c, const char *prefix, const char *body, size_t length)
{
	size_t total = length, pad;

	for (const char *p = prefix; *p; p++)
		total++;
	pad = total < c->width ? c->width - total : 0;
	if (!c->left && !c->zeros)
		put_many(out, ' ', pad);
	while (*prefix)
		put(out, *prefix++);
	if (!c->left && c->zeros)
		put_many(out, '0', pad);
	while (length--)
		put(out, *body++);
	if (c->left)
		put_many(out, ' ', pad);
}

static void put_number(struct output *out, const struct conversion *c, uint64_t n, unsigned int base, const char *prefix)
{
	const char *digits = c->kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	char reversed[DIGITS_MAX];
	size_t first = DIGITS_MAX;

	do {
		reversed[--first] = digits[n % base];
		n /= base;
	} while (n);
	put_field(out, c, prefix, reversed + first, DIGITS_MAX - first);
}

static void put_string(struct output *out, struct conversion *c, const char *s)
{
	size_t length = 0;

	if (!s)
		s = "(null)";
	while (length < c->precision && s[length])
		length++;
	c->zeros = false;
	put_field(out, c, "", s, length);
}

static void put_signed(struct output *out, const struct conversion *c, int64_t n)
{
	/* negated as unsigned: -INT64_MIN does not exist */
	put_number(out, c, n < 0 ? -(uint64_t)n : (uint64_t)n, 10, n < 0 ? "-" : "");
}

static size_t parse_number(const char **format)
{
	size_t n = 0;

	for (; **format >= '0' && **format <= '9'; (*format)++)
		n = n * 10 + (size_t)(**format - '0');
	return n;
}

/* From behind the % to behind the conversion's letter. */
static const char *parse(struct conversion *c, const char *format)
{
	*c = (struct conversion){.precision = SIZE_MAX};
	for (; *format == '-' || *format == '0'; format++) {
		c->left |= *format == '-';
		c->zeros |= *format == '0';
	}
	c->width = parse_number(&format);
	if (*format == '.') {
		format++;
		c->precision = parse_number(&format);
	}
	for (; *format == 'l' || *format == 'z'; format++)
		c->length++;
	for (; *format == 'h'; format++)
		c->length--;
	c->kind = *format;
	return c->kind ? format + 1 : format;
}

/* A va_list is an array on some hosts and cannot be passed by address as an argument: so it travels in a struct. */
struct arguments {
	va_list list;
};

static int64_t next_signed(struct arguments *a, int length)
{
	if (length == 1)
		return va_arg(a->list, long);
	if (length > 1)
		return va_arg(a->list, long long);
	int n = va_arg(a->list, int);

	return length == 0 ? n : length == -1 ? (short)n : (signed char)n;
}

static uint64_t next_unsigned(struct arguments *a, int length)
{
	if (length == 1)
		return va_arg(a->list, unsigned long);
	if (length > 1)
		return va_arg(a->list, unsigned long long);
	unsigned int n = va_arg(a->list, unsigned int);

	return length == 0 ? n : length == -1 ? (unsigned short)n : (unsigned char)n;
}

static void convert(struct output *out, struct conversion *c, struct arguments *a)
{
	char letter;

	switch (c->kind) {
	case 'd':
	case 'i':
		return put_signed(out, c, next_signed(a, c->length));
	case 'u':
		return put_number(out, c, next_unsigned(a, c->length), 10, "");
	case 'x':
	case 'X':
		return put_number(out, c, next_unsigned(a, c->length), 16, "");
	case 'p':
		return put_number(out, c, (uintptr_t)va_arg(a->list, void *), 16, "0x");
	case 's':
		return put_string(out, c, va_arg(a->list, const char *));
	case 'c':
		letter = (char)va_arg(a->list, int);
		c->zeros = false;
		return put_field(out, c, "", &letter, 1);
	case '%':
		return put(out, '%');
	}
	put(out, '%');
	if (c->kind)
		put(out, c->kind);
}

size_t petri_vsnprintf(char *out, size_t size, const char *format, va_list args)
{
	struct output o = {out, size, 0};
	struct arguments a;

	va_copy(a.list, args);
	while (*format) {
		struct conversion c;

		if (*format != '%') {
			put(&o, *format++);
			continue;
		}
		format = parse(&c, format + 1);
		convert(&o, &c, &a);
	}
	va_end(a.list);
	if (size)
		out[o.wanted < size ? o.wanted : size - 1] = '\0';
	return o.wanted;
}

size_t petri_snprintf(char *out, size_t size, const char *format, ...)
{
	va_list args;
	size_t length;

	va_start(args, format);
	length = petri_vsnprintf(out, size, format, args);
	va_end(args);
	return length;
}
