/*
 * The verdict on one of the C library's own tests: it returns 0 and has recorded no failure, or ends with the status that it is
 * expected to end with.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdio.h>

#ifdef EXPECTED_STATUS
#define HARNESS_STATUS EXPECTED_STATUS
#else
#define HARNESS_STATUS 0
#endif

extern int harness_failures; /* told by support/check.h's macros */

static inline int harness_verdict(int result, int expected)
{
	printf("result %d, expected %d, %d failures recorded\n", result, expected, harness_failures);
	return result != expected || harness_failures != 0;
}

#endif
