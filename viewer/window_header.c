/*
 * The bar at the top (name, what runs there, how the connection is) and the line at the bottom (what the mouse is on, notices).
 */
#include "window.h"

#include <stdio.h>
#include <string.h>

#include "text.h"
#include "ui_number.h"

#define MANY_PENDING 8 /* more than a key or two on their way to the target */

static void draw_logo(struct window *w, int cx, int cy)
{
	int r = px(w, 12), cell = px(w, 4), gap = px(w, 1);

	draw_ring(&w->draw, (SDL_Rect){cx - r, cy - r, 2 * r, 2 * r}, r, px(w, 2), INK_ACCENT, 255);
	for (int i = 0; i < 4; i++) {
		int x = cx - cell - gap / 2 + (i & 1) * (cell + gap), y = cy - cell - gap / 2 + (i >> 1) * (cell + gap);

		draw_fill(&w->draw, (SDL_Rect){x, y, cell, cell}, INK_ACCENT, 255);
	}
}

static uint64_t frames_lost(const struct window *w)
{
	const struct link_stats *l = session_link(w->session);

	return (uint64_t)l->lost + l->damaged + session_counters(w->session)->frames_dropped;
}

static void describe_live(const struct window *w, char *out, size_t size)
{
	const struct target_info *t = session_target(w->session);
	uint64_t lost = frames_lost(w);
	char n[NUMBER_SIZE];

	snprintf(out, size, "%s", session_source(w->session));
	if (t->known)
		text_append(out, size, " · %u core%s", t->cores, t->cores == 1 ? "" : "s");
	const char *rests = session_demo(w->session)->rest_word(w->session);

	if (*rests)
		text_append(out, size, " · %s", rests);
	if (session_recording(w->session))
		text_append(out, size, " · recording");
	if (session_pending(w->session) > MANY_PENDING)
		text_append(out, size, " · %s commands to send", number_full(n, session_pending(w->session)));
	text_append(out, size, " · %s frame%s lost", number_full(n, lost), lost == 1 ? "" : "s");
}

/* The words at the top right; returns the colour of the dot before them. */
static uint32_t describe_link(const struct window *w, char *out, size_t size)
{
	const char *source = session_source(w->session);

	switch (session_state(w->session)) {
	case SESSION_CONNECTING:
		snprintf(out, size, "connecting to %s", source);
		return INK_ACCENT;
	case SESSION_SILENT:
		snprintf(out, size, "%s", session_problem(w->session));
		return INK_BAD;
	case SESSION_LOST:
		snprintf(out, size, "lost: %s", session_problem(w->session));
		return INK_BAD;
	case SESSION_ENDED:
		snprintf(out, size, "%s · %s", source,
			 session_is_replay(w->session) ? "end of the recording" : "the run has ended");
		return INK_SECOND;
	case SESSION_LIVE:
		break;
	}
	describe_live(w, out, size);
	if (frames_lost(w))
		return INK_BAD;
	return *session_demo(w->session)->rest_word(w->session) ? INK_ACCENT : INK_GOOD;
}

/* Returns where the words begin: what stands left of them ends there. */
static int draw_link(struct window *w, SDL_Rect bar)
{
	char text[FONT_TEXT_MAX];
	uint32_t colour = describe_link(w, text, sizeof text);
	int right = bar.x + bar.w - px(w, 20), room = bar.w / 2, dot = px(w, 8);
	int y = font_top(&w->fonts, FONT_BODY, bar.y + bar.h / 2);
	int used = font_draw_right(&w->fonts, FONT_BODY, right, y, room, colour == INK_BAD ? INK_BAD : INK_SECOND, text);
	int x = right - used - px(w, 8) - dot;
	SDL_Rect all = {x, bar.y, right - x, bar.h};

	draw_round(&w->draw, (SDL_Rect){x, bar.y + (bar.h - dot) / 2, dot, dot}, dot / 2, colour, 255);
	window_hot(w, all, ACTION_NONE, "The target, its cores, and frames of the stream that were lost or dropped");
	return x;
}

static void draw_demo_words(struct window *w, SDL_Rect bar, int x, int end)
{
	const struct target_info *t = session_target(w->session);
	int y = font_top(&w->fonts, FONT_BODY, bar.y + bar.h / 2), gap = px(w, 9);
	char text[FONT_TEXT_MAX] = "";

	if (t->known && t->app[0] && x < end)
		x += font_draw_fit(&w->fonts, FONT_STRONG, x, y, end - x, INK_TEXT, t->app) + gap;
	if (x < end)
		w->face->describe(w, text, sizeof text);
	if (!*text)
		return;
	int used = font_draw_fit(&w->fonts, FONT_BODY, x, y, end - x, INK_SECOND, text);

	window_hot(w, (SDL_Rect){x, bar.y, used, bar.h}, w->face->describe_action, w->face->describe_tip);
}

void header_draw(struct window *w)
{
	SDL_Rect bar = w->layout.header;
	int y = bar.y + bar.h / 2, title = font_top(&w->fonts, FONT_TITLE, y);

	draw_fill(&w->draw, bar, INK_PANEL, 255);
	draw_fill(&w->draw, (SDL_Rect){bar.x, bar.y + bar.h, bar.w, px(w, 1)}, INK_HAIRLINE, 255);
	int end = draw_link(w, bar) - px(w, 16), x = px(w, 52);

	draw_logo(w, px(w, 30), y);
	if (x < end)
		x += font_draw_fit(&w->fonts, FONT_TITLE, x, title, end - x, INK_TEXT, "Petri") + px(w, 21);
	draw_demo_words(w, bar, x, end);
}

/* What the mouse is on at the left, key help at the right; a notice stands between them and may push its words out. */
void status_draw(struct window *w)
{
	SDL_Rect r = w->layout.status;
	int y = font_top(&w->fonts, FONT_BODY, r.y + r.h / 2), x = r.x + px(w, 4), end = r.x + r.w - px(w, 4);
	char words[FONT_TEXT_MAX] = "";
	const char *notice = notice_text(w);

	w->face->hint(w, words, sizeof words);
	int gap = px(w, 24);
	int help = font_draw_right(&w->fonts, FONT_BODY, end, y, end - x, INK_SECOND, "H keys and help");

	window_hot(w, (SDL_Rect){end - help, r.y, help, r.h}, ACTION_HELP, "Show all keys  (H)");
	end -= help + gap;
	if (notice && end > x) {
		int width = font_width(&w->fonts, FONT_BODY, notice);

		if (width + gap + font_width(&w->fonts, FONT_BODY, words) > end - x)
			*words = 0;
		end -= font_draw_right(&w->fonts, FONT_BODY, *words ? end : x + (width < end - x ? width : end - x), y, end - x,
				       w->notice.bad ? INK_BAD : INK_TEXT, notice) +
		       gap;
	}
	if (*words && end > x)
		font_draw_fit(&w->fonts, FONT_BODY, x, y, end - x, INK_SECOND, words);
}
