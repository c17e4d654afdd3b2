/*
 * Painting a dish into an array of pixels: the board of the window, at any zoom.
 *
 * Pure work on memory, so that the picture is the same with every renderer and can be checked pixel for pixel.
 * From 6 pixels a cell on: rounded cells with a gap; below: plain squares; below 1 pixel: density.
 */
#ifndef VIEWER_DRAW_CELLS_H
#define VIEWER_DRAW_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "../pixels.h"
#include "colours.h"

#define CELLS_ROUND_FROM 6 /* pixels a cell */
#define CELLS_SIDE_MAX 96
#define CELLS_AGES 4096 /* older cells keep the last colour */

/* Where the dish lies: pixel of its corner (may be outside), pixels per cell (a whole number from 1 on). */
struct cells_view {
	double cell, x, y;
	bool grid;
};

/* The colours of a palette, worked out once: 0xffRRGGBB. */
struct cells_colours {
	uint32_t alive[CELLS_AGES];
	uint32_t ghost[GHOST_GENERATIONS + 1];
};

void cells_colours(struct cells_colours *c, enum palette p);
/* Paints everything: surroundings, dish, grid, cells, marks of killed cells. */
void cells_paint(const struct pixels *t, const struct dish *d, const struct cells_view *v, const struct cells_colours *c);
/* Rounds the four corners of the picture off, into the surface colour. */
void cells_round_off(const struct pixels *t, int radius);

#endif
