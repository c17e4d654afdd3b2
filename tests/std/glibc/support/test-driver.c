/* Stands in for the file of this name in the C library's own tests: see ../test-skeleton.c. */
#include <support/harness.h>

#ifndef TEST_FUNCTION
#define TEST_FUNCTION do_test
#endif

int main(void) { return harness_verdict(TEST_FUNCTION(), HARNESS_STATUS); }
