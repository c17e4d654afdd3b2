/*
 * Doing what a key or a button stands for, as far as only philosophers have it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../text.h"
#include "window_phil.h"

static const char *const menu_items[PHIL_STRATEGIES] = {
	"naive – left fork, then right: deadlocks",         "ordered – the lower fork first",
	"waiter – one seat less than philosophers",         "trylock – take one, try the other, else put back",
	"chandy-misra – dirty and clean forks, on request",
};

static void open_menu(struct window *w)
{
	for (int i = 0; i < w->hot_count; i++)
		if (w->hots[i].action == PHIL_STRATEGY_MENU)
			menu_open(w, w->hots[i].rect, menu_items, PHIL_STRATEGIES, phil_table(w->session)->strategy,
				  PHIL_STRATEGY_FIRST);
}

static void ask_number(struct window *w)
{
	char text[16];

	snprintf(text, sizeof text, "%u", phil_table(w->session)->count);
	prompt_open(w, PROMPT_NUMBER, "How many philosophers?", "2 to 10000, they all sit down anew · Enter, Esc", text);
}

static void ask_times(struct window *w)
{
	const struct phil_times *t = &phil_table(w->session)->times;
	char text[80];

	snprintf(text, sizeof text, "%u %u %u %s", t->think, t->eat, t->reach, phil_distribution_name(t->distribution));
	prompt_open(w, PROMPT_TIMES, "Times to think, eat and reach, in microseconds",
		    "three means, and fixed, uniform or exponential · reach: between first and second fork", text);
}

static bool take_number(struct window *w, const char *text, char *err, size_t err_size)
{
	const char *end;
	uint64_t n;

	if (!number_parse(text, &end, PHIL_MAX, &n) || *end || n < PHIL_MIN)
		return fail(err, err_size, "a number from 2 to 10000 is wanted");
	if (!phil_setup(w->session, (uint32_t)n, phil_table(w->session)->strategy))
		return fail(err, err_size, "the target takes no commands now");
	return true;
}

static bool take_times(struct window *w, const char *text, char *err, size_t err_size)
{
	struct phil_times t = phil_table(w->session)->times;
	char name[16] = "", behind;
	int n = sscanf(text, "%u %u %u %15s %c", &t.think, &t.eat, &t.reach, name, &behind);

	if (strchr(text, '-') || n < 3 || n > 4)
		return fail(err, err_size, "three whole numbers are wanted, as in 1000 1000 300 uniform");
	if (n == 4 && !phil_distribution_of(name, &t.distribution))
		return fail(err, err_size, "%s: fixed, uniform or exponential is wanted", name);
	if (!phil_times(w->session, &t))
		return fail(err, err_size, "the target takes no commands now");
	return true;
}

bool phil_answer(struct window *w, char *err, size_t err_size)
{
	if (w->prompt.kind == PROMPT_NUMBER)
		return take_number(w, w->prompt.text, err, err_size);
	return take_times(w, w->prompt.text, err, err_size);
}

#define ASKED_MS 500 /* between the answer and the first frame that shows it */

/* The set-up as it is, or as it soon will be. */
static struct phil_asked present(struct window *w)
{
	const struct table *t = phil_table(w->session);
	const struct phil_asked *a = &phil_of(w)->asked;

	if (a->at && (session_pending(w->session) || SDL_GetTicks64() - a->at < ASKED_MS))
		return *a;
	return (struct phil_asked){0, t->count, t->strategy, t->times};
}

static bool remember(struct window *w, bool sent, struct phil_asked asked)
{
	asked.at = SDL_GetTicks64();
	if (sent)
		phil_of(w)->asked = asked;
	return sent;
}

static bool ask_strategy(struct window *w, unsigned strategy)
{
	struct phil_asked a = present(w);

	a.strategy = (uint8_t)(strategy % PHIL_STRATEGIES);
	return remember(w, phil_strategy(w->session, a.strategy), a);
}

static bool ask_count(struct window *w, uint32_t count)
{
	struct phil_asked a = present(w);

	a.count = count;
	return remember(w, phil_setup(w->session, a.count, a.strategy), a);
}

static bool ask_pace(struct window *w, bool faster)
{
	struct phil_asked a = present(w);

	a.times.think = phil_step_time(a.times.think, faster);
	a.times.eat = phil_step_time(a.times.eat, faster);
	a.times.reach = phil_step_time(a.times.reach, faster);
	return remember(w, phil_times(w->session, &a.times), a);
}

static bool alive(const struct table *t, uint32_t i) { return i < t->count && (t->looks[i] & PHIL_STATE_MASK) != PHIL_ENDED; }

/* The selected one; or one under the mouse; or any that lives. */
static uint32_t someone(struct window *w)
{
	const struct table *t = phil_table(w->session);
	const struct phil_window *p = phil_of(w);
	uint32_t start = (uint32_t)(SDL_GetPerformanceCounter() >> 3) % t->count;

	if (p->selected < t->count)
		return p->selected;
	if (p->hover < t->count)
		return p->hover;
	for (uint32_t k = 0; k < t->count; k++)
		if (alive(t, (start + k) % t->count))
			return (start + k) % t->count;
	return PHIL_NONE;
}

static void act_on_one(struct window *w, int action)
{
	const struct table *t = phil_table(w->session);
	uint32_t i = someone(w);
	char name[PHIL_NAME_ROOM];

	if (!alive(t, i)) {
		window_say(w, true, i == PHIL_NONE ? "nobody lives" : "%s is gone already",
			   i == PHIL_NONE ? "" : phil_name(t, i, name));
		return;
	}
	bool frozen = t->looks[i] & PHIL_FROZEN;
	bool sent = action == PHIL_KILL   ? phil_kill(w->session, i)
		    : action == PHIL_WILD ? phil_wild(w->session, i)
					  : phil_freeze(w->session, i, !frozen);

	if (!sent)
		return;
	phil_of(w)->selected = i;
	phil_of(w)->stale = true;
	window_say(w, false,
		   action == PHIL_KILL   ? "%s is killed"
		   : action == PHIL_WILD ? "%s runs wild at the next step"
		   : frozen              ? "%s may go on"
					 : "%s is frozen",
		   phil_name(t, i, name));
}

static void select_next(struct window *w, int by)
{
	struct phil_window *p = phil_of(w);
	uint32_t n = phil_table(w->session)->count;

	if (p->selected >= n)
		p->selected = by > 0 ? 0 : n - 1;
	else
		p->selected = (p->selected + n + (uint32_t)by) % n;
	p->stale = true;
}

static bool change(struct window *w, int action)
{
	switch (action) {
	case PHIL_STRATEGY_NEXT:
		return ask_strategy(w, present(w).strategy + 1u);
	case PHIL_STRATEGY_BEFORE:
		return ask_strategy(w, present(w).strategy + PHIL_STRATEGIES - 1u);
	case PHIL_MORE:
	case PHIL_FEWER:
		return ask_count(w, phil_step_count(present(w).count, action == PHIL_MORE));
	case PHIL_FASTER:
	case PHIL_SLOWER:
		return ask_pace(w, action == PHIL_FASTER);
	case PHIL_FREEZE:
	case PHIL_KILL:
	case PHIL_WILD:
		act_on_one(w, action);
		return true;
	}
	return action >= PHIL_STRATEGY_FIRST && action <= PHIL_STRATEGY_LAST &&
	       ask_strategy(w, (unsigned)(action - PHIL_STRATEGY_FIRST));
}

/* Before the first sample there is nobody to do anything with. */
bool phil_act(struct window *w, int action)
{
	bool ours = action >= ACTION_DEMO || action == ACTION_FIT;

	if (!ours || !phil_table(w->session)->shown)
		return ours;
	switch (action) {
	case PHIL_STRATEGY_MENU:
		open_menu(w);
		break;
	case PHIL_NUMBER:
		ask_number(w);
		break;
	case PHIL_TIMES:
		ask_times(w);
		break;
	case PHIL_NEXT:
	case PHIL_BEFORE:
		select_next(w, action == PHIL_NEXT ? 1 : -1);
		break;
	case ACTION_FIT:
		phil_fit(w);
		break;
	default:
		change(w, action);
		break;
	}
	return true;
}
