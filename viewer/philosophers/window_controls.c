/*
 * The row under the table: buttons, the strategy, the number. What does not fit is left out from the right; the keys stay.
 */
#include <stdio.h>

#include "../ui_number.h"
#include "window_phil.h"

/* A field that shows what is chosen and opens something: a button with a dark ground. Returns where the next one begins. */
static int draw_field(struct window *w, int x, int width, int action, const char *text, bool opens, const char *tip)
{
	SDL_Rect r = {x, w->layout.controls.y, width, w->layout.controls.h};
	bool hot = window_hot(w, r, action, tip);
	int arrow = opens ? px(w, 18) : 0, y = font_top(&w->fonts, FONT_BODY, r.y + r.h / 2), half = px(w, 4);

	draw_round(&w->draw, r, px(w, 7), hot ? INK_BUTTON_HOT : INK_BUTTON, 255);
	font_draw_fit(&w->fonts, FONT_BODY, r.x + px(w, 10), y, width - px(w, 16) - arrow, INK_TEXT, text);
	for (int i = 0; opens && i < half; i++) /* a small triangle, upwards: there the menu opens */
		draw_fill(&w->draw, (SDL_Rect){r.x + r.w - px(w, 14) - i, r.y + r.h / 2 - half / 2 + i, 2 * i + 1, 1}, INK_SECOND,
			  255);
	return x + width + px(w, 6);
}

static int label_width(struct window *w, const char *label)
{
	return px(w, 6) + font_width(&w->fonts, FONT_BODY, label) + px(w, 8);
}

static int draw_label(struct window *w, int x, const char *label)
{
	SDL_Rect row = w->layout.controls;

	x += px(w, 6);
	return x + font_draw(&w->fonts, FONT_BODY, x, font_top(&w->fonts, FONT_BODY, row.y + row.h / 2), INK_SECOND, label) +
	       px(w, 8);
}

static int draw_strategy(struct window *w, int x, bool label)
{
	const struct table *t = phil_table(w->session);
	int width = font_width(&w->fonts, FONT_BODY, "chandy-misra") + px(w, 36);

	if (label)
		x = draw_label(w, x, "Strategy");
	return draw_field(w, x, width, PHIL_STRATEGY_MENU, t->shown ? phil_strategy_name(t->strategy) : "", true,
			  "How they come by their forks: another strategy restarts them  (S)");
}

static int draw_number(struct window *w, int x)
{
	const struct table *t = phil_table(w->session);
	int width = font_width(&w->fonts, FONT_BODY, "N 10,000") + px(w, 20);
	char number[NUMBER_SIZE], text[NUMBER_SIZE + 8] = "N";

	if (t->shown)
		snprintf(text, sizeof text, "N %s", number_full(number, t->count));
	return draw_field(w, x, width, PHIL_NUMBER, text, false,
			  "How many philosophers, 2 to 10,000  (N; [ and ] for fewer and more)");
}

#define BUTTONS 4
#define FURTHER 3

static int total_width(struct window *w, const struct button *buttons, int count)
{
	int total = 0;

	for (int i = 0; i < count; i++)
		total += button_width(w, &buttons[i]) + px(w, 6);
	return total;
}

void phil_controls_draw(struct window *w)
{
	bool rests = session_resting(w->session), over = phil_table(w->session)->run_state == PHIL_OVER,
	     one = phil_of(w)->selected != PHIL_NONE;
	const struct table *t = phil_table(w->session);
	uint32_t selected = phil_of(w)->selected;
	bool frozen = one && t->shown && selected < t->count && t->looks[selected] & PHIL_FROZEN;
	const struct button first[BUTTONS] = {
		{ACTION_RESET, "Restart", "Restart", "All sit down anew, hungry  (R)", over},
		{ACTION_PLAY, rests ? "Play" : "Pause", "Pause", rests ? "Play  (Space)" : "Pause: who eats ends it  (Space)",
		 !over},
		{PHIL_FREEZE,
		 frozen ? "Go on"
		 : one  ? "Freeze"
			: "Freeze one",
		 "Freeze one",
		 one ? "The selected one stops where it stands, with what it holds; or goes on  (Z)"
		     : "One of them stops where it stands, with what it holds: click one to choose  (Z)",
		 false},
		{PHIL_KILL, one ? "Kill" : "Kill one", "Kill one",
		 one ? "The selected one's thread ends, its forks are handed on  (K)"
		     : "The thread of one ends, its forks are handed on: click one to choose  (K)",
		 false},
	};
	const struct button further[FURTHER] = {
		{PHIL_TIMES, "Times", "Times", "How long they think, eat and reach  (T; + and - for twice and half as fast)", false},
		button_record(w),
		button_photo(w, "A PNG of the table  (P; with Shift of the whole window)"),
	};
	int x = w->layout.controls.x + px(w, 4), end = w->layout.controls.x + w->layout.controls.w;
	int fields = font_width(&w->fonts, FONT_BODY, "chandy-misraN 10,000") + px(w, 68), count = FURTHER;
	int labels = label_width(w, "Strategy"), needed = total_width(w, first, BUTTONS) + fields;

	while (count > 0 && x + needed + total_width(w, further, count) > end + px(w, 6))
		count--;
	bool label = x + needed + labels + total_width(w, further, count) <= end + px(w, 6);

	for (int i = 0; i < BUTTONS && x + button_width(w, &first[i]) <= end; i++)
		x = button_draw(w, x, &first[i]);
	if (x + fields > end + px(w, 6))
		return;
	x = draw_strategy(w, x, label);
	x = draw_number(w, x);
	for (int i = 0; i < count; i++)
		x = button_draw(w, x, &further[i]);
}
