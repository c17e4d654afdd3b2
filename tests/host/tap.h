/*
 * The harness of the host tests: TAP version 13 on stdout, one line per property, exit code 1 when one failed.
 *
 * A test is a function that calls EXPECT...; an array gives it its line. `PROGRAM words` runs only the tests whose name
 * contains the words, which is also what a failure tells to do. Random numbers are seeded per test, so that a test
 * sees the same ones alone and in company; SEED=n in the environment gives others.
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
	const char *program, *only;
	unsigned int run, failed;
	unsigned int complaints; /* in the test that runs */
	uint64_t seed, random;
} tap;

/* The tests of a program, in order: an array of these, and TAP_MAIN(it) at the end of the file. */
struct tap_test {
	const char *name;
	void (*run)(void);
};

#define TAP_COMPLAINTS_SHOWN 8

/* xorshift64*: no libc's rand(), so that a seed means the same everywhere. */
static inline uint64_t tap_random(void)
{
	tap.random ^= tap.random >> 12;
	tap.random ^= tap.random << 25;
	tap.random ^= tap.random >> 27;
	return tap.random * 0x2545F4914F6CDD1Du;
}

/* 0..limit-1 */
static inline uint32_t tap_below(uint32_t limit) { return (uint32_t)((tap_random() >> 32) * limit >> 32); }

static inline void tap_start(const char *program, const char *only)
{
	const char *seed = getenv("SEED");

	tap.program = program;
	tap.only = only;
	tap.seed = seed != NULL ? strtoull(seed, NULL, 0) : 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("TAP version 13");
}

static inline void tap_run(const struct tap_test *test)
{
	if (tap.only != NULL && strstr(test->name, tap.only) == NULL)
		return;
	tap.complaints = 0;
	tap.random = (tap.seed + 1) * 0x9E3779B97F4A7C15u;
	test->run();
	tap.run++;
	printf("%sok %u - %s\n", tap.complaints > 0 ? "not " : "", tap.run, test->name);
	if (tap.complaints == 0)
		return;
	tap.failed++;
	printf("# again: SEED=%llu %s '%s'\n", (unsigned long long)tap.seed, tap.program, test->name);
}

static inline int tap_end(void)
{
	printf("1..%u\n", tap.run);
	if (tap.run == 0)
		printf("Bail out! no test is called '%s'\n", tap.only);
	return tap.failed > 0 || tap.run == 0;
}

/* Counts a complaint; true while it is worth printing. */
static inline bool tap_complain(const char *file, int line)
{
	tap.complaints++;
	if (tap.complaints <= TAP_COMPLAINTS_SHOWN)
		printf("# %s:%d: ", file, line);
	return tap.complaints <= TAP_COMPLAINTS_SHOWN;
}

static inline bool tap_expect(bool ok, const char *what, const char *file, int line)
{
	if (!ok && tap_complain(file, line))
		printf("expected %s\n", what);
	return ok;
}

static inline bool tap_expect_eq(long long is, long long wanted, const char *what, const char *file, int line)
{
	if (is != wanted && tap_complain(file, line))
		printf("%s is %lld (0x%llx), expected %lld (0x%llx)\n", what, is, (unsigned long long)is, wanted,
		       (unsigned long long)wanted);
	return is == wanted;
}

static inline bool tap_expect_str(const char *is, const char *wanted, const char *what, const char *file, int line)
{
	bool ok = strcmp(is, wanted) == 0;

	if (!ok && tap_complain(file, line))
		printf("%s is \"%s\", expected \"%s\"\n", what, is, wanted);
	return ok;
}

static inline bool tap_expect_mem(const void *is, const void *wanted, size_t n, const char *what, const char *file, int line)
{
	const uint8_t *a = is, *b = wanted;
	size_t i = 0;

	while (i < n && a[i] == b[i])
		i++;
	if (i < n && tap_complain(file, line))
		printf("%s: byte %zu of %zu is 0x%02x, expected 0x%02x\n", what, i, n, a[i], b[i]);
	return i == n;
}

/* Each is also an expression: true when it held. */
#define EXPECT(cond) tap_expect(cond, #cond, __FILE__, __LINE__)
#define EXPECT_EQ(is, wanted) tap_expect_eq((long long)(is), (long long)(wanted), #is, __FILE__, __LINE__)
#define EXPECT_STR(is, wanted) tap_expect_str(is, wanted, #is, __FILE__, __LINE__)
#define EXPECT_MEM(is, wanted, n) tap_expect_mem(is, wanted, n, #is, __FILE__, __LINE__)

static inline int tap_main(int argc, char **argv, const struct tap_test *tests, size_t n)
{
	tap_start(argv[0], argc > 1 ? argv[1] : NULL);
	for (size_t i = 0; i < n; i++)
		tap_run(&tests[i]);
	return tap_end();
}

#define TAP_MAIN(tests) \
	int main(int argc, char **argv) { return tap_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0])); }

#endif
