/*
 * Pictures and recordings, to files named by the time.
 */
#include "window.h"

#include <stdio.h>
#include <time.h>

void files_stamp(char *out, size_t size, const char *extension)
{
	time_t now = time(NULL);
	char stamp[32];

	strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", localtime(&now));
	snprintf(out, size, "petri-%s.%s", stamp, extension);
}

void files_photo(struct window *w, bool whole_window)
{
	char path[64], err[256];
	const struct demo *demo = session_demo(w->session);
	struct options o = *w->options;
	bool done;

	o.palette = w->palette;
	files_stamp(path, sizeof path, "png");
	if (whole_window)
		done = window_photo(w, path, err, sizeof err);
	else
		done = demo->picture(w->session, &o, path, err, sizeof err);
	window_say(w, !done, done ? "photo: %s" : "no photo: %s", done ? path : err);
}

void files_record(struct window *w)
{
	char path[64], err[256];

	if (session_recording(w->session)) {
		bool whole = session_record(w->session, NULL, err, sizeof err);

		window_say(w, !whole, "%s", whole ? "the recording has ended" : err);
		return;
	}
	files_stamp(path, sizeof path, "petri");
	if (session_record(w->session, path, err, sizeof err))
		window_say(w, false, "recording to %s", path);
	else
		window_say(w, true, "no recording: %s", err);
}
