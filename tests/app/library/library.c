/* A walk through the C library: each line says what was tried, and "WRONG" if it did not do what the standard says. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int wrong;

static void check(int good, const char *what)
{
	printf("%s%s\n", good ? "" : "WRONG: ", what);
	wrong += !good;
}

static int ascending(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static void sorting(void)
{
	static int row[10000];
	int key = 4711, *found;
	uint32_t x = 1;
	int good = 1;

	for (int i = 0; i < 10000; i++) {
		x = x * 1664525u + 1013904223u;
		row[i] = (int)(x >> 12);
	}
	row[77] = key;
	qsort(row, 10000, sizeof(row[0]), ascending);
	for (int i = 1; i < 10000; i++)
		good = good && row[i - 1] <= row[i];
	found = bsearch(&key, row, 10000, sizeof(row[0]), ascending);
	check(good && found && *found == key, "qsort and bsearch");
}

static void numbers(void)
{
	char text[100];
	double back;

	snprintf(text, sizeof(text), "%.3f %g %e %.15g %a", 3.14159, 1e-7, 12345.678, 1.0 / 3, 1.0);
	check(strcmp(text, "3.142 1e-07 1.234568e+04 0.333333333333333 0x1p+0") == 0, text);
	snprintf(text, sizeof(text), "%d %u %lld %lx %5d|%-5d|%05d %c %% %s", -1, 7u, LLONG_MIN, 255ul, 42, 42, 42, 'x', "s");
	check(strcmp(text, "-1 7 -9223372036854775808 ff    42|42   |00042 x % s") == 0, text);
	check(strtod("2.5e3", NULL) == 2500.0 && strtol("-0x1f", NULL, 16) == -31 && atoi("17 x") == 17, "strtod, strtol, atoi");
	check(sscanf("7 8.5 word", "%d %lf %99s", &(int){0}, &back, text) == 3 && back == 8.5 && strcmp(text, "word") == 0,
	      "sscanf");
	check(fabs(sin(1.0) * sin(1.0) + cos(1.0) * cos(1.0) - 1.0) < 1e-15 && sqrt(2.0) * sqrt(2.0) > 1.99 && pow(2, 10) == 1024,
	      "math");
	errno = 0;
	check(strtol("99999999999999999999", NULL, 10) == LONG_MAX && errno == ERANGE, "errno is ERANGE");
}

static void memory(void)
{
	void *blocks[100];
	void *(*volatile allocate)(size_t) = malloc; /* compilers think that they know what malloc does to errno */
	int good = 1;
	char *text = strdup("grows");
	void *at = NULL;

	for (size_t i = 0; i < 100; i++) {
		blocks[i] = calloc(i + 1, 100);
		good = good && blocks[i] && ((char *)blocks[i])[i * 100] == 0;
	}
	for (size_t i = 0; i < 100; i++)
		free(blocks[i]);
	text = realloc(text, 100000);
	check(good && text && strcmp(text, "grows") == 0, "calloc, realloc, free");
	free(text);
	errno = 0;
	check(allocate(SIZE_MAX / 4) == NULL && errno == ENOMEM, "malloc of too much is ENOMEM");
	check(posix_memalign(&at, 4096, 10) == 0 && (uintptr_t)at % 4096 == 0, "posix_memalign");
	free(at);
	at = aligned_alloc(64, 640);
	check(at != NULL && (uintptr_t)at % 64 == 0, "aligned_alloc");
	free(at);
}

static void lines(void)
{
	char text[] = "first\nsecond", *line = NULL;
	size_t size = 0;
	FILE *file = fmemopen(text, sizeof(text) - 1, "r");
	int good = file && getline(&line, &size, file) == 6 && strcmp(line, "first\n") == 0 && getline(&line, &size, file) == 6 &&
		   strcmp(line, "second") == 0 && getline(&line, &size, file) == -1;

	check(good && getline(&line, &size, stdin) == -1, "getline, of memory and of stdin");
	free(line);
	flockfile(stdout);
	good = ftrylockfile(stdout) == 0 && putchar_unlocked('<') == '<';
	funlockfile(stdout);
	funlockfile(stdout);
	fflush(stdout);
	check(good && dprintf(1, "%d>", 17) == 3, "flockfile, dprintf");
}

static void jumping(void)
{
	static jmp_buf place;
	volatile int rounds = 0;

	if (setjmp(place) < 3) {
		rounds = rounds + 1;
		longjmp(place, rounds);
	}
	check(rounds == 3, "setjmp and longjmp");
}

static void clocks(void)
{
	struct timespec a, b, nap = {0, 3000000};
	struct tm tm;
	time_t day = 86400 * 366;
	char text[32];

	check(clock_gettime(CLOCK_MONOTONIC, &a) == 0 && nanosleep(&nap, NULL) == 0 && clock_gettime(CLOCK_MONOTONIC, &b) == 0,
	      "clock_gettime");
	check((b.tv_sec - a.tv_sec) * 1000000000LL + b.tv_nsec - a.tv_nsec >= 3000000, "nanosleep sleeps");
	check(clock() != (clock_t)-1 && time(NULL) < 3600, "clock and time");
	check(gmtime_r(&day, &tm) && strftime(text, sizeof(text), "%Y-%m-%d", &tm) == 10 && strcmp(text, "1971-01-02") == 0,
	      "strftime");
}

int main(void)
{
	char *environment = getenv("HOME"), words[] = "a,b", *rest = words;

	sorting();
	numbers();
	memory();
	lines();
	jumping();
	clocks();
	check(environment == NULL && system(NULL) == 0, "the environment is empty, and there is no shell");
	check(fopen("/etc/passwd", "r") == NULL && errno == ENOENT, "there are no files");
	check(isalpha('x') && toupper('x') == 'X' && strcmp(strtok_r(rest, ",", &rest), "a") == 0, "ctype and string");
	return wrong;
}
