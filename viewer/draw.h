/*
 * Shapes on an SDL renderer: filled rectangles, rounded rectangles and rings with smooth edges.
 *
 * SDL's own renderer has neither curves nor smooth edges, so each radius is worked out once as a white disc (or ring) in
 * a texture, and its four quarters become the corners. Works alike on the software renderer and on a graphics card.
 * Coordinates are physical pixels; colours are 0xRRGGBB.
 */
#ifndef VIEWER_DRAW_H
#define VIEWER_DRAW_H

#include <SDL.h>
#include <stdint.h>

/* The window's colours (those of cells are in colours.h). */
#define INK_SURFACE 0x0e1116u
#define INK_FIELD 0x0b0d12u /* a field of text, a board */
#define INK_PANEL 0x161b22u
#define INK_BUTTON 0x222936u
#define INK_BUTTON_HOT 0x2d3646u
#define INK_HAIRLINE 0x262d38u
#define INK_TEXT 0xe6edf3u
#define INK_SECOND 0x8b96a5u
#define INK_FAINT 0x5a6472u
#define INK_ACCENT 0xffcf5cu
#define INK_ACCENT_HOT 0xffdc8au
#define INK_BAD 0xff5d62u
#define INK_GOOD 0x7ee05fu
#define INK_CORE0 0xffb454u
#define INK_CORE1 0x59c2ffu
#define INK_CORE2 0xaad94cu
#define INK_CORE3 0xd2a6ffu

#define DRAW_MASKS 48

/* A disc or ring of the given radius, white with the edge in its alpha. */
struct draw_mask {
	SDL_Texture *texture;
	int radius, line; /* line 0: a full disc */
};

struct draw {
	SDL_Renderer *renderer;
	struct draw_mask masks[DRAW_MASKS];
	int masks_used;
};

void draw_open(struct draw *d, SDL_Renderer *renderer);
void draw_close(struct draw *d);
/* Forgets all textures (the renderer lost them, or the scale changed). */
void draw_forget(struct draw *d);

void draw_fill(struct draw *d, SDL_Rect r, uint32_t rgb, uint8_t alpha);
void draw_round(struct draw *d, SDL_Rect r, int radius, uint32_t rgb, uint8_t alpha);
/* Only the outline, line pixels thick, inside r. */
void draw_ring(struct draw *d, SDL_Rect r, int radius, int line, uint32_t rgb, uint8_t alpha);

/* a over b, alpha 0..255: for who paints pixels himself. */
uint32_t draw_mix(uint32_t a, uint32_t b, unsigned alpha);
/* How much (0..255) of the pixel x,y lies within w*h with corners of this radius, inset by a margin (all in pixels). */
unsigned draw_coverage(int x, int y, double w, double h, double margin, double radius);

#endif
