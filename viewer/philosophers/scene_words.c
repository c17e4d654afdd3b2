/*
 * The words around and on the table. A word that would lie on another, or outside, is left out.
 */
#include <math.h>
#include <stdio.h>

#include "../draw.h"
#include "../ui_number.h"
#include "scene.h"

#define WORDS_MOST 128
#define ROOMY 95       /* radius of the table, in pixels of the design, from which on there is room for them */
#define WORDED_MOST 8u /* philosophers whose forks and waits are named too */

struct words {
	const struct scene *s;
	int x, y; /* of the picture */
	SDL_Rect taken[WORDS_MOST];
	int count;
};

static bool take_room(struct words *k, SDL_Rect r)
{
	SDL_Rect all = {k->x, k->y, k->s->w, k->s->h}, both;

	if (!SDL_IntersectRect(&all, &r, &both) || both.w != r.w || both.h != r.h || k->count == WORDS_MOST)
		return false;
	for (int i = 0; i < k->count; i++)
		if (SDL_HasIntersection(&k->taken[i], &r))
			return false;
	k->taken[k->count++] = r;
	return true;
}

struct word {
	enum font_style style;
	uint32_t ink;
	const char *text;
};

/* One or two lines whose box touches the point with the side that looks back along the angle. */
static void put_outwards(struct words *k, double x, double y, double angle, const struct word *lines, int count)
{
	struct font_set *f = k->s->fonts;
	int w = 0, h = 0;

	for (int i = 0; i < count; i++) {
		int wide = font_width(f, lines[i].style, lines[i].text);

		w = wide > w ? wide : w;
		h += font_height(f, lines[i].style);
	}
	double mx = k->x + x + sin(angle) * w / 2, my = k->y + y - cos(angle) * h / 2;
	SDL_Rect box = {(int)(mx - w / 2.0), (int)(my - h / 2.0), w, h};

	if (!take_room(k, box))
		return;
	for (int i = 0; i < count; i++) {
		SDL_Rect line = {box.x, box.y, w, font_height(f, lines[i].style)};

		font_draw_centred(f, lines[i].style, line, lines[i].ink, lines[i].text);
		box.y += line.h;
	}
}

static void put_centred(struct words *k, int y, struct word word)
{
	int width = font_width(k->s->fonts, word.style, word.text);

	take_room(k, (SDL_Rect){k->x + (k->s->w - width) / 2, k->y + y, width, font_height(k->s->fonts, word.style)});
	SDL_Rect line = {k->x, k->y + y, k->s->w, font_height(k->s->fonts, word.style)};

	font_draw_centred(k->s->fonts, word.style, line, word.ink, word.text);
}

static void state_text(const struct scene *s, uint32_t i, char *out, size_t size)
{
	const struct table *t = s->table;
	uint64_t now = phil_now(s->session);
	char time[NUMBER_SIZE];

	snprintf(out, size, "%s", phil_state_word(t->looks[i]));
	if ((t->looks[i] & PHIL_STATE_MASK) == PHIL_HUNGRY && now > t->since[i] + 100000000u)
		snprintf(out, size, "%s %s", phil_state_word(t->looks[i]), number_time(time, now - t->since[i]));
}

static uint32_t state_ink(const struct scene *s, uint32_t i)
{
	unsigned state = s->table->looks[i] & PHIL_STATE_MASK;

	if (state == PHIL_ENDED)
		return INK_FAINT;
	if (s->table->looks[i] & PHIL_FROZEN)
		return PHIL_COLOUR_FROZEN;
	return state == PHIL_THINKING ? INK_SECOND : scene_colour(s, i);
}

static void put_name(struct words *k, uint32_t i)
{
	const struct scene *s = k->s;
	double angle = ring_angle(s, i), out = s->seat + s->plate * 1.34 + design(s, 4);
	char room[PHIL_NAME_ROOM], state[64];
	struct word lines[2] = {{FONT_STRONG, INK_TEXT, phil_name(s->table, i, room)}, {FONT_BODY, state_ink(s, i), state}};

	state_text(s, i, state, sizeof state);
	put_outwards(k, s->cx + sin(angle) * out, s->cy - cos(angle) * out, angle, lines, s->labels);
}

static void put_number(struct words *k, uint32_t i, double x, double y)
{
	struct font_set *f = k->s->fonts;
	char text[16];
	enum font_style style = k->s->plate >= design(k->s, 28) ? FONT_TITLE : FONT_NUMBER;
	int side = (int)(k->s->plate * 2);

	snprintf(text, sizeof text, "%u", i);
	if (font_width(f, style, text) > side * 0.75)
		style = FONT_CODE;
	if (font_width(f, style, text) > side * 0.93)
		return;
	font_draw(f, style, k->x + (int)lround(x) - font_width(f, style, text) / 2, font_top(f, style, k->y + (int)lround(y)),
		  INK_TEXT, text);
}

static void put_wait(struct words *k, uint32_t i)
{
	const struct scene *s = k->s;
	uint32_t fork = phil_waits_for(s->table, i);
	double angle = ring_angle(s, fork == i ? i - 0.5 : i + 0.5), out = s->seat + design(s, 10);
	bool red = scene_in_cycle(s, i);
	char text[32];

	if (fork == PHIL_NONE || phil_holder(s->table, fork) == PHIL_NONE)
		return;
	snprintf(text, sizeof text, "waits for fork %u", fork);
	put_outwards(k, s->cx + sin(angle) * out, s->cy - cos(angle) * out, angle,
		     &(struct word){FONT_SMALL, red ? PHIL_COLOUR_CYCLE : INK_SECOND, text}, 1);
}

/* At the inner end of where it lies, or is held. */
static void put_fork(struct words *k, uint32_t fork)
{
	const struct scene *s = k->s;
	uint32_t holder = phil_holder(s->table, fork);
	double place = holder == PHIL_NONE ? fork - 0.5 : holder == fork ? fork - 0.16 : fork - 0.84;
	double length = fmin(s->plate * 0.95, s->wood * 0.5), angle = ring_angle(s, place);
	double in = s->wood - length * (holder == PHIL_NONE ? 1.45 : 0.85) - design(s, 5);
	char text[16];

	snprintf(text, sizeof text, "fork %u", fork);
	put_outwards(k, s->cx + sin(angle) * in, s->cy - cos(angle) * in, angle + M_PI,
		     &(struct word){FONT_SMALL, INK_SECOND, text}, 1);
}

static void words_deadlock(const struct scene *s, char *out, size_t size)
{
	const struct deadlock *d = s->cycle;
	double seconds = d->time_ns > s->table->begun_ns ? (double)(d->time_ns - s->table->begun_ns) / 1e9 : 0;
	char meals[NUMBER_SIZE];

	number_full(meals, s->table->meals);
	snprintf(out, size, "after %.3f s, %s meal%s", seconds, meals, s->table->meals == 1 ? "" : "s");
}

/* The middle: what matters most. Returns whether there was anything. */
static bool put_middle(struct words *k)
{
	const struct scene *s = k->s;
	int line = font_height(s->fonts, FONT_TITLE), y = (int)s->cy - line, room = (int)(s->wood * 2);
	char text[80];

	if (s->table->violations) {
		snprintf(text, sizeof text, "%u violations", s->table->violations);
		put_centred(k, y, (struct word){FONT_TITLE, PHIL_COLOUR_CYCLE, text});
		return true;
	}
	if (!s->cycle && s->table->run_state == PHIL_RUNNING)
		return false;
	if (!s->cycle) {
		put_centred(k, y + line / 2,
			    (struct word){FONT_TITLE, INK_SECOND, s->table->run_state == PHIL_OVER ? "over" : "paused"});
		return true;
	}
	words_deadlock(s, text, sizeof text);
	bool wide = font_width(s->fonts, FONT_TITLE, "DEADLOCK") < room - (int)design(s, 40);

	put_centred(k, y, (struct word){wide ? FONT_TITLE : FONT_SMALL, PHIL_COLOUR_CYCLE, "DEADLOCK"});
	if (font_width(s->fonts, FONT_BODY, text) < room - (int)design(s, 56))
		put_centred(k, y + line + (int)design(s, 4), (struct word){FONT_BODY, INK_SECOND, text});
	return true;
}

/* Numbers at every so many dots, at the inner side. */
static void put_marks(struct words *k)
{
	static const uint32_t steps[] = {1, 2, 5, 10, 25, 50, 100};
	const struct scene *s = k->s;
	uint32_t step = 1;

	for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++)
		if (s->table->count / (step = steps[i]) <= 24)
			break;
	for (uint32_t i = 0; i < s->table->count; i += step) {
		double angle = ring_angle(s, i), in = s->wood - design(s, 6);
		char text[16];

		snprintf(text, sizeof text, "%u", i);
		put_outwards(k, s->cx + sin(angle) * in, s->cy - cos(angle) * in, angle + M_PI,
			     &(struct word){FONT_CODE, INK_FAINT, text}, 1);
	}
}

static void put_census(struct words *k)
{
	const struct scene *s = k->s;
	const struct table *t = s->table;
	const uint32_t counts[] = {t->thinking, t->hungry, t->eating};
	static const char *const names[] = {"thinking", "hungry", "eating"};
	int line = font_height(s->fonts, FONT_BIG) + (int)design(s, 4), y = (int)s->cy - 3 * line / 2;

	for (int i = 0; i < 3; i++, y += line) {
		char number[NUMBER_SIZE];
		int middle = k->y + y + line / 2, x = k->x + (int)s->cx;

		number_full(number, counts[i]);
		font_draw_right(s->fonts, FONT_BIG, x - (int)design(s, 6), font_top(s->fonts, FONT_BIG, middle), (int)s->wood,
				i ? phil_colour(s->palette, (unsigned)i) : INK_TEXT, number);
		font_draw(s->fonts, FONT_BODY, x + (int)design(s, 6), font_top(s->fonts, FONT_BODY, middle), INK_SECOND, names[i]);
	}
}

static void words_plates(struct words *k)
{
	const struct scene *s = k->s;
	uint32_t n = s->table->count;

	for (uint32_t i = 0; i < n; i++) {
		double angle = ring_angle(s, i);

		put_number(k, i, s->cx + sin(angle) * s->seat, s->cy - cos(angle) * s->seat);
		if (s->labels)
			put_name(k, i);
	}
	if (!put_middle(k) && n > WORDED_MOST)
		put_census(k);
	if (n > WORDED_MOST || s->wood < design(s, ROOMY))
		return;
	for (uint32_t i = 0; i < n; i++) {
		put_wait(k, i);
		put_fork(k, i);
	}
}

void ring_words(const struct scene *s, int x, int y)
{
	struct words k = {.s = s, .x = x, .y = y};

	if (s->kind == SCENE_PLATES) {
		words_plates(&k);
		return;
	}
	put_marks(&k);
	if (!put_middle(&k))
		put_census(&k);
}

/* Over thousands there is no free middle: what matters is said on a plate of its own. */
static void put_banner(struct words *k)
{
	const struct scene *s = k->s;
	char text[120], meals[NUMBER_SIZE];

	if (!s->cycle && !s->table->violations)
		return;
	if (s->table->violations)
		snprintf(text, sizeof text, "%u violations", s->table->violations);
	else
		snprintf(text, sizeof text, "DEADLOCK of %s after %.3f s", number_full(meals, s->cycle->members),
			 s->cycle->time_ns > s->table->begun_ns ? (double)(s->cycle->time_ns - s->table->begun_ns) / 1e9 : 0.0);
	put_centred(k, (s->h - font_height(s->fonts, FONT_TITLE)) / 2, (struct word){FONT_TITLE, PHIL_COLOUR_CYCLE, text});
}

void grid_words(const struct scene *s, int x, int y)
{
	struct words k = {.s = s, .x = x, .y = y};

	for (uint32_t i = 0; grid_has_plates(s) && i < s->table->count; i++) {
		double px, py;

		grid_place(s, i, &px, &py);
		if (px > 0 && py > 0 && px < s->w && py < s->h)
			put_number(&k, i, px, py);
	}
	put_banner(&k);
}
