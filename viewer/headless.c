/*
 * The face without a face: for scripts. Runs to the goal, tells what the target says on stderr, and prints what it came to.
 */
#include <stdio.h>
#include <string.h>

#include "faces.h"

#define POLL_MS 50

/* The line of the target's that has not ended yet: our own words are not to stand in it. */
struct line {
	char text[4096];
	size_t size;
};

static void end_line(struct line *line)
{
	if (line->size)
		fprintf(stderr, "%.*s\n", (int)line->size, line->text);
	line->size = 0;
}

/* It goes to a terminal, perhaps: no control characters but those that belong into text. */
static void add_to_line(struct line *line, char c)
{
	if ((unsigned char)c >= ' ' || c == '\n' || c == '\t')
		line->text[line->size++] = c;
	if (c == '\n' || line->size == sizeof line->text) {
		fwrite(line->text, 1, line->size, stderr);
		line->size = 0;
	}
}

static void tell_console(struct session *s, struct line *line)
{
	char text[4096];
	size_t n;

	while ((n = session_console(s, text, sizeof text)) > 0)
		for (size_t i = 0; i < n; i++)
			add_to_line(line, text[i]);
	fflush(stderr);
}

static void tell_notices(struct session *s)
{
	for (const char *notice; (notice = session_next_notice(s));)
		fprintf(stderr, "petri-view: %s\n", notice);
}

static int finish(struct session *s, const struct options *o, int code)
{
	char err[400];

	if (o->just_looking && !session_shown(s))
		return 0; /* an app that cannot be seen: its text was all */
	if (o->screenshot && !session_demo(s)->picture(s, o, o->screenshot, err, sizeof err)) {
		fprintf(stderr, "petri-view: %s\n", err);
		return 1;
	}
	if (session_counters(s)->bytes_per_thread)
		fprintf(stderr, "bytes per thread: %u\n", session_counters(s)->bytes_per_thread);
	session_demo(s)->print(s, o, code);
	if (fflush(stdout) == 0)
		return code;
	fprintf(stderr, "petri-view: stdout cannot be written\n");
	return 1;
}

int face_headless(struct session *s, const struct options *o)
{
	struct line line = {.size = 0};
	int code = 1;
	bool over = false;

	while (!over && !quit_signal) {
		session_poll(s, POLL_MS);
		tell_console(s, &line);
		tell_notices(s);
		over = run_over(s, o, &code);
	}
	tell_console(s, &line);
	end_line(&line);
	if (quit_signal)
		fprintf(stderr, "petri-view: stopped by signal %d\n", (int)quit_signal);
	return over && !*run_reason() ? finish(s, o, code) : 1;
}
