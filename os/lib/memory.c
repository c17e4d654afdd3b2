/*
 * memcpy and its family, for apps and for the kernel: no system call, no state, any context.
 *
 * Built with -mstrict-align, so a word is only touched where it is aligned. Copies go by pairs of 8 bytes, which the
 * compiler makes one ldp and one stp; where source and target are aligned differently, each word is put together from two.
 * KEEP_LOOP hides a pointer from the optimiser, which would otherwise recognise memcpy in the loop and call memcpy.
 */
#include <petri/string.h>

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t __attribute__((may_alias)) word;

#define WORD sizeof(word)
#define MISALIGNED(p) ((uintptr_t)(p) & (WORD - 1))
#define KEEP_LOOP(p) __asm__("" : "+r"(p))

/* Both aligned; n >= 16. Returns how many bytes it did not copy (< 8). */
static size_t copy_words(unsigned char *to, const unsigned char *from, size_t n)
{
	word *d = (word *)to;
	const word *s = (const word *)from;

	for (; n >= 2 * WORD; n -= 2 * WORD, d += 2, s += 2) {
		word a = s[0], b = s[1];

		d[0] = a;
		d[1] = b;
		KEEP_LOOP(d);
	}
	if (n >= WORD) {
		*d = *s;
		n -= WORD;
	}
	return n;
}

/* Only the target is aligned. Little-endian. It reads whole aligned words, but none without a byte of the source. Returns the rest. */
static size_t copy_shifted(unsigned char *to, const unsigned char *from, size_t n)
{
	unsigned int low = 8 * MISALIGNED(from), high = 64 - low;
	const word *s = (const word *)(from - MISALIGNED(from));
	word *d = (word *)to;
	word held = *s;

	for (; n >= WORD; n -= WORD) {
		word next = *++s;

		*d++ = held >> low | next << high;
		held = next;
		KEEP_LOOP(d);
	}
	return n;
}

static void copy_bytes(unsigned char *to, const unsigned char *from, size_t n)
{
	while (n--) {
		*to++ = *from++;
		KEEP_LOOP(to);
	}
}

/* Upwards: also right for overlapping memory if to is below from. */
static void copy_up(unsigned char *to, const unsigned char *from, size_t n)
{
	size_t rest = n;

	if (n >= 4 * WORD) {
		size_t head = -MISALIGNED(to) & (WORD - 1);

		copy_bytes(to, from, head);
		to += head;
		from += head;
		n -= head;
		rest = MISALIGNED(from) ? copy_shifted(to, from, n) : copy_words(to, from, n);
	}
	copy_bytes(to + (n - rest), from + (n - rest), rest);
}

/* Downwards, for overlapping memory with to above from. By words where both are aligned alike. */
static void copy_down(unsigned char *to, const unsigned char *from, size_t n)
{
	while (n) {
		bool words = n >= WORD && MISALIGNED(to + n) == 0 && MISALIGNED(from + n) == 0;

		n -= words ? WORD : 1;
		if (words)
			*(word *)(to + n) = *(const word *)(from + n);
		else
			to[n] = from[n];
		KEEP_LOOP(to);
	}
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	copy_up(to, from, n);
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	/* unsigned: one comparison tells whether to lies inside [from, from + n) */
	if ((uintptr_t)to - (uintptr_t)from >= n)
		copy_up(to, from, n);
	else
		copy_down(to, from, n);
	return to;
}

void *memset(void *to, int byte, size_t n)
{
	unsigned char *p = to;
	word pattern = (unsigned char)byte * 0x0101010101010101ull;

	for (; n && MISALIGNED(p); n--)
		*p++ = (unsigned char)byte;
	for (; n >= 2 * WORD; n -= 2 * WORD, p += 2 * WORD) {
		((word *)p)[0] = pattern;
		((word *)p)[1] = pattern;
		KEEP_LOOP(p);
	}
	for (; n; n--) {
		*p++ = (unsigned char)byte;
		KEEP_LOOP(p);
	}
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;

	if (MISALIGNED(p) == 0 && MISALIGNED(q) == 0)
		for (; n >= WORD && *(const word *)p == *(const word *)q; n -= WORD, p += WORD, q += WORD)
			KEEP_LOOP(p);
	for (; n && *p == *q; n--, p++, q++)
		KEEP_LOOP(p);
	return n ? *p - *q : 0;
}

void *memchr(const void *p, int byte, size_t n)
{
	const unsigned char *s = p;

	for (; n; n--, s++)
		if (*s == (unsigned char)byte)
			return (void *)(uintptr_t)s;
	return NULL;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] != '\0')
		n++;
	return n;
}

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end != '\0') {
		end++;
		KEEP_LOOP(end);
	}
	return (size_t)(end - s);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n && *a == *b && *a != '\0'; n--)
		a++, b++;
	return n ? (unsigned char)*a - (unsigned char)*b : 0;
}

int strcmp(const char *a, const char *b) { return strncmp(a, b, SIZE_MAX); }
