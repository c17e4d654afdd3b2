/*
 * The panel of the cores: a line for each with its load, its share of the demo's work, and what it takes from the others.
 */
#include <stdio.h>

#include "ui_number.h"
#include "window.h"

#define LINE 21
#define HEAD 42         /* title and edges */
#define WIDE_FROM 380   /* narrower panels have the bar and its number only */
#define LOAD_WIDTH 48   /* of the numbers' columns */
#define SHARE_WIDTH 118
#define STEALS_WIDTH 92

static const uint32_t inks[CORES_TOLD] = {INK_CORE0, INK_CORE1, INK_CORE2, INK_CORE3};

bool cores_shown(const struct window *w) { return session_counters(w->session)->cores > 1; }

void cores_wish(const struct window *w, struct panel_wish *wish)
{
	int height = HEAD + LINE * (int)session_counters(w->session)->cores;

	*wish = (struct panel_wish){height, height, height, 0};
}

/* value: 0..1 of the width; < 0: not known. */
static void draw_bar(struct window *w, SDL_Rect r, double value, uint32_t ink)
{
	int bar = px(w, 8);
	SDL_Rect all = {r.x, r.y + (r.h - bar) / 2, r.w, bar};

	if (all.w < 2 * bar)
		return;
	draw_round(&w->draw, all, bar / 2, INK_HAIRLINE, 255);
	all.w = (int)(all.w * (value < 0 ? 0 : value > 1 ? 1 : value));
	if (all.w >= bar)
		draw_round(&w->draw, all, bar / 2, ink, 255);
}

/* Right-aligned at *right, in a column so wide; moves *right to its left edge. */
static void draw_number(struct window *w, int *right, int width, int y, uint32_t ink, const char *text)
{
	font_draw_right(&w->fonts, FONT_NUMBER, *right, y, width, ink, text);
	*right -= width;
}

/* From the right: what it steals, its share of the work, its load; the bar takes what is left. */
static void draw_core(struct window *w, SDL_Rect r, unsigned i, double share)
{
	const struct core_counters *c = &session_counters(w->session)->core[i];
	int right = r.x + r.w, y = font_top(&w->fonts, FONT_NUMBER, r.y + r.h / 2), left = r.x + px(w, 20);
	char text[NUMBER_SIZE + 16], number[NUMBER_SIZE];

	snprintf(text, sizeof text, "%u", i);
	font_draw_fit(&w->fonts, FONT_NUMBER, r.x, y, r.w, inks[i], text);
	if (r.w >= px(w, WIDE_FROM)) {
		snprintf(text, sizeof text, "%s/s", number_short(number, c->steals_per_s));
		draw_number(w, &right, px(w, STEALS_WIDTH), y, INK_SECOND, text);
		snprintf(text, sizeof text, share < 0 ? "–" : "%.1f %%", share * 100);
		draw_number(w, &right, px(w, SHARE_WIDTH), y, INK_TEXT, text);
	}
	snprintf(text, sizeof text, c->load < 0 ? "–" : "%.0f %%", c->load * 100);
	draw_number(w, &right, px(w, LOAD_WIDTH), y, INK_TEXT, text);
	draw_bar(w, (SDL_Rect){left, r.y, right - px(w, 4) - left, r.h}, c->load, inks[i]);
}

/* Above the columns, in the line of the title. */
static void draw_heads(struct window *w, SDL_Rect r, SDL_Rect list, const char *work)
{
	int right = list.x + list.w, y = r.y + px(w, 9);

	if (list.w < px(w, WIDE_FROM))
		return;
	font_draw_right(&w->fonts, FONT_SMALL, right, y, px(w, STEALS_WIDTH), INK_FAINT, "stolen");
	right -= px(w, STEALS_WIDTH);
	font_draw_right(&w->fonts, FONT_SMALL, right, y, px(w, SHARE_WIDTH), INK_FAINT, work);
	right -= px(w, SHARE_WIDTH);
	font_draw_right(&w->fonts, FONT_SMALL, right, y, px(w, LOAD_WIDTH), INK_FAINT, "busy");
}

void cores_draw(struct window *w, SDL_Rect r, const char *work, const double *shares)
{
	unsigned cores = session_counters(w->session)->cores;
	SDL_Rect list = panel_draw(w, r, "Cores", "");
	int line = px(w, LINE);

	if (!list.w)
		return;
	draw_heads(w, r, list, work);
	for (unsigned i = 0; i < cores && (int)(i + 1) * line <= list.h + px(w, 4); i++)
		draw_core(w, (SDL_Rect){list.x, list.y + (int)i * line, list.w, line}, i, shares[i]);
	window_hot(
		w, r, ACTION_NONE,
		"Each core: how busy it is, its share of the work since boot, and how many threads a second it takes from the others' queues");
}
