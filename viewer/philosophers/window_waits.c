/*
 * The histogram of waiting times: each bar holds twice the time of the one before it.
 */
#include <math.h>
#include <stdio.h>

#include "../ui_number.h"
#include "window_phil.h"

#define BARS_LEAST 14
#define INK_BAR 0x4a5a75u

struct range {
	int first, last;
};

static int bucket_of(uint64_t ns)
{
	int b = 0;

	for (uint64_t us = ns / 1000; us && b < (int)PHIL_BUCKETS - 1; us >>= 1)
		b++;
	return b;
}

/* Those that hold something and one on each side, and the one of the wait that goes on; never so few that bars are blocks. */
static struct range range_of(const struct table *t, int now)
{
	struct range r = {PHIL_BUCKETS, -1};

	for (int i = 0; i < (int)PHIL_BUCKETS; i++)
		if (t->waits[i] || i == now) {
			r.first = i < r.first ? i : r.first;
			r.last = i;
		}
	if (r.last < 0)
		r = (struct range){4, 4};
	r.first = r.first > 0 ? r.first - 1 : 0;
	r.last = r.last < (int)PHIL_BUCKETS - 1 ? r.last + 1 : r.last;
	while (r.last - r.first + 1 < BARS_LEAST) {
		r.first -= r.first > 0;
		r.last += r.last < (int)PHIL_BUCKETS - 1;
	}
	return r;
}

/* Bars are as high as the square root: a few long waits among thousands of short ones are to be seen. */
static int height_of(uint32_t meals, uint32_t most, int room)
{
	return meals ? (int)fmax(2, sqrt((double)meals / most) * room) : 0;
}

static void draw_bars(struct window *w, SDL_Rect r, struct range range, int now)
{
	const struct table *t = phil_table(w->session);
	uint32_t most = 1;

	for (unsigned i = 0; i < PHIL_BUCKETS; i++)
		most = t->waits[i] > most ? t->waits[i] : most;
	for (int i = range.first; i <= range.last; i++) {
		int n = range.last - range.first + 1, x0 = r.x + (i - range.first) * r.w / n,
		    x1 = r.x + (i + 1 - range.first) * r.w / n;
		int gap = px(w, 3), h = height_of(t->waits[i], most, r.h), waits = px(w, 12);

		if (h)
			draw_round(&w->draw, (SDL_Rect){x0 + gap / 2, r.y + r.h - h, x1 - x0 - gap, h}, px(w, 2), INK_BAR, 255);
		if (i == now)
			draw_round(&w->draw, (SDL_Rect){x0 + gap / 2, r.y + r.h - waits, x1 - x0 - gap, waits}, px(w, 2),
				   phil_colour(w->palette, PHIL_HUNGRY), 255);
	}
}

/* Times under the edges between bars: each, or every second, ... as there is room. */
static void draw_axis(struct window *w, SDL_Rect r, struct range range)
{
	int n = range.last - range.first + 1, y = r.y + (r.h - font_height(&w->fonts, FONT_SMALL)) / 2;
	int room = font_width(&w->fonts, FONT_SMALL, "888 ms") + px(w, 12), stride = room * n / (r.w > 0 ? r.w : 1) + 1;

	for (int i = range.first + 1; i <= range.last; i += stride) {
		int middle = r.x + (i - range.first) * r.w / n, width;
		char text[NUMBER_SIZE];

		number_time(text, ldexp(1000, i - 1));
		width = font_width(&w->fonts, FONT_SMALL, text);
		font_draw(&w->fonts, FONT_SMALL, middle - width / 2, y, INK_FAINT, text);
	}
}

void phil_waits_draw(struct window *w)
{
	SDL_Rect r = w->layout.panels[PANEL_WAITS];
	const struct table *t = phil_table(w->session);
	uint64_t waits = phil_waiting(w->session);
	int now = waits ? bucket_of(waits) : -1;
	struct range range = range_of(t, now);
	char text[96] = "", median[NUMBER_SIZE], p99[NUMBER_SIZE];

	if (!r.w)
		return;
	if (t->has_waits && t->meals)
		snprintf(text, sizeof text, "median %s  p99 %s", number_time(median, (double)t->median_ns),
			 number_time(p99, (double)t->p99_ns));
	int used = font_width(&w->fonts, FONT_NUMBER, text), title = font_width(&w->fonts, FONT_STRONG, "Waiting time");
	int beside = title + font_width(&w->fonts, FONT_BODY, "meals by time spent hungry") + used + px(w, 60);
	SDL_Rect body = panel_draw(w, r, "Waiting time", beside <= r.w ? "meals by time spent hungry" : "");

	font_draw_right(&w->fonts, FONT_NUMBER, body.x + body.w, r.y + px(w, 8), body.w - title - px(w, 12), INK_SECOND, text);
	SDL_Rect axis = {body.x, body.y + body.h - px(w, 20), body.w, px(w, 20)};

	body.h -= px(w, 24);
	if (body.h < px(w, 16))
		return;
	if (t->has_waits || now >= 0)
		draw_bars(w, body, range, now);
	draw_fill(&w->draw, (SDL_Rect){body.x, body.y + body.h, body.w, px(w, 1)}, INK_HAIRLINE, 255);
	draw_axis(w, axis, range);
	window_hot(w, r, ACTION_NONE,
		   "How long meals had to be waited for; bar heights are square roots. Orange: the longest wait that goes on now");
}
