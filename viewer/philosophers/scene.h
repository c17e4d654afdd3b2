/*
 * The table as a scene: where everybody sits, painted into pixels, with words over it. Few sit on plates around a table,
 * dozens to hundreds are a ring of dots, thousands a grid that one can zoom into. Needs no window: the pictures of
 * --headless are made with it too.
 */
#ifndef VIEWER_PHIL_SCENE_H
#define VIEWER_PHIL_SCENE_H

#include "../draw_stroke.h"
#include "../font.h"
#include "colours.h"
#include "phil.h"

enum scene_kind { SCENE_PLATES, SCENE_DOTS, SCENE_GRID };

/* The eye on a grid: corner of the first place, from the corner of the area; pixels per place. */
struct grid_view {
	double x, y, cell;
	bool placed; /* false: fit it into the area */
};

#define CYCLE_MARKS (PHIL_MAX / 8 + 1)

struct scene {
	const struct session *session;
	const struct table *table;
	const struct deadlock *cycle; /* or NULL */
	const uint8_t *marks;         /* bit i: philosopher i is in the cycle */
	enum palette palette;
	double scale; /* physical pixels per pixel of the design */
	struct font_set *fonts;
	uint32_t hover, selected; /* PHIL_NONE */
	int w, h;

	/* worked out by scene_arrange() */
	enum scene_kind kind;
	double cx, cy;          /* of the ring */
	double seat;            /* radius at which they sit */
	double plate;           /* radius of a plate or a dot */
	double wood;            /* radius of the table; 0: none */
	int labels;             /* lines beside each plate: 2 name and state, 1 name, 0 none */
	uint32_t across;        /* places in a row of the grid */
	struct grid_view *view; /* of the grid; the caller's */
};

void scene_arrange(struct scene *s);
void scene_paint(const struct scene *s, const struct pixels *to);
/* The words, drawn with the fonts' renderer; x,y: where the picture's corner is. */
void scene_words(const struct scene *s, int x, int y);
/* Who is at this point, or PHIL_NONE. */
uint32_t scene_at(const struct scene *s, double x, double y);

/* Parts of it. */
void ring_arrange(struct scene *s);
void ring_paint(const struct scene *s, const struct pixels *to);
void ring_words(const struct scene *s, int x, int y);
uint32_t ring_at(const struct scene *s, double x, double y);
double ring_angle(const struct scene *s, double place); /* clockwise from the top */
void grid_arrange(struct scene *s);
void grid_paint(const struct scene *s, const struct pixels *to);
void grid_words(const struct scene *s, int x, int y);
uint32_t grid_at(const struct scene *s, double x, double y);
/* The middle of a place; rows run to and fro, so that neighbours at the table are neighbours here. */
void grid_place(const struct scene *s, uint32_t i, double *x, double *y);
void grid_fit(struct scene *s);
bool grid_has_plates(const struct scene *s);

bool scene_in_cycle(const struct scene *s, uint32_t i);
uint32_t scene_colour(const struct scene *s, uint32_t i);
/* A fork of this length, its middle at x,y, its tines towards the angle. */
void paint_fork(const struct pixels *to, double x, double y, double angle, double length, struct ink ink);
/* A plate with its glow and edge, dark inside. */
void paint_plate(const struct scene *s, const struct pixels *to, uint32_t i, double x, double y, double radius);

double design(const struct scene *s, double n); /* pixels of the design in physical pixels */

#endif
