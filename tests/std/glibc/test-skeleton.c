/*
 * Stands in for the file of this name in the C library's own tests, whose programs include it: there a supervisor forks and sets an alarm, here the
 * runner of tests/std_test.py watches. Older programs name an expression (TEST_FUNCTION), newer ones a function (support/test-driver.c).
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <time.h>
#include <unistd.h>

#include <support/check.h>
#include <support/harness.h>

static int harness_run_test(int argc, char **argv)
{
	(void)argc;
	(void)argv;
#ifdef TEST_FUNCTION
	return TEST_FUNCTION;
#else
	return do_test();
#endif
}

int main(int argc, char **argv) { return harness_verdict(harness_run_test(argc, argv), HARNESS_STATUS); }
