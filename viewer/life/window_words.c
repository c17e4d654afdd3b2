/*
 * What the header and the bottom line say of a dish.
 */
#include "window_life.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../text.h"
#include "../ui_number.h"

/* What the dish is, in words: how its cells agree, and at which level they run (the target says both). */
void life_describe(const struct window *w, char *out, size_t size)
{
	const struct dish *d = life_dish(w->session);
	const struct target_info *t = session_target(w->session);
	struct rule r = {.birth = d->birth, .survive = d->survive, .topology = d->topology};
	char rule[64];

	rule_format(rule, sizeof rule, &r);
	rule[strcspn(rule, ":")] = 0;
	snprintf(out, size, "%" PRIu32 " × %" PRIu32 " %s · %s · %s%s", d->width, d->height,
		 d->topology == LIFE_PLANE ? "plane" : "torus", rule, life_sync_word(d->sync),
		 !t->known ? ""
		 : t->user ? " · user threads"
			   : " · kernel threads");
}

static void describe_cell(const struct window *w, char *out, size_t size)
{
	const struct dish *d = life_dish(w->session);
	uint32_t x = life_of(w)->board.hover_x, y = life_of(w)->board.hover_y;
	size_t i = (size_t)y * d->width + x;
	char n[NUMBER_SIZE];

	snprintf(out, size, "cell %" PRIu32 ",%" PRIu32 " ", x, y);
	if (d->cells[i]) {
		uint64_t age = d->generation > d->born[i] ? d->generation - d->born[i] : 0;

		text_append(out, size, "alive for %s generation%s", number_full(n, age), age == 1 ? "" : "s");
	} else if (d->died[i] <= d->generation) {
		text_append(out, size, "dead since generation %s", number_full(n, d->died[i]));
	} else {
		text_append(out, size, "dead");
	}
	text_append(out, size, ", neighbours %u", board_neighbours(d, x, y));
	const struct fault *f = life_fault_of(w->session, x, y);

	if (f)
		text_append(out, size, ", its thread died: %s (%s)", f->words, f->place);
	else if (d->killed[i])
		text_append(out, size, ", its thread is gone");
}

void life_hint(const struct window *w, char *out, size_t size)
{
	if (life_of(w)->board.hover_x != NO_CELL && life_dish(w->session)->cells)
		describe_cell(w, out, size);
	else if (life_of(w)->kill_mode)
		snprintf(out, size, "a click on a cell ends its thread  (K: back to editing)");
}
