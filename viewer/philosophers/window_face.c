/*
 * The philosophers in the window: what they want of the layout, what they draw, and their table.
 */
#include "window_phil.h"

static void open_own(struct window *w)
{
	phil_of(w)->hover = phil_of(w)->selected = PHIL_NONE;
	phil_of(w)->stale = true;
}

static void forget(struct window *w) { picture_free(&phil_of(w)->picture); }

static void recolour(struct window *w) { phil_of(w)->stale = true; }

static bool has_faults(const struct window *w) { return session_faults(w->session)->count > 0; }

static void wish(const struct window *w, struct layout_wish *wish)
{
	int timeline = PANEL_LAST + has_faults(w);

	wish->aspect = 1;
	wish->panels[PANEL_CYCLE] = (struct panel_wish){100, 162, 330, 0.28};
	wish->panels[PANEL_WAITS] = (struct panel_wish){98, has_faults(w) ? 140 : 170, 0, has_faults(w) ? 0.25 : 0.33};
	if (has_faults(w))
		faults_wish(w, 1, &wish->panels[PANEL_LAST]);
	wish->panels[timeline] = (struct panel_wish){96, 140, 0, 0};
	wish->count = timeline + 1;
}

static void draw(struct window *w)
{
	phil_table_draw(w);
	phil_tiles_draw(w);
	phil_cycle_draw(w);
	phil_waits_draw(w);
	if (has_faults(w))
		faults_draw(w, w->layout.panels[PANEL_LAST], ACTION_NONE);
	phil_timeline_draw(w, w->layout.panels[PANEL_LAST + has_faults(w)]);
	phil_controls_draw(w);
}

static uint64_t glance(const struct window *w)
{
	const struct table *t = phil_table(w->session);
	const struct deadlock *d = phil_cycle(w->session);

	return (uint64_t)session_faults(w->session)->count << 52 ^ (uint64_t)t->run_state << 56 ^ (uint64_t)t->strategy << 48 ^
	       (uint64_t)t->times.think << 16 ^ (uint64_t)t->times.eat << 8 ^ t->times.reach ^
	       (uint64_t)(d ? d->complete : 0) << 40;
}

/* Someone else sits there now, or a cycle has closed: what was chosen and painted before is void. */
static void news(struct window *w, bool changed)
{
	struct phil_window *p = phil_of(w);
	const struct table *t = phil_table(w->session);

	if (!changed)
		return;
	if (p->selected != PHIL_NONE && p->selected >= t->count)
		p->selected = PHIL_NONE;
	if (p->hover != PHIL_NONE && p->hover >= t->count)
		p->hover = PHIL_NONE;
	p->stale = true;
	phil_cycle_symbols(w);
}

const struct face_window phil_window = {
	.keys = phil_keys,
	.help = phil_help,
	.wish = wish,
	.draw = draw,
	.open = open_own,
	.close = forget,
	.own_size = sizeof(struct phil_window),
	.forget = forget,
	.recolour = recolour,
	.glance = glance,
	.news = news,
	.describe = phil_describe,
	.describe_action = PHIL_TIMES,
	.describe_tip = "Change the times  (T)",
	.hint = phil_hint,
	.act = phil_act,
	.hover = phil_hover,
	.press = phil_press,
	.pan = phil_pan,
	.zoom = phil_zoom,
	.answer = phil_answer,
};
