/*
 * What lies over the window: the key help, the question for a line of text, the tooltip.
 */
#include "window.h"

#include <stdlib.h>
#include <string.h>

#define TIP_AFTER_MS 450
#define LINE 21
#define LOW 40

static void dim(struct window *w) { draw_fill(&w->draw, (SDL_Rect){0, 0, w->layout.w, w->layout.h}, 0x05070a, 170); }

static SDL_Rect centred(const struct window *w, int width, int height)
{
	int margin = px(w, 12);

	if (width > w->layout.w - 2 * margin)
		width = w->layout.w - 2 * margin;
	if (height > w->layout.h - 2 * margin)
		height = w->layout.h - 2 * margin;
	return (SDL_Rect){(w->layout.w - width) / 2, (w->layout.h - height) / 2, width, height};
}

#define HELP_MAX 64

/* The demo's lines and then those of all. */
static int help_all(const struct window *w, const struct help_line *lines[HELP_MAX])
{
	int n = 0;

	for (const struct help_line *l = w->face->help; l->text && n < HELP_MAX; l++)
		lines[n++] = l;
	for (const struct help_line *l = shared_help; l->text && n < HELP_MAX; l++)
		lines[n++] = l;
	return n;
}

/* y: the middle of the line. */
static void draw_help_line(struct window *w, const struct help_line *line, int x, int y, int width, int keys)
{
	if (!line->keys) {
		font_draw_fit(&w->fonts, FONT_STRONG, x, font_top(&w->fonts, FONT_STRONG, y), width, INK_ACCENT, line->text);
		return;
	}
	font_draw_fit(&w->fonts, FONT_CODE, x, font_top(&w->fonts, FONT_CODE, y), keys, INK_TEXT, line->keys);
	font_draw_fit(&w->fonts, FONT_BODY, x + keys, font_top(&w->fonts, FONT_BODY, y), width - keys, INK_SECOND, line->text);
}

/* The columns break at the heading that leaves them most alike. */
static int first_of_second_column(const struct help_line *const *lines, int n)
{
	int best = 0;

	for (int i = 1; i < n; i++)
		if (!lines[i]->keys && abs(n - 2 * i) < abs(n - 2 * best))
			best = i;
	return best;
}

static int longer(int a, int b) { return a > b ? a : b; }

static int widest_keys(struct window *w, const struct help_line *const *lines, int n)
{
	int widest = 0;

	for (int i = 0; i < n; i++)
		if (lines[i]->keys)
			widest = longer(widest, font_width(&w->fonts, FONT_CODE, lines[i]->keys));
	return widest;
}

static int column_of(int i, int split, int columns) { return columns == 2 && i >= split; }

/* Smaller lines when the window is low, so that the whole help is always there. */
void help_draw(struct window *w)
{
	const struct help_line *lines[HELP_MAX];
	int n = help_all(w, lines), split = first_of_second_column(lines, n);
	int columns = w->layout.w >= px(w, 620) ? 2 : 1, rows = columns == 2 ? longer(split, n - split) : n;
	int line = px(w, LINE), room = w->layout.h - px(w, 24 + 76);

	if (rows * line > room)
		line = room / rows;
	SDL_Rect r = centred(w, columns == 2 ? px(w, 720) : px(w, 370), rows * line + px(w, 76));
	int width = (r.w - px(w, 48) - (columns - 1) * px(w, 24)) / columns, keys = widest_keys(w, lines, n) + px(w, 16);

	dim(w);
	window_panel(w, r);
	font_draw_fit(&w->fonts, FONT_TITLE, r.x + px(w, 24), r.y + px(w, 16), r.w - px(w, 48), INK_TEXT, "Keys and mouse");
	for (int i = 0; i < n; i++) {
		int column = column_of(i, split, columns), row = column ? i - split : i;
		int x = r.x + px(w, 24) + column * (width + px(w, 24));

		draw_help_line(w, lines[i], x, r.y + px(w, 56) + row * line + line / 2, width, keys);
	}
}

/* The text with its cursor in sight: a long one is shifted to the left. */
static void draw_field(struct window *w, SDL_Rect r)
{
	struct prompt *p = &w->prompt;
	char before[PROMPT_MAX];
	const char *from = p->text;
	int room = r.w - px(w, 24), y = font_top(&w->fonts, FONT_NUMBER, r.y + r.h / 2);

	memcpy(before, p->text, p->cursor);
	before[p->cursor] = 0;
	while (font_width(&w->fonts, FONT_NUMBER, before + (from - p->text)) > room - px(w, 4))
		do
			from++;
		while ((*from & 0xc0) == 0x80);
	draw_round(&w->draw, r, px(w, 6), INK_FIELD, 255);
	draw_ring(&w->draw, r, px(w, 6), px(w, 1), INK_ACCENT, 255);
	font_draw_fit(&w->fonts, FONT_NUMBER, r.x + px(w, 12), y, room, INK_TEXT, from);
	int at = r.x + px(w, 12) + font_width(&w->fonts, FONT_NUMBER, before + (from - p->text));

	draw_fill(&w->draw, (SDL_Rect){at, r.y + px(w, 8), px(w, 1.5), r.h - px(w, 16)}, INK_ACCENT, 255);
}

void prompt_draw(struct window *w)
{
	SDL_Rect r = centred(w, px(w, 560), px(w, 132));
	int x = r.x + px(w, 20), room = r.w - px(w, 40);
	bool bad = w->prompt.error[0];

	dim(w);
	window_panel(w, r);
	font_draw_fit(&w->fonts, FONT_STRONG, x, r.y + px(w, 16), room, INK_TEXT, w->prompt.title);
	draw_field(w, (SDL_Rect){x, r.y + px(w, 44), room, px(w, 36)});
	font_draw_fit(&w->fonts, FONT_BODY, x, r.y + px(w, 94), room, bad ? INK_BAD : INK_SECOND,
		      bad ? w->prompt.error : w->prompt.hint);
}

bool tooltip_due(const struct window *w)
{
	return w->mouse_x >= 0 && !w->help && !w->prompt.kind && !w->menu.count && !w->drag &&
	       SDL_GetTicks64() - w->mouse_still >= TIP_AFTER_MS;
}

void tooltip_draw(struct window *w)
{
	const struct hot *h = window_hot_at(w, w->mouse_x, w->mouse_y);

	if (!h || !h->tip || !tooltip_due(w))
		return;
	int width = font_width(&w->fonts, FONT_BODY, h->tip) + px(w, 20), height = font_height(&w->fonts, FONT_BODY) + px(w, 12);
	int margin = px(w, 6), y = h->rect.y + h->rect.h + margin;

	if (width > w->layout.w - 2 * margin)
		width = w->layout.w - 2 * margin;
	int x = w->mouse_x - width / 2;

	x = x < margin ? margin : x + width > w->layout.w - margin ? w->layout.w - margin - width : x;
	if (y + height > w->layout.h - px(w, LOW)) /* not over the last line of the window */
		y = h->rect.y - height - margin;
	SDL_Rect r = {x, y < 0 ? 0 : y, width, height};

	draw_round(&w->draw, r, px(w, 6), INK_BUTTON_HOT, 255);
	draw_ring(&w->draw, r, px(w, 6), px(w, 1), 0x3a4557, 255);
	r.x += px(w, 10);
	r.w -= px(w, 20);
	font_draw_centred(&w->fonts, FONT_BODY, r, INK_TEXT, h->tip);
}
