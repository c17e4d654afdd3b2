/*
 * Where everything lies in a window of a given size. Pure arithmetic: no drawing, no state.
 *
 * The order stays at any size: board, tiles, graph, threads, console; a small window drops panels from the bottom, a
 * narrow one the whole right column. A rectangle with width 0 is not there.
 */
#ifndef VIEWER_UI_LAYOUT_H
#define VIEWER_UI_LAYOUT_H

#include <SDL.h>

#define LAYOUT_TILES 4

struct layout {
	int w, h;     /* of the window, in physical pixels */
	double scale; /* physical pixels per pixel of the design */
	SDL_Rect header, board, tiles[LAYOUT_TILES], graph, threads, console, controls, status;
};

/* aspect: width / height of the dish, so that the board's panel does not take room the dish cannot use. */
void layout_compute(struct layout *l, int w, int h, double scale, double aspect);
/* n pixels of the design in physical pixels. */
int layout_px(const struct layout *l, double n);

#endif
