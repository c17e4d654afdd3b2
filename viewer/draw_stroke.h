/*
 * Smooth shapes painted into pixels: discs, rings, lines with round ends, arcs, triangles. Coordinates are pixels, their
 * middles at .5; colours 0xRRGGBB over what is there, alpha 0..255. Whatever lies outside the picture is left out.
 */
#ifndef VIEWER_DRAW_STROKE_H
#define VIEWER_DRAW_STROKE_H

#include "pixels.h"

struct ink {
	uint32_t rgb;
	unsigned alpha;
};

void stroke_fill(const struct pixels *to, uint32_t rgb);
void stroke_disc(const struct pixels *to, double x, double y, double radius, struct ink ink);
/* A circle line around x,y, its middle at radius. */
void stroke_ring(const struct pixels *to, double x, double y, double radius, double width, struct ink ink);
void stroke_line(const struct pixels *to, double x0, double y0, double x1, double y1, double width, struct ink ink);
/* Part of a circle line, from one angle to the other (clockwise from the top, in radians, to > from), with round ends. */
void stroke_arc(const struct pixels *to, double x, double y, double radius, double from, double until, double width,
		struct ink ink);
void stroke_triangle(const struct pixels *to, const double x[3], const double y[3], struct ink ink);

#endif
