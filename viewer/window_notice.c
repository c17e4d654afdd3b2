/*
 * The one line that tells what just happened: the window's own news and the session's, the newest wins.
 */
#include "window.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_MS 7000
#define SHOWN_BAD_MS 12000

void window_say(struct window *w, bool bad, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(w->notice.text, sizeof w->notice.text, format, args);
	va_end(args);
	w->notice.bad = bad;
	w->notice.since = SDL_GetTicks64();
	w->dirty = true;
}

bool notice_update(struct window *w)
{
	uint64_t when = 0;
	const char *text = session_notice(w->session, &when);

	if (!text || !*text || when <= w->notice.session_when)
		return false;
	w->notice.session_when = when;
	if (strstr(text, "thread ") && strstr(text, " steps ")) /* the answer to a question: it has its own place */
		snprintf(w->who, sizeof w->who, "%s", text);
	window_say(w, false, "%s", text);
	return true;
}

const char *notice_text(const struct window *w)
{
	uint64_t age = SDL_GetTicks64() - w->notice.since;

	return w->notice.text[0] && age < (w->notice.bad ? SHOWN_BAD_MS : SHOWN_MS) ? w->notice.text : NULL;
}
