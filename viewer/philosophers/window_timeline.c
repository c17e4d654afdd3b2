/*
 * What the last seconds were like: a line for each of a few philosophers, shares for many.
 */
#include <stdio.h>

#include "../ui_number.h"
#include "window_phil.h"

#define SPAN_NS 4000000000.0
#define SPAN_MANY_NS 12000000000.0
#define AFTER_CYCLE_NS 1800000000u /* then time stands still, so that the cycle stays in sight */

struct span {
	double from, until; /* ns */
	SDL_Rect r;
};

static int x_of(const struct span *p, double ns)
{
	double part = (ns - p->from) / (p->until - p->from);

	return p->r.x + (int)(p->r.w * (part < 0 ? 0 : part > 1 ? 1 : part));
}

static struct span span_of(const struct window *w, SDL_Rect r, double length)
{
	const struct deadlock *d = phil_cycle(w->session);
	double now = (double)phil_now(w->session);

	if (d && now > (double)d->time_ns + AFTER_CYCLE_NS)
		now = (double)d->time_ns + AFTER_CYCLE_NS;
	return (struct span){now - length, now, r};
}

/* ---- a line each ---- */

/* From the newest back; runs of the same state are one piece. */
static void draw_line(struct window *w, const struct span *p, uint32_t i)
{
	double end = p->until, from = p->until;
	int state = -1;
	const struct past_sample *s;

	for (size_t back = 0; (s = phil_past(w->session, back)); back++) {
		if ((double)s->ns > p->until && phil_past(w->session, back + 1))
			continue; /* newer than what is shown */
		if (state >= 0 && s->states[i] != state) {
			int x = x_of(p, from);

			draw_fill(&w->draw, (SDL_Rect){x, p->r.y, x_of(p, end) - x, p->r.h},
				  phil_colour(w->palette, (unsigned)state), 255);
			end = from;
		}
		state = s->states[i];
		from = (double)s->ns;
		if (from <= p->from)
			break;
	}
	if (state >= 0) {
		int x = x_of(p, from);

		draw_fill(&w->draw, (SDL_Rect){x, p->r.y, x_of(p, end) - x, p->r.h}, phil_colour(w->palette, (unsigned)state), 255);
	}
}

static int name_width(struct window *w, const struct table *t)
{
	int widest = 0;

	for (uint32_t i = 0; i < t->count; i++) {
		char room[PHIL_NAME_ROOM];
		int width = font_width(&w->fonts, FONT_BODY, phil_name(t, i, room));

		widest = width > widest ? width : widest;
	}
	return widest;
}

static SDL_Rect draw_lines(struct window *w, SDL_Rect body)
{
	const struct table *t = phil_table(w->session);
	int names = name_width(w, t) + px(w, 12), line = body.h / (int)t->count, bar = line * 7 / 10;

	if (names > body.w / 3)
		names = body.w / 3;
	bar = bar > px(w, 20) ? px(w, 20) : bar;
	for (uint32_t i = 0; i < t->count; i++) {
		char room[PHIL_NAME_ROOM];
		int y = body.y + (int)i * line;
		struct span p = span_of(w, (SDL_Rect){body.x + names, y + (line - bar) / 2, body.w - names, bar}, SPAN_NS);

		if (line >= font_height(&w->fonts, FONT_BODY) - px(w, 2))
			font_draw_fit(&w->fonts, FONT_BODY, body.x, font_top(&w->fonts, FONT_BODY, y + line / 2),
				      names - px(w, 8), INK_TEXT, phil_name(t, i, room));
		draw_fill(&w->draw, p.r, INK_SURFACE, 255);
		draw_line(w, &p, i);
	}
	return (SDL_Rect){body.x + names, body.y, body.w - names, line * (int)t->count};
}

/* ---- shares ---- */

static void draw_share(struct window *w, const struct span *p, int x, const struct past_sample *s)
{
	const uint32_t counts[] = {s->eating, s->hungry, s->thinking};
	const unsigned states[] = {PHIL_EATING, PHIL_HUNGRY, PHIL_THINKING};
	uint32_t all = phil_table(w->session)->count, below = 0;
	int bottom = p->r.y + p->r.h;

	for (int k = 0; k < 3; k++) {
		int y0 = bottom - (int)((uint64_t)below * p->r.h / all), y1;

		below += counts[k];
		y1 = bottom - (int)((uint64_t)below * p->r.h / all);
		draw_fill(&w->draw, (SDL_Rect){x, y1, 1, y0 - y1}, phil_colour(w->palette, states[k]), 255);
	}
}

static SDL_Rect draw_shares(struct window *w, SDL_Rect body)
{
	struct span p = span_of(w, body, SPAN_MANY_NS);
	const struct past_sample *s = phil_past(w->session, 0);
	size_t back = 0;

	draw_fill(&w->draw, body, INK_SURFACE, 255);
	for (int x = body.w - 1; x >= 0 && s; x--) {
		double at = p.from + (p.until - p.from) * (x + 0.5) / body.w;
		const struct past_sample *older;

		while ((double)s->ns > at && (older = phil_past(w->session, back + 1))) {
			s = older;
			back++;
		}
		if ((double)s->ns > at)
			break;
		draw_share(w, &p, body.x + x, s);
	}
	return body;
}

/* ---- both ---- */

static void draw_closed(struct window *w, SDL_Rect r, double length, int below)
{
	const struct deadlock *d = phil_cycle(w->session);
	struct span p = span_of(w, r, length);
	int x, line = px(w, 2), width = font_width(&w->fonts, FONT_SMALL, "cycle closed");

	if (!d || (double)d->time_ns < p.from)
		return;
	x = x_of(&p, (double)d->time_ns);
	draw_fill(&w->draw, (SDL_Rect){x - line / 2, r.y - px(w, 4), line, r.h + px(w, 8)}, PHIL_COLOUR_CYCLE, 255);
	if (x + px(w, 5) + width > r.x + r.w)
		x -= width + px(w, 10);
	if (below >= font_height(&w->fonts, FONT_SMALL))
		font_draw(&w->fonts, FONT_SMALL, x + px(w, 5), r.y + r.h + px(w, 2), PHIL_COLOUR_CYCLE, "cycle closed");
}

/* At the right of the title, as many as there is room for. */
static void draw_legend(struct window *w, SDL_Rect r, int from)
{
	static const char *const names[] = {"thinking", "hungry", "eating"};
	int x = r.x + r.w - px(w, 12), side = px(w, 10), middle = r.y + px(w, 8) + font_height(&w->fonts, FONT_STRONG) / 2;

	for (int i = 2; i >= 0; i--) {
		int width = font_width(&w->fonts, FONT_BODY, names[i]);

		if (x - width - side - px(w, 8) < from)
			return;
		font_draw(&w->fonts, FONT_BODY, x - width, font_top(&w->fonts, FONT_BODY, middle), INK_SECOND, names[i]);
		x -= width + px(w, 6) + side;
		draw_round(&w->draw, (SDL_Rect){x, middle - side / 2, side, side}, px(w, 2), phil_colour(w->palette, (unsigned)i),
			   255);
		x -= px(w, 16);
	}
}

void phil_timeline_draw(struct window *w, SDL_Rect r)
{
	const struct table *t = phil_table(w->session);
	bool few = t->count <= PAST_FACES;
	double length = few ? SPAN_NS : SPAN_MANY_NS;
	const char *beside = phil_cycle(w->session) ? "around the cycle" : few ? "last 4 s" : "last 12 s";
	SDL_Rect body = panel_draw(w, r, "Philosophers", beside), shown;
	int title = font_width(&w->fonts, FONT_STRONG, "Philosophers") + font_width(&w->fonts, FONT_BODY, beside),
	    below = px(w, 18);

	if (!r.w)
		return;
	draw_legend(w, r, body.x + title + px(w, 24));
	body.h -= below;
	body.y += px(w, 2);
	if (!t->shown || body.h < px(w, 20))
		return;
	shown = few ? draw_lines(w, body) : draw_shares(w, body);
	draw_closed(w, shown, length, body.y + body.h + below - shown.y - shown.h);
	window_hot(w, r, ACTION_NONE,
		   few ? "What each did in the last seconds, by the target's clock"
		       : "How many did what in the last seconds, by the target's clock");
}
