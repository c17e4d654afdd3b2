/*
 * Life where each cell waits for its neighbours only, against a serial reference: see life/reference.h.
 *
 * test: seconds 120
 */
#include "life/reference.h"

int main(void) { return reference_test(LIFE_NEIGHBOUR); }
