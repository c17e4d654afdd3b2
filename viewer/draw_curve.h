/*
 * A smooth curve over a shaded area, painted into pixels: the population graph.
 */
#ifndef VIEWER_DRAW_CURVE_H
#define VIEWER_DRAW_CURVE_H

#include <stdint.h>

#include "pixels.h"

/* heights: the curve at the middle of each of the t->w columns, 0..1 from the bottom, < 0 where there is none.
 * line: thickness in pixels. Paints every pixel. */
void curve_paint(const struct pixels *t, const double *heights, double line, uint32_t ink, uint32_t ground);

#endif
