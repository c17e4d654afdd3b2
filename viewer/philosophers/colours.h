/*
 * The colour of a philosopher by what it does, one definition for the window, the terminal and the PNG.
 */
#ifndef VIEWER_PHIL_COLOURS_H
#define VIEWER_PHIL_COLOURS_H

#include "../options.h"
#include "phil.h"

#define PHIL_COLOUR_TABLE 0x131a21u  /* the wood */
#define PHIL_COLOUR_GROUND 0x0a0d12u /* what lies around it */
#define PHIL_COLOUR_FORK 0xe6edf3u
#define PHIL_COLOUR_FORK_LYING 0x5a6472u
#define PHIL_COLOUR_FROZEN 0xd2a6ffu
#define PHIL_COLOUR_CYCLE 0xff5d62u

/* 0xRRGGBB of a state (enum phil_state). */
uint32_t phil_colour(enum palette p, unsigned state);

#endif
