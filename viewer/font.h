/*
 * Words on the window: a few text styles, measured and drawn, each string rendered once and kept as a texture.
 *
 * Inter for words, JetBrains Mono for numbers and code, DejaVu when they are missing, and letters of our own
 * (font_bitmap.c) when no font is found at all. PETRI_FONTS=DIR looks in that folder and nowhere else.
 */
#ifndef VIEWER_FONT_H
#define VIEWER_FONT_H

#include <SDL.h>
#include <SDL_ttf.h>
#include <stdbool.h>
#include <stdint.h>

enum font_style {
	FONT_TITLE,  /* the name in the header, headings of overlays */
	FONT_BODY,   /* sentences */
	FONT_STRONG, /* buttons, names of panels */
	FONT_SMALL,  /* labels of tiles, hints */
	FONT_BIG,    /* the number of a tile */
	FONT_NUMBER, /* numbers in lists */
	FONT_CODE,   /* the console, small numbers */
	FONT_STYLES
};

#define FONT_SLOTS 1024 /* strings kept */
#define FONT_WAYS 4
#define FONT_TEXT_MAX 256 /* bytes of one string drawn, with its zero */

struct font_entry {
	char *text;
	SDL_Texture *texture;
	int w, h;
	uint8_t style;
	uint32_t used; /* when, by the counter below */
};

struct font_set {
	SDL_Renderer *renderer;
	TTF_Font *fonts[FONT_STYLES]; /* NULL: our own letters */
	int pixels[FONT_STYLES];      /* size */
	uint32_t counter;
	struct font_entry entries[FONT_SLOTS];
};

/* scale: 1 = the sizes of the design. Never fails: at worst the letters are our own. */
void font_open(struct font_set *f, SDL_Renderer *renderer, double scale);
void font_close(struct font_set *f);
/* Forgets the rendered strings (the renderer lost its textures). */
void font_forget(struct font_set *f);

int font_width(struct font_set *f, enum font_style style, const char *text);
int font_height(struct font_set *f, enum font_style style);
/* Where text must begin for its capitals to stand around the line middle: styles side by side then agree. */
int font_top(struct font_set *f, enum font_style style, int middle);

/* Draws with the upper left corner at x,y; returns the width. */
int font_draw(struct font_set *f, enum font_style style, int x, int y, uint32_t rgb, const char *text);
/* As much as goes into width, with an ellipsis if it is not all; returns the width used. */
int font_draw_fit(struct font_set *f, enum font_style style, int x, int y, int width, uint32_t rgb, const char *text);
/* With the right edge at x; also cut to width. */
int font_draw_right(struct font_set *f, enum font_style style, int x, int y, int width, uint32_t rgb, const char *text);
/* In the middle of r, cut to it. */
void font_draw_centred(struct font_set *f, enum font_style style, SDL_Rect r, uint32_t rgb, const char *text);

/* font_find.c: the path of the first of the file names (ends with NULL) that is installed; false when none is. */
bool font_find(const char *const *names, char *path, size_t size);

/* font_bitmap.c: our own letters: a white picture of text with the shape in its alpha, each dot unit pixels wide. */
SDL_Surface *font_bitmap(const char *text, int unit);
#define FONT_BITMAP_WIDTH 6 /* dots from letter to letter */
#define FONT_BITMAP_HEIGHT 9

#endif
