/*
 * Smooth shapes: each pixel is covered as far as its middle lies inside of the shape's edge, by half a pixel more or less.
 */
#include "draw_stroke.h"

#include <math.h>
#include <stddef.h>

#include "draw.h"

/* What of a box lies in the picture. */
struct box {
	int x0, y0, x1, y1;
};

static struct box clip(const struct pixels *to, double x0, double y0, double x1, double y1)
{
	struct box b = {(int)floor(fmax(x0, 0)), (int)floor(fmax(y0, 0)), (int)ceil(fmin(x1, to->w)), (int)ceil(fmin(y1, to->h))};

	return b;
}

/* edge: how far outside of the shape the pixel's middle is; negative inside. */
static void cover(const struct pixels *to, int x, int y, double edge, struct ink ink)
{
	uint32_t *p = &to->pixels[(ptrdiff_t)y * to->pitch + x];

	if (edge >= 0.5)
		return;
	*p = 0xff000000u | draw_mix(ink.rgb, *p & 0xffffff, edge <= -0.5 ? ink.alpha : (unsigned)((0.5 - edge) * ink.alpha + 0.5));
}

void stroke_fill(const struct pixels *to, uint32_t rgb)
{
	for (int y = 0; y < to->h; y++)
		for (int x = 0; x < to->w; x++)
			to->pixels[(ptrdiff_t)y * to->pitch + x] = 0xff000000u | rgb;
}

void stroke_disc(const struct pixels *to, double cx, double cy, double radius, struct ink ink)
{
	struct box b = clip(to, cx - radius - 1, cy - radius - 1, cx + radius + 1, cy + radius + 1);

	for (int y = b.y0; y < b.y1; y++)
		for (int x = b.x0; x < b.x1; x++)
			cover(to, x, y, hypot(x + 0.5 - cx, y + 0.5 - cy) - radius, ink);
}

void stroke_ring(const struct pixels *to, double cx, double cy, double radius, double width, struct ink ink)
{
	double out = radius + width / 2 + 1;
	struct box b = clip(to, cx - out, cy - out, cx + out, cy + out);

	for (int y = b.y0; y < b.y1; y++)
		for (int x = b.x0; x < b.x1; x++)
			cover(to, x, y, fabs(hypot(x + 0.5 - cx, y + 0.5 - cy) - radius) - width / 2, ink);
}

void stroke_line(const struct pixels *to, double x0, double y0, double x1, double y1, double width, struct ink ink)
{
	double out = width / 2 + 1, dx = x1 - x0, dy = y1 - y0, length2 = dx * dx + dy * dy;
	struct box b = clip(to, fmin(x0, x1) - out, fmin(y0, y1) - out, fmax(x0, x1) + out, fmax(y0, y1) + out);

	for (int y = b.y0; y < b.y1; y++)
		for (int x = b.x0; x < b.x1; x++) {
			double px = x + 0.5 - x0, py = y + 0.5 - y0;
			double part = length2 > 0 ? fmin(fmax((px * dx + py * dy) / length2, 0), 1) : 0;

			cover(to, x, y, hypot(px - part * dx, py - part * dy) - width / 2, ink);
		}
}

static double turn(double angle)
{
	angle = fmod(angle, 2 * M_PI);
	return angle < 0 ? angle + 2 * M_PI : angle;
}

/* The box of an arc: its ends, and each of the four outermost points that it passes. */
static struct box arc_box(const struct pixels *to, double cx, double cy, double radius, double from, double until, double out)
{
	double x0 = cx + fmin(sin(from), sin(until)) * radius, x1 = cx + fmax(sin(from), sin(until)) * radius;
	double y0 = cy - fmax(cos(from), cos(until)) * radius, y1 = cy - fmin(cos(from), cos(until)) * radius;

	for (int quarter = 0; quarter < 4; quarter++) {
		if (turn(quarter * M_PI_2 - from) > until - from)
			continue;
		x0 = quarter == 3 ? cx - radius : x0;
		x1 = quarter == 1 ? cx + radius : x1;
		y0 = quarter == 0 ? cy - radius : y0;
		y1 = quarter == 2 ? cy + radius : y1;
	}
	return clip(to, x0 - out, y0 - out, x1 + out, y1 + out);
}

void stroke_arc(const struct pixels *to, double cx, double cy, double radius, double from, double until, double width,
		struct ink ink)
{
	struct box b = arc_box(to, cx, cy, radius, from, until, width / 2 + 1);
	double ax = cx + sin(from) * radius, ay = cy - cos(from) * radius;
	double bx = cx + sin(until) * radius, by = cy - cos(until) * radius;

	for (int y = b.y0; y < b.y1; y++)
		for (int x = b.x0; x < b.x1; x++) {
			double px = x + 0.5, py = y + 0.5, off = fabs(hypot(px - cx, py - cy) - radius);

			if (off > width / 2 + 1)
				continue;
			if (turn(atan2(px - cx, cy - py) - from) > until - from)
				off = fmin(hypot(px - ax, py - ay), hypot(px - bx, py - by));
			cover(to, x, y, off - width / 2, ink);
		}
}

void stroke_triangle(const struct pixels *to, const double x[3], const double y[3], struct ink ink)
{
	double area = (x[1] - x[0]) * (y[2] - y[0]) - (y[1] - y[0]) * (x[2] - x[0]);
	struct box b = clip(to, fmin(x[0], fmin(x[1], x[2])) - 1, fmin(y[0], fmin(y[1], y[2])) - 1,
			    fmax(x[0], fmax(x[1], x[2])) + 1, fmax(y[0], fmax(y[1], y[2])) + 1);

	for (int py = b.y0; py < b.y1; py++)
		for (int px = b.x0; px < b.x1; px++) {
			double edge = -1e9;

			for (int i = 0; i < 3; i++) {
				int j = (i + 1) % 3;
				double ex = x[j] - x[i], ey = y[j] - y[i], length = hypot(ex, ey);
				double off = length > 0 ? (ey * (px + 0.5 - x[i]) - ex * (py + 0.5 - y[i])) / length : 0;

				edge = fmax(edge, area > 0 ? off : -off);
			}
			cover(to, px, py, edge, ink);
		}
}
