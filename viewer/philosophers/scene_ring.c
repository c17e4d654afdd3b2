/*
 * Around a table: plates with names while there is room, else dots; forks between them or in a hand; arrows from who waits
 * to who holds.
 */
#include <math.h>

#include "scene.h"

#define NAMED_MOST 20u /* philosophers with names around the table */
#define PLATE_MOST 38.0
#define PLATE_LEAST 13.0 /* smaller ones are dots */
#define PLATE_PART 0.22  /* of the ring's radius: a table is to be left between them */
#define EDGE 26

double ring_angle(const struct scene *s, double place) { return place * 2 * M_PI / s->table->count; }

/* The largest plates that do not touch, on the largest ring that leaves this room around it. */
static void size_ring(struct scene *s, double wide, double high)
{
	double part = s->table->count > 2 ? fmin(sin(M_PI / s->table->count) * 0.5, PLATE_PART) : PLATE_PART;
	double room = fmin(s->w / 2.0 - wide, s->h / 2.0 - high), glow = 1.34;

	s->seat = room / (1 + part * glow);
	s->plate = fmin(s->seat * part, design(s, PLATE_MOST));
	s->seat = room - s->plate * glow;
	s->wood = s->seat - s->plate * 1.5;
}

/* How wide the words beside a plate can become. */
static double label_width(const struct scene *s, bool states)
{
	int widest = states ? font_width(s->fonts, FONT_BODY, "hungry 888 ms") : 0;

	for (uint32_t i = 0; i < s->table->count; i++) {
		char room[PHIL_NAME_ROOM];
		int width = font_width(s->fonts, FONT_STRONG, phil_name(s->table, i, room));

		widest = width > widest ? width : widest;
	}
	return widest + design(s, 10);
}

/* Names with states below; names alone; nothing: whatever leaves a table in the middle that has room for words. */
static void size_plates(struct scene *s)
{
	double enough = font_width(s->fonts, FONT_TITLE, "DEADLOCK") * 0.5 + design(s, 24);
	int name = font_height(s->fonts, FONT_STRONG), state = font_height(s->fonts, FONT_BODY);

	s->labels = s->table->count <= NAMED_MOST ? 2 : 0;
	for (; s->labels; s->labels--) {
		size_ring(s, label_width(s, s->labels == 2), name + (s->labels == 2 ? state : 0) + design(s, 12));
		if (s->plate >= design(s, PLATE_LEAST) && s->wood >= enough)
			return;
	}
	size_ring(s, design(s, EDGE), design(s, EDGE));
}

void ring_arrange(struct scene *s)
{
	size_plates(s);
	s->kind = s->plate >= design(s, PLATE_LEAST) ? SCENE_PLATES : SCENE_DOTS;
	if (s->kind == SCENE_DOTS) {
		s->plate = fmin(s->seat * sin(M_PI / s->table->count) * 0.72, design(s, PLATE_LEAST));
		s->wood = s->seat - fmax(s->plate * 2.6, design(s, 12));
	}
	if (s->wood < design(s, 12))
		s->wood = 0;
}

uint32_t ring_at(const struct scene *s, double x, double y)
{
	double angle = atan2(x - s->cx, s->cy - y), out = hypot(x - s->cx, y - s->cy), reach = fmax(s->plate * 1.3, design(s, 8));
	uint32_t n = s->table->count, i = (uint32_t)((long)lround(angle / (2 * M_PI) * n + n) % n);
	double px = s->cx + sin(ring_angle(s, i)) * s->seat, py = s->cy - cos(ring_angle(s, i)) * s->seat;

	if (s->kind == SCENE_DOTS) /* among many it is enough to be near the ring */
		return fabs(out - s->seat) <= reach ? i : PHIL_NONE;
	return hypot(x - px, y - py) <= reach ? i : PHIL_NONE;
}

/* Where a fork is, in places before the philosopher at its right: half-way when it lies, else at the hand that holds it. */
static double fork_place(const struct scene *s, uint32_t fork, bool *held)
{
	uint32_t holder = phil_holder(s->table, fork);

	*held = holder != PHIL_NONE;
	if (!*held)
		return fork - 0.5;
	return holder == fork && !(s->table->count == 2 && s->table->looks[fork ? 0 : 1] & PHIL_HAS_RIGHT) ? fork - 0.16
													   : fork - 0.84;
}

static void paint_forks(const struct scene *s, const struct pixels *to)
{
	double length = fmin(s->plate * 0.95, s->wood * 0.5);

	for (uint32_t fork = 0; fork < s->table->count; fork++) {
		bool held;
		double angle = ring_angle(s, fork_place(s, fork, &held));
		double out = held ? s->wood - length * 0.3 : s->wood - length * 0.9;
		struct ink ink = {held ? PHIL_COLOUR_FORK : PHIL_COLOUR_FORK_LYING, 255};

		paint_fork(to, s->cx + sin(angle) * out, s->cy - cos(angle) * out, angle, length, ink);
	}
}

/* Among dots a fork is a dot, too: at the ring's inner side, beside who holds it. */
static void paint_fork_dots(const struct scene *s, const struct pixels *to)
{
	double radius = fmax(s->plate * 0.28, design(s, 1)), in = s->seat - s->plate - radius * 2.2;

	for (uint32_t fork = 0; fork < s->table->count; fork++) {
		bool held;
		double angle = ring_angle(s, fork_place(s, fork, &held));
		struct ink ink = {held ? PHIL_COLOUR_FORK : PHIL_COLOUR_FORK_LYING, held ? 255 : 160};

		stroke_disc(to, s->cx + sin(angle) * in, s->cy - cos(angle) * in, radius, ink);
	}
}

/* The tip at this angle, pointing along the ring. */
static void paint_tip(const struct scene *s, const struct pixels *to, double radius, double angle, bool clockwise, double size,
		      struct ink ink)
{
	double along = clockwise ? 1 : -1, x = s->cx + sin(angle) * radius, y = s->cy - cos(angle) * radius;
	double tx = cos(angle) * along, ty = sin(angle) * along, nx = sin(angle), ny = -cos(angle);
	double xs[3] = {x + tx * size, x + nx * size * 0.55, x - nx * size * 0.55};
	double ys[3] = {y + ty * size, y + ny * size * 0.55, y - ny * size * 0.55};

	stroke_triangle(to, xs, ys, ink);
}

/* From the plate of who waits to the plate of who holds: always a neighbour. */
static void paint_arrow(const struct scene *s, const struct pixels *to, uint32_t i, bool clockwise, struct ink ink)
{
	double step = ring_angle(s, 1), here = ring_angle(s, i), there = here + (clockwise ? step : -step);
	double radius = s->kind == SCENE_DOTS ? s->seat + s->plate + design(s, 6) : s->seat;
	double tip = s->kind == SCENE_DOTS ? fmin(s->plate * 1.1, design(s, 7)) : fmin(design(s, 17), s->plate * 0.5);
	double gap = s->kind == SCENE_DOTS ? step * 0.12 : (s->plate * 1.45) / s->seat;
	double width = s->kind == SCENE_DOTS ? fmax(design(s, 1.4), s->plate * 0.2) : fmax(design(s, 2.6), 1.5);
	double sharp = tip / radius, from = clockwise ? here + gap : there + gap, until = clockwise ? there - gap : here - gap;

	if (until - from < sharp * 1.3)
		sharp = (until - from) / 1.3;
	if (until <= from)
		return;
	stroke_arc(to, s->cx, s->cy, radius, clockwise ? from : from + sharp, clockwise ? until - sharp : until, width, ink);
	paint_tip(s, to, radius, clockwise ? until - sharp : from + sharp, clockwise, sharp * radius, ink);
}

static void paint_waits(const struct scene *s, const struct pixels *to)
{
	for (uint32_t i = 0; i < s->table->count; i++) {
		uint32_t fork = phil_waits_for(s->table, i);
		bool red = scene_in_cycle(s, i), lit = red || i == s->selected || i == s->hover;

		if (fork == PHIL_NONE || phil_holder(s->table, fork) == PHIL_NONE)
			continue;
		paint_arrow(s, to, i, fork != i,
			    (struct ink){red ? PHIL_COLOUR_CYCLE : phil_colour(s->palette, PHIL_HUNGRY), lit ? 255 : 150});
	}
}

static void paint_dot(const struct scene *s, const struct pixels *to, uint32_t i, double x, double y)
{
	uint8_t look = s->table->looks[i];

	stroke_disc(to, x, y, s->plate, (struct ink){scene_colour(s, i), 255});
	if (look & PHIL_FROZEN && (look & PHIL_STATE_MASK) != PHIL_ENDED)
		stroke_ring(to, x, y, s->plate + design(s, 2), design(s, 1.5), (struct ink){PHIL_COLOUR_FROZEN, 255});
	if (i == s->selected || i == s->hover)
		stroke_ring(to, x, y, s->plate + design(s, 3.5), design(s, 1.4),
			    (struct ink){PHIL_COLOUR_FORK, i == s->selected ? 255 : 140});
}

void ring_paint(const struct scene *s, const struct pixels *to)
{
	if (s->wood) {
		stroke_disc(to, s->cx, s->cy, s->wood, (struct ink){PHIL_COLOUR_TABLE, 255});
		stroke_ring(to, s->cx, s->cy, s->wood, design(s, 1), (struct ink){0x2a333f, 255});
	}
	paint_waits(s, to);
	for (uint32_t i = 0; i < s->table->count; i++) {
		double angle = ring_angle(s, i), x = s->cx + sin(angle) * s->seat, y = s->cy - cos(angle) * s->seat;

		if (s->kind == SCENE_PLATES)
			paint_plate(s, to, i, x, y, s->plate);
		else
			paint_dot(s, to, i, x, y);
	}
	if (s->kind == SCENE_PLATES)
		paint_forks(s, to);
	else
		paint_fork_dots(s, to);
}
