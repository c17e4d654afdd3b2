/*
 * The population graph: the history that the session keeps, over generations, from nothing to the peak.
 */
#include "window.h"

#include <stdlib.h>

#include "draw_curve.h"
#include "ui_number.h"

#define SPAN_MIN 200 /* generations across, at least: a young dish does not jump */

/* One history for all the functions here; the window is single-threaded. */
static uint64_t generations[GRAPH_POINTS];
static uint32_t populations[GRAPH_POINTS];
static size_t points;

void graph_update(struct window *w)
{
	const struct dish *d = life_dish(w->session);
	struct graph_view *g = &w->graph;

	if (g->painted == d->shown)
		return;
	g->painted = d->shown;
	points = life_graph(w->session, generations, populations, GRAPH_POINTS);
	g->peak = d->population;
	g->peak_at = d->generation;
	for (size_t i = points; i-- > 0;)
		if (populations[i] >= g->peak) {
			g->peak = populations[i];
			g->peak_at = generations[i];
		}
	if (g->pixels)
		g->pixels[0] = 0; /* to be painted anew */
}

static bool make_picture(struct window *w, SDL_Rect area)
{
	struct graph_view *g = &w->graph;

	if (g->texture && g->w == area.w && g->h == area.h)
		return true;
	if (g->texture)
		SDL_DestroyTexture(g->texture);
	free(g->pixels);
	g->w = area.w;
	g->h = area.h;
	g->texture = SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_ARGB8888, SDL_TEXTUREACCESS_STREAMING, g->w, g->h);
	if (g->texture)
		SDL_SetTextureBlendMode(g->texture, SDL_BLENDMODE_NONE);
	g->pixels = calloc((size_t)g->w * g->h, sizeof *g->pixels);
	return g->texture && g->pixels;
}

/* The population at this (fractional) generation, between the two points around it; *from moves along. */
static double population_at(double generation, size_t *from)
{
	while (*from + 1 < points && (double)generations[*from + 1] <= generation)
		(*from)++;
	if (*from + 1 >= points)
		return populations[*from];
	double a = (double)generations[*from], b = (double)generations[*from + 1];
	double part = b > a && generation > a ? (generation - a) / (b - a) : 0;

	return populations[*from] + part * ((double)populations[*from + 1] - populations[*from]);
}

static void sample(double *heights, int columns, uint32_t peak)
{
	double first = (double)generations[0], last = (double)generations[points - 1];
	double span = last - first < SPAN_MIN ? SPAN_MIN : last - first;
	size_t from = 0;

	for (int x = 0; x < columns; x++) {
		double generation = first + span * (x + 0.5) / columns;

		heights[x] = generation > last + span / columns ? -1 : population_at(generation, &from) / (peak ? peak : 1);
	}
}

static void paint_picture(struct window *w)
{
	struct graph_view *g = &w->graph;
	struct pixels t = {g->pixels, g->w, g->w, g->h};
	double *heights = malloc((size_t)g->w * sizeof *heights);

	if (!heights || g->pixels[0]) {
		free(heights);
		return;
	}
	for (int x = 0; x < g->w; x++)
		heights[x] = -1;
	if (points)
		sample(heights, g->w, g->peak);
	curve_paint(&t, heights, px(w, 1.6), INK_ACCENT, INK_PANEL);
	SDL_UpdateTexture(g->texture, NULL, g->pixels, g->w * (int)sizeof *g->pixels);
	free(heights);
}

void graph_draw(struct window *w)
{
	SDL_Rect r = w->layout.graph;
	int x = r.x + px(w, 12), y = r.y + px(w, 8), title;
	char number[NUMBER_SIZE];

	if (!r.w)
		return;
	window_panel(w, r);
	title = font_draw(&w->fonts, FONT_STRONG, x, y, INK_TEXT, "Population");
	number_full(number, life_dish(w->session)->population);
	font_draw_right(&w->fonts, FONT_NUMBER, r.x + r.w - px(w, 12), y, r.w - px(w, 36) - title, INK_TEXT, number);
	y += font_height(&w->fonts, FONT_STRONG) + px(w, 8);
	SDL_Rect area = {x, y, r.w - px(w, 24), r.y + r.h - px(w, 12) - y};

	if (area.h < px(w, 12) || !make_picture(w, area))
		return;
	paint_picture(w);
	SDL_RenderCopy(w->renderer, w->graph.texture, NULL, &area);
}
