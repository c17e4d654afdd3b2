/*
 * The philosophers' four tiles.
 */
#include <stdio.h>

#include "../ui_number.h"
#include "window_phil.h"

static void meals_tile(struct window *w)
{
	const struct table *t = phil_table(w->session);
	char number[NUMBER_SIZE], rate[NUMBER_SIZE], goal[NUMBER_SIZE], line[96];

	tile_number(w, number, t->meals);
	number_rate(rate, session_counters(w->session)->progress_per_s);
	if (t->run_state == PHIL_PAUSED)
		snprintf(line, sizeof line, "paused");
	else if (t->run_state == PHIL_OVER && t->goal && t->meals >= t->goal)
		snprintf(line, sizeof line, "the goal is reached");
	else if (t->run_state == PHIL_OVER)
		snprintf(line, sizeof line, "until it stopped");
	else if (t->goal)
		snprintf(line, sizeof line, "%s/s of %s", rate, number_full(goal, t->goal));
	else
		snprintf(line, sizeof line, "%s/s", rate);
	tile_draw(w, 0, "MEALS", number, line, "Meals of all since they sat down, and how many a second");
}

static void fairness_tile(struct window *w)
{
	const struct table *t = phil_table(w->session);
	char number[NUMBER_SIZE], line[96];

	snprintf(number, sizeof number, "%.3f", t->fairness_millionths / 1e6);
	if (t->violations)
		snprintf(line, sizeof line, "%u VIOLATIONS", t->violations);
	else
		snprintf(line, sizeof line, "%u to %u meals each", t->fewest, t->most);
	tile_draw(w, 1, "FAIRNESS", number, line,
		  "Jain's index of the meals: 1 when all had as many; and the fewest and most meals of one");
}

/* Who waits longest, and whether that is a record already; a long name stands alone. */
static void waiter_words(struct window *w, uint64_t now, char *out, size_t size)
{
	const struct table *t = phil_table(w->session);
	char waits[NUMBER_SIZE], room[PHIL_NAME_ROOM];
	const char *name = phil_name(t, t->waiting_who, room);

	if (!now)
		snprintf(out, size, "nobody waits now");
	else if (now > t->wait_max_ns)
		snprintf(out, size, "%s, and growing", name);
	else
		snprintf(out, size, "now %s %s", name, number_time(waits, (double)now));
	if (now && font_width(&w->fonts, FONT_SMALL, out) > tile_room(w))
		snprintf(out, size, "%s", name);
}

/* The longest of all, or the one that goes on if it is longer already. */
static void wait_tile(struct window *w)
{
	const struct table *t = phil_table(w->session);
	uint64_t now = phil_waiting(w->session);
	char number[NUMBER_SIZE], line[96];

	number_time(number, (double)(now > t->wait_max_ns ? now : t->wait_max_ns));
	waiter_words(w, now, line, sizeof line);
	tile_draw(w, 2, "LONGEST WAIT", number, line,
		  "The longest time that one was hungry, from wanting to eat to eating; and who waits longest now");
}

static void eating_tile(struct window *w)
{
	const struct table *t = phil_table(w->session);
	char number[NUMBER_SIZE], used[NUMBER_SIZE], all[NUMBER_SIZE], line[96];

	tile_number(w, number, t->eating);
	snprintf(line, sizeof line, "forks in use %s of %s", number_full(used, t->forks_used), number_full(all, t->count));
	if (font_width(&w->fonts, FONT_SMALL, line) > tile_room(w))
		snprintf(line, sizeof line, "forks %s of %s", used, all);
	tile_draw(w, 3, "EATING NOW", number, line, "Philosophers who eat, and forks that are in a hand");
}

/* Before the first sample. */
static void empty_tiles(struct window *w)
{
	static const char *const labels[] = {"MEALS", "FAIRNESS", "LONGEST WAIT", "EATING NOW"};

	for (int i = 0; i < 4; i++)
		tile_draw(w, i, labels[i], "–", "", NULL);
}

void phil_tiles_draw(struct window *w)
{
	if (!phil_table(w->session)->shown) {
		empty_tiles(w);
		return;
	}
	meals_tile(w);
	fairness_tile(w);
	wait_tile(w);
	eating_tile(w);
}
