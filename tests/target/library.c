/*
 * The library's own work on the target, where alignment is strict and nothing else provides these functions: memory copies at every
 * alignment, and formatting.
 */
#include <petri/console.h>
#include <petri/string.h>

#include "common/test.h"

#define AREA 256

static unsigned char a[AREA] __attribute__((aligned(16))), b[AREA] __attribute__((aligned(16)));

static void fill(void)
{
	for (unsigned int i = 0; i < AREA; i++)
		a[i] = b[i] = (unsigned char)(i * 37 + 11);
}

/* What memmove is to do, the plain way. */
static void move_plainly(unsigned char *to, const unsigned char *from, size_t n)
{
	unsigned char copy[AREA];

	for (size_t i = 0; i < n; i++)
		((volatile unsigned char *)copy)[i] = from[i];
	for (size_t i = 0; i < n; i++)
		((volatile unsigned char *)to)[i] = copy[i];
}

static bool equal(void)
{
	for (int i = 0; i < AREA; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static int wrong_copies(void)
{
	int wrong = 0;

	for (size_t to = 0; to < 17; to++)
		for (size_t from = 0; from < 17; from++)
			for (size_t n = 0; n < 80; n += 1 + n / 20) {
				fill();
				memcpy(a + to + 128, a + from, n);
				move_plainly(b + to + 128, b + from, n);
				memmove(a + to, a + from, n);
				move_plainly(b + to, b + from, n);
				wrong += !equal();
			}
	return wrong;
}

static int wrong_sets(void)
{
	int wrong = 0;

	for (size_t to = 0; to < 9; to++)
		for (size_t n = 0; n < 70; n++) {
			fill();
			memset(a + to, 0xa5, n);
			for (size_t i = 0; i < n; i++)
				((volatile unsigned char *)b)[to + i] = 0xa5;
			wrong += !equal() || memcmp(a, b, AREA) != 0;
			b[to + n] ^= 1;
			wrong += memcmp(a, b, AREA) == 0 || (memcmp(a, b, AREA) < 0) != (a[to + n] < b[to + n]);
		}
	return wrong;
}

static bool formats(const char *wanted, const char *format, ...)
{
	char text[64];
	va_list args;
	size_t length;

	va_start(args, format);
	length = petri_vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return check(strcmp(text, wanted) == 0 && length == strlen(wanted), "\"%s\" is \"%s\"", format, text);
}

static void check_format(void)
{
	char small[5];

	formats("-1 4294967295 ff FF", "%d %u %x %X", -1, -1, 255, 255);
	formats("-9223372036854775808 18446744073709551615", "%ld %lu", INT64_MIN, UINT64_MAX);
	formats("[   42][42   ][00042][-0042]", "[%5d][%-5d][%05d][%05d]", 42, 42, 42, -42);
	formats("[ab  ][  ab][abc][x]%", "[%-4s][%4s][%.3s][%c]%%", "ab", "ab", "abcdef", 'x');
	formats("0x1234 -56 200", "%p %hhd %hhu", (void *)0x1234, 200, 200);
	check(petri_snprintf(small, sizeof(small), "%d", 1234567) == 7 && strcmp(small, "1234") == 0,
	      "what does not fit is cut and counted");
	check(petri_snprintf(NULL, 0, "%s", "abc") == 3, "a buffer of nothing");
}

int main(void)
{
	check(wrong_copies() == 0, "memcpy and memmove at every alignment");
	check(wrong_sets() == 0, "memset and memcmp at every alignment");
	check(strlen("") == 0 && strlen("abc") == 3 && strnlen("abc", 2) == 2, "strlen, strnlen");
	check(strcmp("a", "b") < 0 && strcmp("b", "a") > 0 && strcmp("ab", "ab") == 0 && strcmp("a", "ab") < 0, "strcmp");
	check(strncmp("abc", "abd", 2) == 0 && strncmp("abc", "abd", 3) < 0 && memchr("abc", 'c', 3) && !memchr("abc", 'c', 2),
	      "strncmp, memchr");
	check_format();
	check(strcmp(petri_strerror(PETRI_ESTALE), petri_strerror(PETRI_EINVAL)) != 0 && petri_strerror((enum petri_error)999)[0],
	      "every error has a text");
	return test_end();
}
