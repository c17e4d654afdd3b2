/*
 * Life's four tiles.
 */
#include "window_life.h"

#include <stdio.h>

#include "../ui_number.h"

static void generation_tile(struct window *w)
{
	const struct dish *d = life_dish(w->session);
	char number[NUMBER_SIZE], wanted[NUMBER_SIZE], got[NUMBER_SIZE], line[96];

	tile_number(w, number, d->generation);
	number_speed(wanted, d->speed);
	number_rate(got, session_counters(w->session)->progress_per_s);
	if (d->run_state == LIFE_PAUSED)
		snprintf(line, sizeof line, "paused");
	else if (!d->speed)
		snprintf(line, sizeof line, "full speed, got %s/s", got);
	else
		snprintf(line, sizeof line, "wanted %s/s, got %s", wanted, got);
	if (d->sync != LIFE_BARRIER && d->run_state != LIFE_PAUSED && !d->speed)
		snprintf(line, sizeof line, "%s/s, cells %u apart", got, d->spread);
	if (font_width(&w->fonts, FONT_SMALL, line) > tile_room(w) && d->speed)
		snprintf(line, sizeof line, "%s of %s/s", got, wanted);
	tile_draw(w, 0, "GENERATION", number, line, "Generations so far, the speed wanted and the speed reached");
}

static void population_tile(struct window *w)
{
	char number[NUMBER_SIZE], peak[NUMBER_SIZE], at[NUMBER_SIZE], line[96];

	tile_number(w, number, life_dish(w->session)->population);
	snprintf(line, sizeof line, "peak %s at %s", number_full(peak, life_of(w)->graph.peak),
		 number_full(at, life_of(w)->graph.peak_at));
	tile_draw(w, 1, "POPULATION", number, line, "Living cells, and the most there were");
}

static void threads_tile(struct window *w)
{
	char number[NUMBER_SIZE], cells[NUMBER_SIZE], line[96];

	tile_number(w, number, session_counters(w->session)->threads_alive);
	snprintf(line, sizeof line, "%s are cells", number_full(cells, life_dish(w->session)->living_threads));
	tile_draw(w, 2, "THREADS", number, line, "Threads alive in the target: one for each cell, and the system's own");
}

static void switches_tile(struct window *w)
{
	const struct counters *c = session_counters(w->session);
	char number[NUMBER_SIZE], preempted[NUMBER_SIZE], line[96];

	number_short(number, c->switches_per_s + c->preemptions_per_s);
	snprintf(line, sizeof line, "%s preempted/s", number_short(preempted, c->preemptions_per_s));
	tile_draw(w, 3, "SWITCHES/S", number, line, "From thread to thread, by the target's clock; preempted: against its will");
}

void life_tiles_draw(struct window *w)
{
	generation_tile(w);
	population_tile(w);
	threads_tile(w);
	switches_tile(w);
}
