/*
 * Styles, the cache of rendered strings, and drawing: see font.h.
 *
 * Strings are cached whole, not glyph by glyph: so the font's own spacing between letters is kept. The cache is a table
 * of small sets; in a full set the string unused for longest goes.
 */
#include "font.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ELLIPSIS "…"
#define CAPITALS 0.73 /* height of capitals, of the size; near enough for all fonts used */

static const char *const words[] = {"Inter-Regular.otf", "Inter-Regular.ttf", "InterVariable.ttf", "DejaVuSans.ttf", NULL};
static const char *const strong[] = {"Inter-Medium.otf", "Inter-Medium.ttf", "InterVariable.ttf", "DejaVuSans.ttf", NULL};
static const char *const title[] = {"Inter-SemiBold.otf", "Inter-SemiBold.ttf", "InterVariable.ttf", "DejaVuSans-Bold.ttf", NULL};
static const char *const mono[] = {"JetBrainsMono-Regular.ttf", "DejaVuSansMono.ttf", NULL};

static const struct {
	const char *const *names;
	double pixels;
} styles[FONT_STYLES] = {
	[FONT_TITLE] = {title, 18}, [FONT_BODY] = {words, 13},  [FONT_STRONG] = {strong, 13}, [FONT_SMALL] = {words, 11},
	[FONT_BIG] = {mono, 22},    [FONT_NUMBER] = {mono, 13}, [FONT_CODE] = {mono, 11.5},
};

void font_open(struct font_set *f, SDL_Renderer *renderer, double scale)
{
	memset(f, 0, sizeof *f);
	f->renderer = renderer;
	for (int i = 0; i < FONT_STYLES; i++) {
		char path[1024];

		f->pixels[i] = (int)lround(styles[i].pixels * scale);
		if (font_find(styles[i].names, path, sizeof path))
			f->fonts[i] = TTF_OpenFont(path, f->pixels[i]);
		if (f->fonts[i])
			TTF_SetFontHinting(f->fonts[i], TTF_HINTING_LIGHT_SUBPIXEL);
	}
}

static void entry_clear(struct font_entry *e)
{
	free(e->text);
	if (e->texture)
		SDL_DestroyTexture(e->texture);
	*e = (struct font_entry){0};
}

void font_forget(struct font_set *f)
{
	for (int i = 0; i < FONT_SLOTS; i++)
		entry_clear(&f->entries[i]);
}

void font_close(struct font_set *f)
{
	font_forget(f);
	for (int i = 0; i < FONT_STYLES; i++)
		if (f->fonts[i])
			TTF_CloseFont(f->fonts[i]);
}

/* Dots of our own letters: the nearest whole multiple that is not higher than the style. */
static int bitmap_unit(const struct font_set *f, enum font_style style)
{
	int unit = f->pixels[style] / FONT_BITMAP_HEIGHT;

	return unit > 0 ? unit : 1;
}

#define PLAIN_ROOM (2 * FONT_TEXT_MAX)

/* Some fonts take the x of 0x40 for a sign of multiplication: the Cyrillic letter that looks the same is none to them. */
static const char *plain_x(TTF_Font *font, const char *text, char *out)
{
	static const char apart[] = "0\u0445";
	size_t n = 0;
	const char *at = strstr(text, "0x");

	if (!at || !TTF_GlyphIsProvided(font, 0x0445))
		return text;
	for (; at && n + (size_t)(at - text) + sizeof apart < PLAIN_ROOM; at = strstr(text, "0x")) {
		n += (size_t)snprintf(out + n, PLAIN_ROOM - n, "%.*s%s", (int)(at - text), text, apart);
		text = at + 2;
	}
	snprintf(out + n, PLAIN_ROOM - n, "%s", text);
	return out;
}

static SDL_Surface *render(struct font_set *f, enum font_style style, const char *text)
{
	char plain[PLAIN_ROOM];

	if (f->fonts[style])
		return TTF_RenderUTF8_Blended(f->fonts[style], plain_x(f->fonts[style], text, plain),
					      (SDL_Color){255, 255, 255, 255});
	return font_bitmap(text, bitmap_unit(f, style));
}

static uint32_t hash(enum font_style style, const char *text)
{
	uint32_t h = 2166136261u + (uint32_t)style;

	while (*text)
		h = (h ^ (uint8_t)*text++) * 16777619u;
	return h ^ h >> 15;
}

/* The slot that holds the string, or the one to give up for it. */
static struct font_entry *entry_find(struct font_set *f, enum font_style style, const char *text, bool *hit)
{
	struct font_entry *set = &f->entries[hash(style, text) % (FONT_SLOTS / FONT_WAYS) * FONT_WAYS], *oldest = set;

	for (struct font_entry *e = set; e < set + FONT_WAYS; e++) {
		if (e->text && e->style == style && !strcmp(e->text, text)) {
			*hit = true;
			return e;
		}
		if (e->used < oldest->used)
			oldest = e;
	}
	*hit = false;
	return oldest;
}

static struct font_entry *entry_get(struct font_set *f, enum font_style style, const char *text)
{
	bool hit;
	struct font_entry *e = entry_find(f, style, text, &hit);

	if (!hit) {
		SDL_Surface *s = render(f, style, text);

		entry_clear(e);
		e->text = strdup(text);
		e->style = (uint8_t)style;
		if (s) {
			e->texture = SDL_CreateTextureFromSurface(f->renderer, s);
			e->w = s->w;
			e->h = s->h;
			SDL_FreeSurface(s);
		}
	}
	e->used = ++f->counter;
	return e;
}

/* Letters (not continuation bytes) of UTF-8. */
static int letters(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

int font_width(struct font_set *f, enum font_style style, const char *text)
{
	char plain[PLAIN_ROOM];
	int w = 0;

	if (f->fonts[style])
		TTF_SizeUTF8(f->fonts[style], plain_x(f->fonts[style], text, plain), &w, NULL);
	else
		w = letters(text) * FONT_BITMAP_WIDTH * bitmap_unit(f, style);
	return w;
}

int font_height(struct font_set *f, enum font_style style)
{
	return f->fonts[style] ? TTF_FontHeight(f->fonts[style]) : FONT_BITMAP_HEIGHT * bitmap_unit(f, style);
}

int font_top(struct font_set *f, enum font_style style, int middle)
{
	int unit = bitmap_unit(f, style);

	if (!f->fonts[style])
		return middle - 7 * unit / 2;
	return middle + (int)lround(CAPITALS * f->pixels[style] / 2) - TTF_FontAscent(f->fonts[style]);
}

int font_draw(struct font_set *f, enum font_style style, int x, int y, uint32_t rgb, const char *text)
{
	if (!*text)
		return 0;
	struct font_entry *e = entry_get(f, style, text);

	if (!e->texture)
		return 0;
	SDL_SetTextureColorMod(e->texture, rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255);
	SDL_RenderCopy(f->renderer, e->texture, NULL, &(SDL_Rect){x, y, e->w, e->h});
	return e->w;
}

/* Copies as much of text as goes into width together with an ellipsis. */
static void shorten(struct font_set *f, enum font_style style, int width, const char *text, char *out, size_t size)
{
	size_t low = 0, high = strlen(text), room = size - sizeof ELLIPSIS;

	if (high > room)
		high = room;
	while (low < high) { /* the longest beginning that fits */
		size_t middle = (low + high + 1) / 2;

		snprintf(out, size, "%.*s" ELLIPSIS, (int)middle, text);
		if (font_width(f, style, out) <= width)
			low = middle;
		else
			high = middle - 1;
	}
	while (low && (text[low] & 0xc0) == 0x80) /* not through the middle of a letter */
		low--;
	while (low && text[low - 1] == ' ')
		low--;
	snprintf(out, size, "%.*s%s", (int)low, text, font_width(f, style, ELLIPSIS) <= width ? ELLIPSIS : "");
}

/* The text to draw in this width: itself, or shortened into buffer. */
static const char *fitting(struct font_set *f, enum font_style style, int width, const char *text, char *buffer)
{
	if (strlen(text) < FONT_TEXT_MAX && font_width(f, style, text) <= width)
		return text;
	shorten(f, style, width, text, buffer, FONT_TEXT_MAX);
	return buffer;
}

int font_draw_fit(struct font_set *f, enum font_style style, int x, int y, int width, uint32_t rgb, const char *text)
{
	char buffer[FONT_TEXT_MAX];

	return font_draw(f, style, x, y, rgb, fitting(f, style, width, text, buffer));
}

int font_draw_right(struct font_set *f, enum font_style style, int x, int y, int width, uint32_t rgb, const char *text)
{
	char buffer[FONT_TEXT_MAX];
	const char *t = fitting(f, style, width, text, buffer);

	return font_draw(f, style, x - font_width(f, style, t), y, rgb, t);
}

void font_draw_centred(struct font_set *f, enum font_style style, SDL_Rect r, uint32_t rgb, const char *text)
{
	char buffer[FONT_TEXT_MAX];
	const char *t = fitting(f, style, r.w, text, buffer);
	int x = r.x + (r.w - font_width(f, style, t)) / 2;

	font_draw(f, style, x, font_top(f, style, r.y + r.h / 2), rgb, t);
}
