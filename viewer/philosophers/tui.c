/*
 * The philosophers in the terminal: the table, some lines of statistics, and the cycle when there is one.
 */
#include <stdio.h>
#include <string.h>

#include "tui_table.h"

#include "../ui_number.h"

#define FACTS 3u
#define CYCLE_LINES 6u

/* The terminal's texts are plain ASCII. */
static const char *time_text(char *out, double ns)
{
	char *micro;

	number_time(out, ns);
	micro = strstr(out, "µ");
	if (micro) {
		*micro = 'u';
		memmove(micro + 1, micro + 2, strlen(micro + 2) + 1);
	}
	return out;
}

static void fact_meals(const struct session *s, char *out, size_t size)
{
	const struct table *t = phil_table(s);

	snprintf(out, size,
		 " meals %llu (%.4g/s)  each %u to %u  fairness %.3f  thinking %u  hungry %u  eating %u  forks %u of %u%s",
		 (unsigned long long)t->meals, session_counters(s)->progress_per_s, t->fewest, t->most,
		 t->fairness_millionths / 1e6, t->thinking, t->hungry, t->eating, t->forks_used, t->count,
		 t->violations ? "  VIOLATIONS" : "");
}

static void fact_waits(const struct session *s, char *out, size_t size)
{
	const struct table *t = phil_table(s);
	char mean[NUMBER_SIZE], median[NUMBER_SIZE], p99[NUMBER_SIZE], most[NUMBER_SIZE], now[NUMBER_SIZE], who[PHIL_NAME_ROOM];
	uint64_t waits = phil_waiting(s);

	snprintf(out, size, " waits: mean %s  median %s  p99 %s  longest %s  now %s%s%s", time_text(mean, t->wait_mean_ns),
		 time_text(median, t->median_ns), time_text(p99, t->p99_ns), time_text(most, t->wait_max_ns),
		 time_text(now, waits), waits ? " " : "", waits ? phil_name(t, t->waiting_who, who) : "");
}

static void fact_times(const struct session *s, char *out, size_t size)
{
	const struct phil_times *t = &phil_table(s)->times;
	char think[NUMBER_SIZE], eat[NUMBER_SIZE], reach[NUMBER_SIZE];

	snprintf(out, size, " think %s  eat %s  reach %s  %s", time_text(think, t->think * 1e3), time_text(eat, t->eat * 1e3),
		 time_text(reach, t->reach * 1e3), phil_distribution_name(t->distribution));
}

static void member_text(const struct session *s, uint32_t i, char *out, size_t size)
{
	const struct deadlock *d = phil_cycle(s);
	const struct deadlock_member *m = &d->list[i], *next = &d->list[(i + 1) % d->members];
	char holds[32], wants[32];

	snprintf(out, size, "   %s holds %s, waits for %s of %s", m->name,
		 phil_lock_name(phil_table(s), m->holds, holds, sizeof holds),
		 phil_lock_name(phil_table(s), m->wants, wants, sizeof wants), next->name);
}

static unsigned cycle_lines(const struct session *s, unsigned rows)
{
	const struct deadlock *d = phil_cycle(s);
	unsigned most = rows > 20 ? rows / 3 : CYCLE_LINES;

	return d ? (d->members < most ? d->members : most) + 1 : 0;
}

static void draw_cycle(struct screen *sc, unsigned row, unsigned lines, const struct session *s)
{
	const struct deadlock *d = phil_cycle(s);
	char text[200];

	snprintf(text, sizeof text, " The kernel reports a cycle of %u:", d->members);
	tui_text(sc, row, TUI_BAD, text);
	for (unsigned i = 0; i + 1 < lines; i++) {
		member_text(s, i, text, sizeof text);
		if (i + 2 == lines && d->members > i + 1)
			snprintf(text, sizeof text, "   and %u more", d->members - i);
		tui_text(sc, row + 1 + i, TUI_TEXT, text);
	}
}

static void draw_facts(struct screen *sc, unsigned row, const struct session *s)
{
	char text[300];

	fact_meals(s, text, sizeof text);
	tui_text(sc, row, phil_table(s)->violations ? TUI_BAD : TUI_TEXT, text);
	fact_waits(s, text, sizeof text);
	tui_text(sc, row + 1, TUI_FAINT, text);
	fact_times(s, text, sizeof text);
	tui_text(sc, row + 2, TUI_FAINT, text);
}

static void draw(struct screen *sc, unsigned rows, struct view *v, struct session *s, const struct options *o)
{
	static struct field f;
	const struct table *t = phil_table(s);
	unsigned lines = cycle_lines(s, rows), below = lines + FACTS;
	bool told = rows > below + 4;
	unsigned height = told ? rows - below : rows;

	field_clear(&f, sc->columns, height);
	if (t->shown && ring_fits(t, sc->columns, height))
		ring_draw(&f, s, sc, o->palette, v->selected < t->count ? v->selected : 0);
	else if (t->shown)
		grid_draw(&f, s, v, sc, o->palette);
	field_show(&f, sc);
	if (!told)
		return;
	draw_facts(sc, height, s);
	if (lines)
		draw_cycle(sc, height + FACTS, lines, s);
}

static void status(const struct session *s, char *out, size_t size)
{
	const struct table *t = phil_table(s);

	snprintf(out, size, "%u philosophers  %s  threads %u", t->count, phil_strategy_name(t->strategy),
		 session_counters(s)->threads_alive);
}

static const char *run_word(const struct session *s)
{
	static const char *const run[] = {"paused", "running", "over"};
	const struct table *t = phil_table(s);

	return phil_cycle(s) ? "DEADLOCK" : t->shown ? run[t->run_state < 3 ? t->run_state : 0] : "waiting";
}

static bool change_times(struct session *s, bool faster)
{
	struct phil_times t = phil_table(s)->times;

	t.think = phil_step_time(t.think, faster);
	t.eat = phil_step_time(t.eat, faster);
	t.reach = phil_step_time(t.reach, faster);
	return phil_times(s, &t);
}

static bool key(struct session *s, struct view *v, int key)
{
	const struct table *t = phil_table(s);
	unsigned n = v->selected < t->count ? v->selected : 0;

	if (!t->shown)
		return false;
	switch (key) {
	case 's':
		return phil_strategy(s, (uint8_t)((t->strategy + 1) % PHIL_STRATEGIES));
	case '+':
	case '=':
	case '-':
		return change_times(s, key != '-');
	case 'n':
	case 'N':
		return phil_setup(s, phil_step_count(t->count, key == 'n'), t->strategy);
	case '\t':
		v->selected = (n + 1) % t->count;
		return true;
	case 'f':
		return phil_freeze(s, n, !(t->looks[n] & PHIL_FROZEN));
	case 'k':
		return phil_kill(s, n);
	case 'w':
		return phil_wild(s, n);
	}
	return false;
}

const struct face_tui phil_tui = {
	.keys = "space pause  s strategy  +/- pace  n/N number  tab select  f freeze  k kill  w wild  r restart  arrows pan  q quit",
	.draw = draw,
	.status = status,
	.run_word = run_word,
	.key = key,
};
