/*
 * The row under the board: buttons and the speed slider. What does not fit is left out from the right; the keys stay.
 */
#include "window_life.h"

#include <math.h>
#include <stdio.h>

#include "../ui_number.h"

#define SLIDER_WIDEST 220
#define SPEED_MOST 1000.0    /* generations a second at the slider's last step before "max" */
#define SLIDER_MAX_PART 0.94 /* right of this part of the slider: as fast as possible */

/* The slider's place, 0..1, for a speed, and back. Logarithmic: each decade is as long as the next. */
static double place_of_speed(uint32_t milli)
{
	if (!milli)
		return 1;
	double v = fmax(milli / 1000.0, 1);

	return fmin(log10(v) / log10(SPEED_MOST), 1) * SLIDER_MAX_PART * 0.98;
}

static uint32_t speed_of_place(double place)
{
	if (place > SLIDER_MAX_PART)
		return 0;
	double v = pow(SPEED_MOST, fmax(place, 0) / (SLIDER_MAX_PART * 0.98));
	double unit = v < 20 ? 1 : v < 100 ? 5 : v < 200 ? 10 : 50;

	return (uint32_t)(fmin(round(v / unit) * unit, SPEED_MOST) * 1000);
}

static SDL_Rect slider_rect; /* where it was drawn last; the window is single-threaded */

void slider_drag(struct window *w, int action, int x)
{
	uint32_t speed = speed_of_place((double)(x - slider_rect.x) / (slider_rect.w > 0 ? slider_rect.w : 1));

	(void)action;
	if (speed != life_dish(w->session)->speed)
		window_set_speed(w, speed);
}

static void draw_slider(struct window *w, SDL_Rect r)
{
	int line = px(w, 4), knob = px(w, 14), middle = r.y + r.h / 2;
	int at = r.x + (int)(r.w * place_of_speed(life_dish(w->session)->speed));
	SDL_Rect reach = {r.x - knob / 2, r.y, r.w + knob, r.h};
	bool hot = window_hot(w, reach, LIFE_SPEED_SLIDER, "Speed: drag, or + and -; at the right end as fast as possible  (0)");

	slider_rect = r;
	draw_round(&w->draw, (SDL_Rect){r.x, middle - line / 2, r.w, line}, line / 2, INK_HAIRLINE, 255);
	draw_round(&w->draw, (SDL_Rect){r.x, middle - line / 2, at - r.x, line}, line / 2, INK_ACCENT, 255);
	if (hot || w->drag == DRAG_SLIDER)
		knob = px(w, 16);
	draw_round(&w->draw, (SDL_Rect){at - knob / 2, middle - knob / 2, knob, knob}, knob / 2, INK_ACCENT, 255);
}

static void speed_text(char *out, size_t size, uint32_t milli)
{
	char number[NUMBER_SIZE];

	if (!milli)
		snprintf(out, size, "max");
	else if (milli >= 1000000)
		snprintf(out, size, "%.3g k gen/s", milli / 1e6);
	else
		snprintf(out, size, "%s gen/s", number_speed(number, milli));
}

/* Label, slider and value in what the buttons leave; parts that do not fit are left out. */
static void draw_speed(struct window *w, int x, int end)
{
	SDL_Rect row = w->layout.controls;
	int middle = row.y + row.h / 2, gap = px(w, 8), least = px(w, 52);
	int label = font_width(&w->fonts, FONT_BODY, "Speed"), value = font_width(&w->fonts, FONT_NUMBER, "999 gen/s");
	char text[48];

	x += gap;
	end -= gap;
	if (end - x >= label + value + least + 3 * gap) {
		font_draw(&w->fonts, FONT_BODY, x, font_top(&w->fonts, FONT_BODY, middle), INK_SECOND, "Speed");
		x += label + gap;
	}
	bool says = end - x >= value + least + 2 * gap;
	int width = end - x - (says ? value + 2 * gap : 0);

	if (width < least)
		return;
	width = width < px(w, SLIDER_WIDEST) ? width : px(w, SLIDER_WIDEST);
	draw_slider(w, (SDL_Rect){x + px(w, 4), row.y, width - px(w, 4), row.h});
	x += width + 2 * gap;
	speed_text(text, sizeof text, life_dish(w->session)->speed);
	if (says)
		font_draw_fit(&w->fonts, FONT_NUMBER, x, font_top(&w->fonts, FONT_NUMBER, middle), value, INK_TEXT, text);
}

void life_controls_draw(struct window *w)
{
	bool playing = life_dish(w->session)->run_state != LIFE_PAUSED;
	const struct button left[] = {
		{ACTION_RESET, "Reset", "Reset", "Back to the start pattern  (R)", false},
		{ACTION_PLAY, playing ? "Pause" : "Play", "Pause", playing ? "Pause  (Space)" : "Play  (Space)", true},
		{LIFE_STEP, "Step", "Step", "One generation  (S)", false},
	};
	const struct button right[] = {
		{LIFE_OPEN, "Open", "Open", "Open a pattern file  (O); dropping it on the window does as well", false},
		{LIFE_SAVE, "Save", "Save", "Save the dish as RLE  (Ctrl+S)", false},
		button_photo(w, "A PNG of the dish  (P; with Shift of the whole window)"),
		button_record(w),
	};
	int x = w->layout.controls.x + px(w, 4), end = w->layout.controls.x + w->layout.controls.w - px(w, 4);
	int from = end + px(w, 6), count = 0;

	for (int i = 0; i < 3; i++)
		x = button_draw(w, x, &left[i]);
	for (int total = 0; count < 4; count++) { /* as many as leave the slider some room */
		total += button_width(w, &right[count]) + px(w, 6);
		if (end + px(w, 6) - total - x < px(w, 200))
			break;
		from = end + px(w, 6) - total;
	}
	draw_speed(w, x, from);
	for (int i = 0; i < count; i++)
		from = button_draw(w, from, &right[i]);
}
