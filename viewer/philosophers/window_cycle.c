/*
 * The panel of who waits for whom: the cycle that the kernel has reported, in red; else the selected philosopher; else all
 * who wait.
 */
#include <stdio.h>
#include <string.h>

#include "../symbols.h"
#include "../ui_number.h"
#include "window_phil.h"

#define ROW 25
#define WITH_PLACE 420 /* pixels of the design: a narrower panel has no room for file and line */
#define SHORT_BELOW 330

static int row_count(const struct window *w, SDL_Rect r) { return r.h / px(w, ROW); }

/* ---- the cycle ---- */

void phil_cycle_symbols(const struct window *w)
{
	const struct deadlock *d = phil_cycle(w->session);

	for (uint32_t i = 0; d && i < d->members && i < 64; i++) {
		symbols_ask(&d->list[i].taken_at, 1);
		symbols_ask(d->list[i].waits_at, DEADLOCK_CALLERS);
	}
}

/* Where it took what it holds, or else the innermost place outside of the library where it waits. */
static const char *place_of(const struct deadlock_member *m, char *out, size_t size)
{
	bool library, found = false;

	if (m->taken_at) {
		symbols_name(m->taken_at, out, size, &library);
		return out;
	}
	*out = 0;
	for (int i = 0; i < DEADLOCK_CALLERS && m->waits_at[i]; i++) {
		char place[64];
		bool known = symbols_name(m->waits_at[i], place, sizeof place, &library);

		if (!found || (known && !library))
			snprintf(out, size, "%s", place);
		found = true;
		if (known && !library)
			break;
	}
	return out;
}

struct columns {
	int name, holds, place; /* widths; 0: none */
};

static struct columns columns_of(struct window *w, SDL_Rect r, const struct deadlock *d, uint32_t first, int rows)
{
	struct columns c = {0, font_width(&w->fonts, FONT_BODY, "holds fork 00") + px(w, 12), 0};

	for (uint32_t i = 0; i < d->members && (int)i < rows; i++) {
		int name = font_width(&w->fonts, FONT_STRONG, d->list[(first + i) % d->members].name) + px(w, 12);

		c.name = name > c.name ? name : c.name;
	}
	if (c.name > r.w / 4)
		c.name = r.w / 4;
	if (r.w >= px(w, WITH_PLACE))
		c.place = r.w - c.name - c.holds - font_width(&w->fonts, FONT_BODY, "waits for fork 00 of Aristotle") - px(w, 12);
	return c;
}

static void draw_member(struct window *w, SDL_Rect r, const struct deadlock *d, uint32_t i, const struct columns *c)
{
	const struct table *t = phil_table(w->session);
	const struct deadlock_member *m = &d->list[i], *next = &d->list[(i + 1) % d->members];
	int y = font_top(&w->fonts, FONT_BODY, r.y + r.h / 2), x = r.x + c->name;
	char text[128], lock[32], place[64];

	font_draw_fit(&w->fonts, FONT_STRONG, r.x, font_top(&w->fonts, FONT_STRONG, r.y + r.h / 2), c->name - px(w, 8), INK_TEXT,
		      m->name);
	if (r.w < px(w, SHORT_BELOW)) {
		snprintf(text, sizeof text, "waits for %s", phil_lock_name(t, m->wants, lock, sizeof lock));
		font_draw_right(&w->fonts, FONT_BODY, r.x + r.w, y, r.w - c->name, INK_TEXT, text);
		return;
	}
	snprintf(text, sizeof text, "holds %s", phil_lock_name(t, m->holds, lock, sizeof lock));
	font_draw_fit(&w->fonts, FONT_BODY, x, y, c->holds - px(w, 8), INK_SECOND, text);
	x += c->holds;
	if (c->place > px(w, 60))
		font_draw_fit(&w->fonts, FONT_CODE, x, font_top(&w->fonts, FONT_CODE, r.y + r.h / 2), c->place - px(w, 8),
			      INK_FAINT, place_of(m, place, sizeof place));
	x += c->place > 0 ? c->place : 0;
	snprintf(text, sizeof text, "waits for %s of %s", phil_lock_name(t, m->wants, lock, sizeof lock), next->name);
	font_draw_right(&w->fonts, FONT_BODY, r.x + r.w, y, r.x + r.w - x, INK_TEXT, text);
}

static const char *number_word(uint32_t n, char *room)
{
	static const char *const words[] = {"two",   "three", "four", "five",   "six",   "seven",
					    "eight", "nine",  "ten",  "eleven", "twelve"};

	return n >= 2 && n <= 12 ? words[n - 2] : number_full(room, n);
}

/* The row that begins with the first of them at the table; the order is the cycle's. */
static uint32_t first_row(const struct table *t, const struct deadlock *d)
{
	uint32_t best = 0, least = PHIL_NONE;

	for (uint32_t i = 0; i < d->members; i++) {
		uint32_t who = phil_of_name(t, d->list[i].name);

		if (who < least) {
			least = who;
			best = i;
		}
	}
	return best;
}

static void draw_cycle(struct window *w, SDL_Rect r, const struct deadlock *d)
{
	char text[80], number[NUMBER_SIZE];
	int x = r.x + px(w, 12), y = r.y + px(w, 8), room = r.w - px(w, 24);

	window_panel(w, r);
	draw_ring(&w->draw, r, px(w, 8), px(w, 1), PHIL_COLOUR_CYCLE, 255);
	snprintf(text, sizeof text, "The kernel reports a cycle of %s", number_word(d->members, number));
	font_draw_fit(&w->fonts, FONT_STRONG, x, y, room, PHIL_COLOUR_CYCLE, text);
	y += font_height(&w->fonts, FONT_STRONG) + px(w, 6);
	SDL_Rect list = {x, y, room, r.y + r.h - px(w, 6) - y};
	int rows = row_count(w, list), all = (int)d->members <= rows ? (int)d->members : rows - 1;
	uint32_t first = first_row(phil_table(w->session), d);
	struct columns c = columns_of(w, list, d, first, all);

	for (int i = 0; i < all; i++)
		draw_member(w, (SDL_Rect){x, y + i * px(w, ROW), room, px(w, ROW)}, d, (first + (uint32_t)i) % d->members, &c);
	if (all < (int)d->members && rows > 0) {
		snprintf(text, sizeof text, "and %s more", number_full(number, d->members - (uint32_t)all));
		font_draw_fit(&w->fonts, FONT_BODY, x, font_top(&w->fonts, FONT_BODY, y + all * px(w, ROW) + px(w, ROW) / 2),
			      room, INK_SECOND, text);
	}
	window_hot(
		w, r, ACTION_NONE,
		"A closed cycle: each waits for what the next one holds. File and line tell where it took its fork, or where it waits");
}

/* ---- the selected one ---- */

static void draw_selected(struct window *w, SDL_Rect r, uint32_t i)
{
	const struct table *t = phil_table(w->session);
	uint32_t fork = phil_waits_for(t, i), holder = fork == PHIL_NONE ? PHIL_NONE : phil_holder(t, fork);
	uint64_t now = phil_now(w->session);
	char beside[48], name[PHIL_NAME_ROOM], other[PHIL_NAME_ROOM], time[NUMBER_SIZE], state[64], holds[48], waits[64] = "nobody";

	snprintf(beside, sizeof beside, "philosopher %u", i);
	SDL_Rect list = panel_draw(w, r, phil_name(t, i, name), strcmp(phil_name(t, i, name), beside) ? beside : "");

	snprintf(state, sizeof state, "%s for %s", phil_state_word(t->looks[i]),
		 number_time(time, now > t->since[i] ? (double)(now - t->since[i]) : 0));
	phil_holds_words(t, i, holds, sizeof holds);
	if (fork != PHIL_NONE)
		snprintf(waits, sizeof waits, "fork %u%s%s", fork, holder == PHIL_NONE ? "" : " of ",
			 holder == PHIL_NONE ? "" : phil_name(t, holder, other));
	const struct fault *f = phil_fault_of(w->session, i);
	const char *rows[][2] = {{"state", state}, {"holds", holds + strlen("holds ")}, {"waits for", waits}};

	if (f) {
		rows[1][0] = "died of";
		rows[1][1] = f->words;
		rows[2][0] = "in";
		rows[2][1] = f->place;
	}
	for (int k = 0; k < 3 && k < row_count(w, list); k++)
		row_draw(w, (SDL_Rect){list.x, list.y + k * px(w, ROW), list.w, px(w, ROW)}, rows[k][0], rows[k][1],
			 "The philosopher last clicked; a second click lets go");
}

/* ---- all who wait ---- */

static uint32_t waiting_count(const struct table *t)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->count; i++)
		n += phil_waits_for(t, i) != PHIL_NONE;
	return n;
}

/* The next after the one before: in the order of the table when all have a row, else those who wait longest first. */
static uint32_t next_waiting(const struct table *t, bool by_time, uint32_t before)
{
	uint32_t best = PHIL_NONE;

	for (uint32_t i = by_time || before == PHIL_NONE ? 0 : before + 1; i < t->count; i++) {
		bool later = before == PHIL_NONE || t->since[i] > t->since[before] ||
			     (t->since[i] == t->since[before] && i > before);

		if (phil_waits_for(t, i) == PHIL_NONE || (by_time && !later))
			continue;
		if (!by_time)
			return i;
		if (best == PHIL_NONE || t->since[i] < t->since[best])
			best = i;
	}
	return best;
}

static void draw_waiting(struct window *w, SDL_Rect r, uint32_t i)
{
	const struct table *t = phil_table(w->session);
	uint32_t fork = phil_waits_for(t, i), holder = phil_holder(t, fork);
	uint64_t now = phil_now(w->session), since = now > t->since[i] ? now - t->since[i] : 0;
	int y = font_top(&w->fonts, FONT_BODY, r.y + r.h / 2), name = r.w / 4;
	char room[PHIL_NAME_ROOM], other[PHIL_NAME_ROOM], time[NUMBER_SIZE], text[96];

	font_draw_fit(&w->fonts, FONT_STRONG, r.x, font_top(&w->fonts, FONT_STRONG, r.y + r.h / 2), name - px(w, 8), INK_TEXT,
		      phil_name(t, i, room));
	font_draw_fit(&w->fonts, FONT_BODY, r.x + name, y, r.w / 5, phil_colour(w->palette, PHIL_HUNGRY),
		      number_time(time, (double)since));
	snprintf(text, sizeof text, "waits for fork %u%s%s", fork, holder == PHIL_NONE ? "" : " of ",
		 holder == PHIL_NONE ? "" : phil_name(t, holder, other));
	font_draw_right(&w->fonts, FONT_BODY, r.x + r.w, y, r.w - name - r.w / 5, INK_SECOND, text);
}

static void draw_all_waiting(struct window *w, SDL_Rect r)
{
	const struct table *t = phil_table(w->session);
	uint32_t count = waiting_count(t), at = PHIL_NONE;
	char beside[64], number[NUMBER_SIZE];

	snprintf(beside, sizeof beside, "%s for a fork; no cycle",
		 count == 1 ? "1 waits" : strcat(number_full(number, count), " wait"));
	SDL_Rect list = panel_draw(w, r, "Who waits for whom", t->shown && count ? beside : "");
	int rows = row_count(w, list);

	if (!count)
		font_draw_centred(&w->fonts, FONT_BODY, list, INK_FAINT, "nobody waits for a fork");
	for (int row = 0; row < rows && (uint32_t)row < count; row++) {
		at = next_waiting(t, count > (uint32_t)rows, at);
		if (at == PHIL_NONE)
			break;
		draw_waiting(w, (SDL_Rect){list.x, list.y + row * px(w, ROW), list.w, px(w, ROW)}, at);
	}
}

void phil_cycle_draw(struct window *w)
{
	SDL_Rect r = w->layout.panels[PANEL_CYCLE];
	const struct table *t = phil_table(w->session);
	const struct deadlock *d = phil_cycle(w->session);
	uint32_t selected = phil_of(w)->selected;

	if (!r.w)
		return;
	if (d)
		draw_cycle(w, r, d);
	else if (t->shown && selected < t->count)
		draw_selected(w, r, selected);
	else
		draw_all_waiting(w, r);
}
