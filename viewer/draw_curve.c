/*
 * Painting a curve column by column: see draw_curve.h. In each column the line covers the span from half-way to the
 * left neighbour to half-way to the right one, so that steep parts stay connected; the edges are smooth.
 */
#include "draw_curve.h"

#include <math.h>
#include <stddef.h>

#include "draw.h"

#define SHADE 38 /* of 255: the area under the curve */

/* How much of the pixel row y lies between top and bottom, 0..255. */
static unsigned row_cover(int y, double top, double bottom)
{
	double from = fmax(y, top), to = fmin(y + 1, bottom);

	return to > from ? (unsigned)((to - from) * 255 + 0.5) : 0;
}

static double level(const struct pixels *t, double height, double line) { return line / 2 + (1 - height) * (t->h - line); }

static void paint_column(const struct pixels *t, int x, double before, double here, double after, double line, uint32_t ink,
			 uint32_t ground)
{
	double y = level(t, here, line), a = (level(t, before, line) + y) / 2, b = (level(t, after, line) + y) / 2;
	double top = fmin(y, fmin(a, b)) - line / 2, bottom = fmax(y, fmax(a, b)) + line / 2;

	for (int row = 0; row < t->h; row++) {
		uint32_t colour = draw_mix(ink, ground, row_cover(row, y, t->h) * SHADE / 255);

		colour = draw_mix(ink, colour, row_cover(row, top, bottom));
		t->pixels[(ptrdiff_t)row * t->pitch + x] = 0xff000000u | colour;
	}
}

void curve_paint(const struct pixels *t, const double *heights, double line, uint32_t ink, uint32_t ground)
{
	for (int x = 0; x < t->w; x++) {
		double here = heights[x];

		if (here < 0) {
			for (int row = 0; row < t->h; row++)
				t->pixels[(ptrdiff_t)row * t->pitch + x] = 0xff000000u | ground;
			continue;
		}
		double before = x && heights[x - 1] >= 0 ? heights[x - 1] : here;
		double after = x + 1 < t->w && heights[x + 1] >= 0 ? heights[x + 1] : here;

		paint_column(t, x, before, here, after, line, ink, ground);
	}
}
