/*
 * The threads panel: what the kernel counts, and the thread of the selected cell.
 */
#include "window_life.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../ui_number.h"

#define CARD_WIDTH 250
#define CARD_ROWS 5
#define ID_ROOM 32
#define CARD_FROM 480 /* a narrower panel has no room for the card */
#define TWO_COLUMNS_FROM 400

struct row {
	const char *label;
	char value[64];
	const char *tip;
};

static void ram_text(const struct counters *c, char *out, size_t size)
{
	char used[NUMBER_SIZE], each[NUMBER_SIZE];

	number_kib(used, c->ram_kib);
	if (c->threads_resident)
		snprintf(out, size, "%s, %s B each", used, number_full(each, (uint64_t)c->ram_kib * 1024 / c->threads_resident));
	else
		snprintf(out, size, "%s", used);
}

static void dead_text(const struct dish *d, char *out, size_t size)
{
	char killed[NUMBER_SIZE], faulted[NUMBER_SIZE];

	snprintf(out, size, "%s, %s", number_full(killed, d->killed_count - d->faulted_count),
		 number_full(faulted, d->faulted_count));
}

/* In pairs: what stands beside each other in two columns. */
static int collect(const struct window *w, struct row *rows)
{
	const struct counters *c = session_counters(w->session);
	const struct dish *d = life_dish(w->session);

	rows[0] = (struct row){"created", "", "Threads created since boot"};
	number_full(rows[0].value, c->threads_created);
	rows[1] = (struct row){"in memory", "", "Control blocks in memory: threads alive, and those kept for the next"};
	number_full(rows[1].value, c->threads_resident);
	rows[2] = (struct row){"switches", "", "Voluntary switches since boot: blocked, slept, yielded or ended"};
	number_short(rows[2].value, (double)c->switches);
	rows[3] = (struct row){"preemptions", "", "Switches against the thread's will since boot"};
	number_short(rows[3].value, (double)c->preemptions);
	rows[4] = (struct row){"cell steps", "", "Steps of cells since boot, counted by the cells themselves"};
	number_short(rows[4].value, (double)d->steps);
	rows[5] = (struct row){"killed, faulted", "",
			       "Cells of this dish whose thread is gone: it was ended, or it died of a fault"};
	dead_text(d, rows[5].value, sizeof rows[5].value);
	rows[6] = (struct row){"memory", "",
			       "RAM in use by threads, stacks, heaps and tables; and divided by the threads in memory"};
	ram_text(c, rows[6].value, sizeof rows[6].value);
	return 7;
}

/* A bar: how much of its time the target works. Several cores have a panel of their own. */
static void draw_load(struct window *w, SDL_Rect r)
{
	double idle = w->load.idle;
	int middle = r.y + r.h / 2, bar = px(w, 6);
	char text[NUMBER_SIZE] = "–";

	if (idle >= 0)
		snprintf(text, sizeof text, "%.0f %% idle", idle * 100);
	int label = font_draw_fit(&w->fonts, FONT_BODY, r.x, font_top(&w->fonts, FONT_BODY, middle), r.w, INK_SECOND, "cores") +
		    px(w, 12);
	int value = font_width(&w->fonts, FONT_NUMBER, "100 % idle");

	font_draw_right(&w->fonts, FONT_NUMBER, r.x + r.w, font_top(&w->fonts, FONT_NUMBER, middle), r.w - label, INK_TEXT, text);
	SDL_Rect all = {r.x + label, r.y + (r.h - bar) / 2, r.w - label - value - px(w, 12), bar};

	if (all.w > px(w, 24)) {
		draw_round(&w->draw, all, bar / 2, INK_HAIRLINE, 255);
		all.w = (int)(all.w * (idle >= 0 ? 1 - idle : 0));
		if (all.w >= bar)
			draw_round(&w->draw, all, bar / 2, INK_CORE0, 255);
	}
	window_hot(w, r, ACTION_NONE, "How much of their time the cores had nothing to do, between the last two reports");
}

static void draw_list(struct window *w, SDL_Rect r)
{
	struct row rows[8];
	int n = collect(w, rows), line = px(w, 23), gap = px(w, 28);
	int columns = r.w >= px(w, TWO_COLUMNS_FROM) ? 2 : 1, width = (r.w - (columns - 1) * gap) / columns;
	int room = r.h / line, y = r.y;

	if (room < 1)
		return;
	if (!cores_shown(w)) {
		draw_load(w, (SDL_Rect){r.x, y, r.w, line});
		y += line;
	}
	for (int i = 0; i < n && y + line <= r.y + r.h; i++) {
		bool alone = columns == 1 || (i % 2 == 0 && i == n - 1);
		int column = alone ? 0 : i % columns;

		row_draw(w, (SDL_Rect){r.x + column * (width + gap), y, alone ? r.w : width, line}, rows[i].label, rows[i].value,
			 rows[i].tip);
		if (alone || column == columns - 1)
			y += line;
	}
}

/* "thread 17 ready steps 5" somewhere in what the target said, cut into values. */
static bool parse_who(const char *said, char *id, char *state, char *steps)
{
	const char *p = strstr(said, "thread ");
	unsigned long long thread, count;

	if (!p || sscanf(p, "thread %llu %31s steps %llu", &thread, state, &count) != 3)
		return false;
	snprintf(id, ID_ROOM, "0x%llx", thread); /* as the log tells it */
	number_full(steps, count);
	return true;
}

static void card_age(const struct window *w, struct row *row)
{
	const struct dish *d = life_dish(w->session);
	size_t i = (size_t)life_of(w)->board.selected_y * d->width + life_of(w)->board.selected_x;
	char n[NUMBER_SIZE];

	row->label = d->cells[i] ? "alive for" : "dead since";
	if (d->cells[i])
		snprintf(row->value, sizeof row->value, "%s gen",
			 number_full(n, d->generation > d->born[i] ? d->generation - d->born[i] : 0));
	else if (d->died[i] <= d->generation)
		snprintf(row->value, sizeof row->value, "gen %s", number_full(n, d->died[i]));
	else
		snprintf(row->value, sizeof row->value, "ever");
}

/* How it died, in place of how it lives. */
static void card_fault(const struct fault *f, struct row rows[CARD_ROWS])
{
	rows[1] = (struct row){"state", "faulted", NULL};
	rows[2] = (struct row){"address", "–", NULL};
	rows[4] = (struct row){"in", "", NULL};
	snprintf(rows[0].value, sizeof rows[0].value, "0x%llx", (unsigned long long)f->thread);
	if (f->at_place)
		snprintf(rows[2].value, sizeof rows[2].value, "0x%llx", (unsigned long long)f->address);
	snprintf(rows[4].value, sizeof rows[4].value, "%.48s", f->place);
}

static void card_rows(const struct window *w, struct row rows[CARD_ROWS])
{
	const struct dish *d = life_dish(w->session);
	bool killed = d->killed[(size_t)life_of(w)->board.selected_y * d->width + life_of(w)->board.selected_x];
	const struct fault *f = life_fault_of(w->session, life_of(w)->board.selected_x, life_of(w)->board.selected_y);
	char id[ID_ROOM] = "…", state[32] = "…", steps[32] = "…";

	if (killed)
		strcpy(state, "gone");
	else
		parse_who(life_of(w)->who, id, state, steps);
	rows[0] = (struct row){"thread", "", NULL};
	rows[1] = (struct row){"state", "", NULL};
	rows[2] = (struct row){"steps", "", NULL};
	snprintf(rows[0].value, sizeof rows[0].value, "%s", killed ? "–" : id);
	snprintf(rows[1].value, sizeof rows[1].value, "%s", state);
	snprintf(rows[2].value, sizeof rows[2].value, "%s", killed ? "–" : steps);
	rows[3] = (struct row){"", "", NULL};
	card_age(w, &rows[3]);
	rows[4] = (struct row){"neighbours", "", NULL};
	snprintf(rows[4].value, sizeof rows[4].value, "%u",
		 board_neighbours(d, life_of(w)->board.selected_x, life_of(w)->board.selected_y));
	if (f)
		card_fault(f, rows);
}

static void draw_card(struct window *w, SDL_Rect r)
{
	int x = r.x + px(w, 12), room = r.w - px(w, 24), line = px(w, 22), y = r.y + px(w, 8);
	char title[64];
	struct row rows[CARD_ROWS];

	draw_round(&w->draw, r, px(w, 6), 0x1c222d, 255);
	window_hot(w, r, ACTION_NONE,
		   "The cell last clicked, and its thread as last asked for  (W asks for the one under the pointer)");
	if (life_of(w)->board.selected_x == NO_CELL || !life_dish(w->session)->cells) {
		font_draw_centred(&w->fonts, FONT_BODY, (SDL_Rect){x, r.y, room, r.h}, INK_FAINT, "click a cell to see its thread");
		return;
	}
	snprintf(title, sizeof title, "cell %" PRIu32 ",%" PRIu32, life_of(w)->board.selected_x, life_of(w)->board.selected_y);
	font_draw_fit(&w->fonts, FONT_STRONG, x, y + px(w, 2), room, INK_TEXT, title);
	y += px(w, 24);
	card_rows(w, rows);
	for (int i = 0; i < CARD_ROWS && y + line <= r.y + r.h; i++, y += line)
		row_draw(w, (SDL_Rect){x, y, room, line}, rows[i].label, rows[i].value, rows[i].tip);
}

bool threads_show_card(const struct window *w) { return w->layout.panels[PANEL_THREADS].w >= px(w, CARD_FROM); }

void threads_draw(struct window *w)
{
	SDL_Rect r = w->layout.panels[PANEL_THREADS], list = panel_draw(w, r, "Threads", "one for each cell");

	if (!list.w)
		return;
	if (threads_show_card(w)) {
		draw_card(w, (SDL_Rect){list.x + list.w - px(w, CARD_WIDTH), r.y + px(w, 12), px(w, CARD_WIDTH), r.h - px(w, 24)});
		list.w -= px(w, CARD_WIDTH) + px(w, 24);
	}
	draw_list(w, list);
}
