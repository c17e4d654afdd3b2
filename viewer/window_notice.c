/*
 * The one line that tells what just happened: the window's own news and the session's, the newest wins.
 */
#include "window.h"

#include <stdarg.h>
#include <stdio.h>

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
	const char *text;
	bool any = false;

	for (; (text = session_next_notice(w->session)); any = true)
		if (!w->face->takes_notice || !w->face->takes_notice(w, text))
			window_say(w, false, "%s", text);
	return any;
}

const char *notice_text(const struct window *w)
{
	uint64_t age = SDL_GetTicks64() - w->notice.since;

	return w->notice.text[0] && age < (w->notice.bad ? SHOWN_BAD_MS : SHOWN_MS) ? w->notice.text : NULL;
}
