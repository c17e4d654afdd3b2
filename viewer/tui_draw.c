/*
 * The terminal's picture: what the demo draws, a status line, and a line for keys and news.
 */
#include "tui.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

#define STATUS_LINES 2u
#define COLUMNS_MIN 24u
#define ROWS_MIN 6u
#define NEWS_MS 6000u /* how long a notice stays */

static const char *state_word(const struct session *s)
{
	switch (session_state(s)) {
	case SESSION_CONNECTING:
		return "waiting for the target";
	case SESSION_SILENT:
		return "SILENT";
	case SESSION_LOST:
		return "LOST";
	case SESSION_ENDED:
		return session_is_replay(s) ? "end of the recording" : "ended";
	case SESSION_LIVE:
		break;
	}
	return session_demo(s)->tui->run_word(s);
}

/* Shows at most as many bytes as there are columns; all texts here are plain ASCII. */
void tui_text(struct screen *sc, unsigned row, long colour, const char *text)
{
	struct line l;

	line_clear(&l);
	line_colours(&l, sc, colour, -1);
	line_put(&l, "%.*s", (int)sc->columns - 1, text);
	screen_show(sc, row, &l);
}

static void draw_status(struct screen *sc, const struct session *s)
{
	char text[512], own[300];
	bool wrong = session_state(s) == SESSION_SILENT || session_state(s) == SESSION_LOST;

	session_demo(s)->tui->status(s, own, sizeof own);
	snprintf(text, sizeof text, " %s  %s  %s", state_word(s), own, session_source(s));
	tui_text(sc, sc->rows - 2, wrong ? TUI_BAD : TUI_ACCENT, text);
}

/* The newest notice for some seconds, else the trouble if there is any, else the keys. */
static void draw_last(struct screen *sc, const struct session *s)
{
	const char *text = session_problem(s);
	uint64_t when;
	const char *notice = session_notice(s, &when);
	char line[512];

	if (!*text && *notice && clock_ms() - when < NEWS_MS)
		text = notice;
	snprintf(line, sizeof line, " %s", *text ? text : session_demo(s)->tui->keys);
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = ' ';
	tui_text(sc, sc->rows - 1, *text ? TUI_TEXT : TUI_FAINT, line);
}

static void draw_too_small(struct screen *sc)
{
	char text[120];

	snprintf(text, sizeof text, "too small: %ux%u, need %ux%u", sc->columns, sc->rows, COLUMNS_MIN, ROWS_MIN);
	for (unsigned row = 0; row < sc->rows; row++)
		tui_text(sc, row, TUI_TEXT, row ? "" : text);
}

void tui_draw(struct screen *sc, struct view *v, struct session *s, const struct options *o)
{
	if (sc->columns < COLUMNS_MIN || sc->rows < ROWS_MIN) {
		draw_too_small(sc);
	} else {
		session_demo(s)->tui->draw(sc, sc->rows - STATUS_LINES, v, s, o);
		draw_status(sc, s);
		draw_last(sc, s);
	}
	screen_flush(sc);
}
