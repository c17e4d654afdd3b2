/*
 * Pictures: see picture.h.
 */
#include "picture.h"

#include <stdlib.h>
#include <string.h>

void picture_free(struct picture *p)
{
	if (p->texture)
		SDL_DestroyTexture(p->texture);
	free(p->to.pixels);
	memset(p, 0, sizeof *p);
}

bool picture_size(struct picture *p, SDL_Renderer *r, int w, int h, bool *fresh)
{
	w = w > 0 ? w : 1;
	h = h > 0 ? h : 1;
	*fresh = !p->texture || p->to.w != w || p->to.h != h;
	if (!*fresh)
		return true;
	picture_free(p);
	p->to = (struct pixels){calloc((size_t)w * h, sizeof *p->to.pixels), w, w, h};
	p->texture = SDL_CreateTexture(r, SDL_PIXELFORMAT_ARGB8888, SDL_TEXTUREACCESS_STREAMING, w, h);
	if (p->texture)
		SDL_SetTextureBlendMode(p->texture, SDL_BLENDMODE_NONE);
	if (p->texture && p->to.pixels)
		return true;
	picture_free(p);
	return false;
}

void picture_changed(struct picture *p)
{
	SDL_UpdateTexture(p->texture, NULL, p->to.pixels, p->to.pitch * (int)sizeof *p->to.pixels);
}

void picture_show(const struct picture *p, SDL_Renderer *r, SDL_Rect where)
{
	if (p->texture)
		SDL_RenderCopy(r, p->texture, NULL, &where);
}
