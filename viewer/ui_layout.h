/*
 * Where everything lies in a window of a given size. Pure arithmetic: no drawing, no state.
 *
 * The order stays at any size: the demo's main area, tiles, panels; a small window drops panels from the bottom, a
 * narrow one the whole right column. A rectangle with width 0 is not there.
 */
#ifndef VIEWER_UI_LAYOUT_H
#define VIEWER_UI_LAYOUT_H

#include <SDL.h>

#define LAYOUT_TILES 4
#define LAYOUT_PANELS 5

struct layout {
	int w, h;     /* of the window, in physical pixels */
	double scale; /* physical pixels per pixel of the design */
	SDL_Rect header, main, tiles[LAYOUT_TILES], panels[LAYOUT_PANELS], controls, status;
};

/* A panel of the right column: the heights that it wants, in pixels of the design. It gets `wanted`, or that share of what
 * is there if it is more, up to `most`; the last that fits gets the rest, if that is at least `least`. */
struct panel_wish {
	int least, wanted, most; /* most 0: as much as there is */
	double share;
};

/* What a demo wants: width / height of its main area, so that it does not take room it cannot use; the panels, in order. */
struct layout_wish {
	double aspect;
	struct panel_wish panels[LAYOUT_PANELS];
	int count;
};

void layout_compute(struct layout *l, int w, int h, double scale, const struct layout_wish *wish);
/* n pixels of the design in physical pixels. */
int layout_px(const struct layout *l, double n);

#endif
