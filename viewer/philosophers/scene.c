/*
 * The scene: which kind it is, and what all kinds share.
 */
#include "scene.h"

#include <math.h>

#define DOT_SPACING 6.5 /* closer than this on the ring: a grid */
#define EDGE 26         /* free around the ring of dots, for waits that are drawn outside of it */

double design(const struct scene *s, double n) { return n * s->scale; }

void scene_arrange(struct scene *s)
{
	double side = s->w < s->h ? s->w : s->h, around = M_PI * (side - 2 * design(s, EDGE));

	s->cx = s->w / 2.0;
	s->cy = s->h / 2.0;
	s->kind = around / s->table->count >= design(s, DOT_SPACING) ? SCENE_PLATES : SCENE_GRID;
	if (s->kind == SCENE_GRID)
		grid_arrange(s);
	else
		ring_arrange(s);
}

void scene_paint(const struct scene *s, const struct pixels *to)
{
	stroke_fill(to, PHIL_COLOUR_GROUND);
	if (s->kind == SCENE_GRID)
		grid_paint(s, to);
	else
		ring_paint(s, to);
}

void scene_words(const struct scene *s, int x, int y)
{
	if (s->kind == SCENE_GRID)
		grid_words(s, x, y);
	else
		ring_words(s, x, y);
}

uint32_t scene_at(const struct scene *s, double x, double y)
{
	return s->kind == SCENE_GRID ? grid_at(s, x, y) : ring_at(s, x, y);
}

bool scene_in_cycle(const struct scene *s, uint32_t i) { return s->cycle && s->marks && s->marks[i / 8] >> i % 8 & 1; }

uint32_t scene_colour(const struct scene *s, uint32_t i) { return phil_colour(s->palette, s->table->looks[i] & PHIL_STATE_MASK); }

/* A handle, a neck, and three tines. */
void paint_fork(const struct pixels *to, double x, double y, double angle, double length, struct ink ink)
{
	double dx = sin(angle), dy = -cos(angle), side = length * 0.15, width = fmax(length * 0.075, 1.2);
	double neck = length * 0.08, root = length * 0.2, tip = length * 0.5;

	stroke_line(to, x - dx * tip, y - dy * tip, x + dx * tip, y + dy * tip, width, ink);
	for (int hand = -1; hand <= 1; hand += 2) {
		double ox = -dy * side * hand, oy = dx * side * hand;

		stroke_line(to, x + dx * root + ox, y + dy * root + oy, x + dx * tip + ox, y + dy * tip + oy, width, ink);
		stroke_line(to, x + dx * root + ox, y + dy * root + oy, x + dx * neck, y + dy * neck, width, ink);
	}
}

void paint_plate(const struct scene *s, const struct pixels *to, uint32_t i, double x, double y, double radius)
{
	uint8_t look = s->table->looks[i];
	uint32_t colour = scene_colour(s, i);
	bool calm = (look & PHIL_STATE_MASK) == PHIL_THINKING || (look & PHIL_STATE_MASK) == PHIL_ENDED;

	if (!calm)
		stroke_disc(to, x, y, radius * 1.26, (struct ink){colour, 46});
	stroke_disc(to, x, y, radius, (struct ink){(look & PHIL_STATE_MASK) == PHIL_EATING ? 0x18261a : 0x161c25, 255});
	stroke_ring(to, x, y, radius, fmax(radius * 0.09, 1.5), (struct ink){colour, 255});
	if (look & PHIL_FROZEN && (look & PHIL_STATE_MASK) != PHIL_ENDED)
		stroke_ring(to, x, y, radius * 1.26, fmax(radius * 0.07, 1.5), (struct ink){PHIL_COLOUR_FROZEN, 255});
	if (i == s->selected || i == s->hover)
		stroke_ring(to, x, y, radius * 1.3, fmax(radius * 0.05, 1.2),
			    (struct ink){PHIL_COLOUR_FORK, i == s->selected ? 255 : 120});
}
