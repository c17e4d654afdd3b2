/*
 * The population graph: the history that the session keeps, over generations, from nothing to the peak.
 */
#include "window_life.h"

#include <stdlib.h>

#include "../draw_curve.h"
#include "../ui_number.h"

#define SPAN_MIN 200 /* generations across, at least: a young dish does not jump */

/* One history for all the functions here; the window is single-threaded. */
static uint64_t generations[GRAPH_POINTS];
static uint32_t populations[GRAPH_POINTS];
static size_t points;

void graph_update(struct window *w)
{
	const struct dish *d = life_dish(w->session);
	struct graph_view *g = &life_of(w)->graph;

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
	g->stale = true;
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
	struct graph_view *g = &life_of(w)->graph;
	int columns = g->picture.to.w;
	double *heights = malloc((size_t)columns * sizeof *heights);

	if (!heights)
		return;
	for (int x = 0; x < columns; x++)
		heights[x] = -1;
	if (points)
		sample(heights, columns, g->peak);
	curve_paint(&g->picture.to, heights, px(w, 1.6), INK_ACCENT, INK_PANEL);
	picture_changed(&g->picture);
	g->stale = false;
	free(heights);
}

void graph_draw(struct window *w)
{
	SDL_Rect r = w->layout.panels[PANEL_GRAPH], area = panel_draw(w, r, "Population", "");
	struct graph_view *g = &life_of(w)->graph;
	char number[NUMBER_SIZE];
	bool fresh;

	if (!area.w)
		return;
	number_full(number, life_dish(w->session)->population);
	font_draw_right(&w->fonts, FONT_NUMBER, area.x + area.w, r.y + px(w, 8), area.w / 2, INK_TEXT, number);
	if (area.h < px(w, 12) || !picture_size(&g->picture, w->renderer, area.w, area.h, &fresh))
		return;
	if (g->stale || fresh)
		paint_picture(w);
	picture_show(&g->picture, w->renderer, area);
}
