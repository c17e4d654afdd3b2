/*
 * The dish from far away: many cells to a pixel, which takes the mean colour of those alive, as bright as there are many.
 */
#ifndef VIEWER_DRAW_DENSITY_H
#define VIEWER_DRAW_DENSITY_H

#include "draw_cells.h"

/* For views with less than one pixel a cell. */
void density_paint(const struct pixels *t, const struct dish *d, const struct cells_view *v, const struct cells_colours *c);

#endif
