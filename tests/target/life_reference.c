/*
 * Life with a barrier, against a serial reference at every generation: see life/reference.h.
 *
 * test: seconds 120
 */
#include "life/reference.h"

int main(void) { return reference_test(LIFE_BARRIER); }
