/*
 * A picture that is painted pixel by pixel and shown by a renderer: pixels in memory, and the texture that they go to.
 */
#ifndef VIEWER_PICTURE_H
#define VIEWER_PICTURE_H

#include <SDL.h>
#include <stdbool.h>

#include "pixels.h"

struct picture {
	SDL_Texture *texture;
	struct pixels to; /* paint here */
};

/* Makes it w x h pixels large, at least 1 x 1. *fresh: what was painted before is gone. False: there is no memory. */
bool picture_size(struct picture *p, SDL_Renderer *r, int w, int h, bool *fresh);
/* After painting, before showing. */
void picture_changed(struct picture *p);
void picture_show(const struct picture *p, SDL_Renderer *r, SDL_Rect where);
/* The renderer has lost its textures, or the window closes. */
void picture_free(struct picture *p);

#endif
