/*
 * Life where cells send each other their states, against a serial reference: see life/reference.h.
 *
 * test: seconds 180
 */
#include "life/reference.h"

int main(void) { return reference_test(LIFE_CHANNEL); }
