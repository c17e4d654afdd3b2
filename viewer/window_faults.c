/*
 * The panel of the threads that died of a fault, newest first: who, why, and where in the source.
 */
#include "window.h"

#include <stdio.h>

#include "ui_number.h"

#define ENTRY 40
#define ENTRY_GAP 4
#define HEAD 42 /* title and edges */

static void draw_entry(struct window *w, SDL_Rect r, const struct fault *f)
{
	int line = r.h / 2, dot = px(w, 8), x = r.x + dot + px(w, 8), room = r.x + r.w - x, middle = r.y + line / 2;
	char address[120] = "";

	draw_round(&w->draw, (SDL_Rect){r.x, middle - dot / 2, dot, dot}, dot / 2, INK_BAD, 255);
	int used = font_draw_fit(&w->fonts, FONT_STRONG, x, font_top(&w->fonts, FONT_STRONG, middle), room, INK_TEXT, f->name) +
		   px(w, 12);

	if (used < room)
		font_draw_right(&w->fonts, FONT_BODY, r.x + r.w, font_top(&w->fonts, FONT_BODY, middle), room - used, INK_TEXT,
				f->words);
	if (f->at_place)
		snprintf(address, sizeof address, "%s%s0x%llx", f->region, *f->region ? " · " : "", (unsigned long long)f->address);
	middle += line;
	font_draw_fit(&w->fonts, FONT_BODY, x, font_top(&w->fonts, FONT_BODY, middle), room, INK_SECOND, f->place);
	used = font_width(&w->fonts, FONT_BODY, f->place) + px(w, 12);
	if (used < room)
		font_draw_right(&w->fonts, FONT_BODY, r.x + r.w, font_top(&w->fonts, FONT_BODY, middle), room - used, INK_SECOND,
				address);
}

static int no_more_than(uint32_t n, int most) { return n < (uint32_t)most ? (int)n : most; }

void faults_wish(const struct window *w, int least, struct panel_wish *wish)
{
	uint32_t count = session_faults(w->session)->count;

	wish->least = HEAD + ENTRY;
	wish->wanted = HEAD + no_more_than(count, least) * (ENTRY + ENTRY_GAP);
	wish->most = HEAD + no_more_than(count, FAULTS_SHOWN) * (ENTRY + ENTRY_GAP);
	wish->share = 0.1 * least;
}

void faults_draw(struct window *w, SDL_Rect r, int first_action)
{
	const struct faults *faults = session_faults(w->session);
	int entry = px(w, ENTRY), step = entry + px(w, ENTRY_GAP);
	char beside[64], n[NUMBER_SIZE];
	const struct fault *f;

	snprintf(beside, sizeof beside, "%s thread%s died; all others go on", number_full(n, faults->count),
		 faults->count == 1 ? "" : "s");
	SDL_Rect list = panel_draw(w, r, "Faults", beside);

	for (int i = 0; i < FAULTS_SHOWN && (i + 1) * step - px(w, ENTRY_GAP) <= list.h && (f = faults_back(faults, (uint32_t)i));
	     i++) {
		SDL_Rect place = {list.x, list.y + i * step, list.w, entry};

		draw_entry(w, place, f);
		window_hot(w, place, first_action ? first_action + i : ACTION_NONE,
			   "A thread that died of a fault: its name, why, where in the source, and the address that it wanted");
	}
}
