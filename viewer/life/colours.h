/*
 * The colour of a cell by its age, one definition for the window, the terminal and the PNG.
 * Newborn cells are pale yellow and go through orange and magenta to blue, logarithmically; a cell that has just died
 * leaves a ghost for GHOST_GENERATIONS generations.
 */
#ifndef VIEWER_COLOURS_H
#define VIEWER_COLOURS_H

#include <stdint.h>

#include "../options.h"
#include "life.h"

#define GHOST_GENERATIONS 8u
#define COLOUR_SURFACE 0x0e1116u
#define COLOUR_DISH 0x0b0d12u    /* what lies under the cells */
#define COLOUR_KILLED 0xff5d62u  /* the thread was ended */
#define COLOUR_FAULTED 0xff2f6du /* it ended itself by a fault */

/* 0xRRGGBB of a cell alive for age generations (0 = born in this one). */
uint32_t colour_alive(enum palette p, uint64_t age);
/* 0xRRGGBB of a cell dead for n generations (1..GHOST_GENERATIONS), else COLOUR_DISH. */
uint32_t colour_ghost(enum palette p, uint64_t n);
/* The cell with this index (y * width + x) of a dish, whatever its state. */
uint32_t colour_cell(enum palette p, const struct dish *d, size_t index);

#endif
