/*
 * Thinking is calm, hungry glows, eating is green; for the colour-blind: grey, orange, sky blue, told apart by lightness too.
 */
#include "colours.h"

uint32_t phil_colour(enum palette p, unsigned state)
{
	static const uint32_t normal[] = {0x445166, 0xffb454, 0x7ee05f, 0x2a2f38};
	static const uint32_t colourblind[] = {0x4a5260, 0xe69f00, 0x8fd3ff, 0x2a2f38};

	return (p == PALETTE_COLOURBLIND ? colourblind : normal)[state < 4 ? state : PHIL_ENDED];
}
