/*
 * What the header and the bottom line say of the table.
 */
#include <stdio.h>
#include <string.h>

#include "../ui_number.h"
#include "window_phil.h"

const char *phil_strategy_words(uint8_t strategy)
{
	static const char *const words[] = {
		"naive: left fork, then right",
		"ordered: lower fork first",
		"waiter: one seat less than philosophers",
		"trylock: take one, try the other, else put back",
		"chandy-misra: dirty and clean forks, on request",
	};

	return strategy < PHIL_STRATEGIES ? words[strategy] : "";
}

static void times_words(const struct phil_times *t, char *out, size_t size)
{
	char think[NUMBER_SIZE], eat[NUMBER_SIZE], reach[NUMBER_SIZE];

	snprintf(out, size, "think %s, eat %s, reach %s", number_time(think, t->think * 1e3), number_time(eat, t->eat * 1e3),
		 number_time(reach, t->reach * 1e3));
}

void phil_describe(const struct window *w, char *out, size_t size)
{
	const struct table *t = phil_table(w->session);
	const struct target_info *target = session_target(w->session);
	char count[NUMBER_SIZE], times[128];

	if (!t->shown)
		return;
	times_words(&t->times, times, sizeof times);
	snprintf(out, size, "%s · %s · %s%s", number_full(count, t->count), phil_strategy_words(t->strategy), times,
		 !target->known ? ""
		 : target->user ? " · user threads"
				: " · kernel threads");
}

void phil_holds_words(const struct table *t, uint32_t i, char *out, size_t size)
{
	uint32_t left = i, right = (i + 1) % t->count;
	uint8_t look = t->looks[i];

	if (look & PHIL_HAS_LEFT && look & PHIL_HAS_RIGHT)
		snprintf(out, size, "holds forks %u and %u", left, right);
	else if (look & (PHIL_HAS_LEFT | PHIL_HAS_RIGHT))
		snprintf(out, size, "holds fork %u", look & PHIL_HAS_LEFT ? left : right);
	else
		snprintf(out, size, "holds nothing");
}

void phil_tell(const struct window *w, uint32_t i, char *out, size_t size)
{
	const struct table *t = phil_table(w->session);
	uint32_t fork = phil_waits_for(t, i), holder = fork == PHIL_NONE ? PHIL_NONE : phil_holder(t, fork);
	uint64_t now = phil_now(w->session), since = now > t->since[i] ? now - t->since[i] : 0;
	char time[NUMBER_SIZE], room[PHIL_NAME_ROOM], holds[48];
	int n;

	phil_holds_words(t, i, holds, sizeof holds);
	n = snprintf(out, size, "%s for %s, %s", phil_state_word(t->looks[i]), number_time(time, (double)since), holds);
	if (fork != PHIL_NONE && n > 0 && (size_t)n < size)
		snprintf(out + n, size - (size_t)n, holder == PHIL_NONE ? ", waits for fork %u" : ", waits for fork %u of %s",
			 fork, holder == PHIL_NONE ? "" : phil_name(t, holder, room));
}

void phil_hint(const struct window *w, char *out, size_t size)
{
	const struct phil_window *p = phil_of(w);
	const struct table *t = phil_table(w->session);
	uint32_t i = p->hover != PHIL_NONE ? p->hover : p->selected;
	char room[PHIL_NAME_ROOM], told[160];

	if (!t->shown || i >= t->count)
		return;
	phil_tell(w, i, told, sizeof told);
	snprintf(out, size, "%s: %s", phil_name(t, i, room), told);
}
