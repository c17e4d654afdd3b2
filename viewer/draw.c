/*
 * Smooth shapes for SDL's renderer: see draw.h. The masks are made on first use and kept until draw_close().
 */
#include "draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLES 4 /* per pixel and direction, for the smooth edge */

void draw_open(struct draw *d, SDL_Renderer *renderer)
{
	memset(d, 0, sizeof *d);
	d->renderer = renderer;
}

void draw_forget(struct draw *d)
{
	for (int i = 0; i < d->masks_used; i++)
		SDL_DestroyTexture(d->masks[i].texture);
	d->masks_used = 0;
}

void draw_close(struct draw *d) { draw_forget(d); }

uint32_t draw_mix(uint32_t a, uint32_t b, unsigned alpha)
{
	uint32_t out = 0;

	for (int shift = 0; shift < 24; shift += 8) {
		unsigned ca = a >> shift & 255, cb = b >> shift & 255;

		out |= ((ca * alpha + cb * (255 - alpha) + 127) / 255) << shift;
	}
	return out;
}

/* Is the point inside a w*h rectangle, inset by margin, with round corners? */
static int inside(double x, double y, double w, double h, double margin, double radius)
{
	double left = margin + radius, right = w - margin - radius;
	double top = margin + radius, bottom = h - margin - radius;
	double dx = x < left ? left - x : x > right ? x - right : 0;
	double dy = y < top ? top - y : y > bottom ? y - bottom : 0;

	if (radius <= 0)
		return dx <= 0 && dy <= 0;
	return dx * dx + dy * dy <= radius * radius;
}

unsigned draw_coverage(int x, int y, double w, double h, double margin, double radius)
{
	int hits = 0;

	for (int j = 0; j < SAMPLES; j++)
		for (int i = 0; i < SAMPLES; i++)
			hits += inside(x + (i + 0.5) / SAMPLES, y + (j + 0.5) / SAMPLES, w, h, margin, radius);
	return (unsigned)(hits * 255 / (SAMPLES * SAMPLES));
}

static SDL_Texture *mask_make(struct draw *d, int radius, int line)
{
	int side = 2 * radius;
	SDL_Texture *t = SDL_CreateTexture(d->renderer, SDL_PIXELFORMAT_ARGB8888, SDL_TEXTUREACCESS_STATIC, side, side);
	uint32_t *pixels = malloc((size_t)side * side * sizeof *pixels);

	for (int y = 0; pixels && y < side; y++)
		for (int x = 0; x < side; x++) {
			unsigned a = draw_coverage(x, y, side, side, 0, radius);

			if (line)
				a -= draw_coverage(x, y, side, side, line, radius - line);
			pixels[y * side + x] = a << 24 | 0xffffffu;
		}
	if (t && pixels) {
		SDL_UpdateTexture(t, NULL, pixels, side * (int)sizeof *pixels);
		SDL_SetTextureBlendMode(t, SDL_BLENDMODE_BLEND);
	}
	free(pixels);
	return t;
}

static SDL_Texture *mask_find(struct draw *d, int radius, int line)
{
	for (int i = 0; i < d->masks_used; i++)
		if (d->masks[i].radius == radius && d->masks[i].line == line)
			return d->masks[i].texture;
	if (d->masks_used == DRAW_MASKS)
		draw_forget(d);
	struct draw_mask *m = &d->masks[d->masks_used++];

	*m = (struct draw_mask){mask_make(d, radius, line), radius, line};
	return m->texture;
}

void draw_fill(struct draw *d, SDL_Rect r, uint32_t rgb, uint8_t alpha)
{
	/* blending what hides everything is slow in software */
	SDL_SetRenderDrawBlendMode(d->renderer, alpha == 255 ? SDL_BLENDMODE_NONE : SDL_BLENDMODE_BLEND);
	SDL_SetRenderDrawColor(d->renderer, rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255, alpha);
	SDL_RenderFillRect(d->renderer, &r);
}

/* The four quarters of the mask, each in its corner of r. */
static void corners(struct draw *d, SDL_Rect r, int radius, int line, uint32_t rgb, uint8_t alpha)
{
	SDL_Texture *t = mask_find(d, radius, line);

	SDL_SetTextureColorMod(t, rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255);
	SDL_SetTextureAlphaMod(t, alpha);
	for (int i = 0; i < 4; i++) {
		int right = i & 1, low = i >> 1;
		SDL_Rect from = {right * radius, low * radius, radius, radius};
		SDL_Rect to = {right ? r.x + r.w - radius : r.x, low ? r.y + r.h - radius : r.y, radius, radius};

		SDL_RenderCopy(d->renderer, t, &from, &to);
	}
}

static int fitting_radius(SDL_Rect r, int radius)
{
	int most = (r.w < r.h ? r.w : r.h) / 2;

	return radius < most ? radius : most;
}

void draw_round(struct draw *d, SDL_Rect r, int radius, uint32_t rgb, uint8_t alpha)
{
	radius = fitting_radius(r, radius);
	if (radius < 1) {
		draw_fill(d, r, rgb, alpha);
		return;
	}
	corners(d, r, radius, 0, rgb, alpha);
	draw_fill(d, (SDL_Rect){r.x + radius, r.y, r.w - 2 * radius, radius}, rgb, alpha);
	draw_fill(d, (SDL_Rect){r.x, r.y + radius, r.w, r.h - 2 * radius}, rgb, alpha);
	draw_fill(d, (SDL_Rect){r.x + radius, r.y + r.h - radius, r.w - 2 * radius, radius}, rgb, alpha);
}

void draw_ring(struct draw *d, SDL_Rect r, int radius, int line, uint32_t rgb, uint8_t alpha)
{
	radius = fitting_radius(r, radius);
	if (radius > 0)
		corners(d, r, radius, line, rgb, alpha);
	draw_fill(d, (SDL_Rect){r.x + radius, r.y, r.w - 2 * radius, line}, rgb, alpha);
	draw_fill(d, (SDL_Rect){r.x + radius, r.y + r.h - line, r.w - 2 * radius, line}, rgb, alpha);
	draw_fill(d, (SDL_Rect){r.x, r.y + radius, line, r.h - 2 * radius}, rgb, alpha);
	draw_fill(d, (SDL_Rect){r.x + r.w - line, r.y + radius, line, r.h - 2 * radius}, rgb, alpha);
}
