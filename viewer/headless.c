/*
 * The face without a face: for scripts. Runs to the goal, tells what the target says on stderr, and prints one line.
 */
#include <stdio.h>
#include <string.h>

#include "faces.h"

#define POLL_MS 50

/* The target's text goes to a terminal, perhaps: no control characters but those that belong into text. */
static void tell_console(struct session *s)
{
	char text[4096];
	size_t n;

	while ((n = session_console(s, text, sizeof text)) > 0)
		for (size_t i = 0; i < n; i++)
			if ((unsigned char)text[i] >= ' ' || text[i] == '\n' || text[i] == '\t')
				fputc(text[i], stderr);
	fflush(stderr);
}

static void tell_notices(struct session *s)
{
	for (const char *notice; (notice = session_next_notice(s));)
		fprintf(stderr, "petri-view: %s\n", notice);
}

static void print_line(const struct session *s)
{
	const struct dish *d = session_dish(s);
	const struct counters *c = session_counters(s);

	printf("generation %llu population %u threads_created %llu cell_steps %llu voluntary_switches %llu preemptions %llu\n",
	       (unsigned long long)d->generation, d->population, (unsigned long long)d->created, (unsigned long long)d->steps,
	       (unsigned long long)c->switches, (unsigned long long)c->preemptions);
}

static int finish(struct session *s, const struct options *o)
{
	char err[400];

	if (o->just_looking && session_dish(s)->width == 0)
		return 0; /* an app without a dish: its text was all */
	if (o->screenshot && !dish_screenshot(session_dish(s), o->palette, o->screenshot, err, sizeof err)) {
		fprintf(stderr, "petri-view: %s\n", err);
		return 1;
	}
	print_line(s);
	if (fflush(stdout) == 0)
		return 0;
	fprintf(stderr, "petri-view: stdout cannot be written\n");
	return 1;
}

int face_headless(struct session *s, const struct options *o)
{
	int code = 1;
	bool over = false;

	while (!over && !quit_signal) {
		session_poll(s, POLL_MS);
		tell_console(s);
		tell_notices(s);
		over = run_over(s, o, &code);
	}
	tell_console(s);
	if (quit_signal)
		fprintf(stderr, "petri-view: stopped by signal %d\n", (int)quit_signal);
	return over && code == 0 ? finish(s, o) : 1;
}
