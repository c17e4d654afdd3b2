/*
 * The table as a picture, without a window: the same scene, drawn by SDL's software renderer into memory.
 */
#include <stdlib.h>
#include <string.h>

#include "../picture.h"
#include "../png.h"
#include "../text.h"
#include "scene.h"

#define SIDE 1024
#define SCALE 1.5

static void mark(uint8_t *marks, const struct table *t, const struct deadlock *d)
{
	for (uint32_t m = 0; d && m < d->members; m++) {
		uint32_t i = phil_of_name(t, d->list[m].name);

		if (i != PHIL_NONE)
			marks[i / 8] |= (uint8_t)(1u << i % 8);
	}
}

/* Paints, puts the words over it, and reads the result back. */
static bool draw(SDL_Renderer *renderer, struct scene *s, uint8_t *rgb)
{
	struct picture picture = {0};
	bool fresh, done;

	scene_arrange(s);
	done = picture_size(&picture, renderer, SIDE, SIDE, &fresh);
	if (done) {
		scene_paint(s, &picture.to);
		picture_changed(&picture);
		picture_show(&picture, renderer, (SDL_Rect){0, 0, SIDE, SIDE});
		scene_words(s, 0, 0);
		done = SDL_RenderReadPixels(renderer, NULL, SDL_PIXELFORMAT_RGB24, rgb, SIDE * 3) == 0;
	}
	picture_free(&picture);
	return done;
}

static bool draw_with_fonts(SDL_Renderer *renderer, struct scene *s, uint8_t *rgb)
{
	bool ours = !TTF_WasInit(), done;

	if (ours && TTF_Init())
		return false;
	s->fonts = calloc(1, sizeof *s->fonts);
	if (s->fonts)
		font_open(s->fonts, renderer, SCALE);
	done = s->fonts && draw(renderer, s, rgb);
	if (s->fonts)
		font_close(s->fonts);
	free(s->fonts);
	if (ours)
		TTF_Quit();
	return done;
}

bool phil_picture(const struct session *session, const struct options *o, const char *path, char *err, size_t err_size)
{
	const struct table *t = phil_table(session);
	static uint8_t marks[CYCLE_MARKS];
	struct grid_view view = {0};
	struct scene s = {.session = session,
			  .table = t,
			  .cycle = phil_cycle(session),
			  .marks = marks,
			  .palette = o->palette,
			  .scale = SCALE,
			  .hover = PHIL_NONE,
			  .selected = PHIL_NONE,
			  .w = SIDE,
			  .h = SIDE,
			  .view = &view};
	SDL_Surface *surface = t->shown ? SDL_CreateRGBSurfaceWithFormat(0, SIDE, SIDE, 32, SDL_PIXELFORMAT_ARGB8888) : NULL;
	SDL_Renderer *renderer = surface ? SDL_CreateSoftwareRenderer(surface) : NULL;
	uint8_t *rgb = renderer ? malloc((size_t)SIDE * SIDE * 3) : NULL;
	bool good = false;

	memset(marks, 0, sizeof marks);
	mark(marks, t, s.cycle);
	if (!t->shown)
		fail(err, err_size, "%s: there is no table to take a picture of", path);
	else if (!rgb || !draw_with_fonts(renderer, &s, rgb))
		fail(err, err_size, "%s: the picture cannot be drawn: %s", path, SDL_GetError());
	else
		good = png_write_rgb(path, SIDE, SIDE, rgb, err, err_size);
	free(rgb);
	if (renderer)
		SDL_DestroyRenderer(renderer);
	SDL_FreeSurface(surface);
	return good;
}
