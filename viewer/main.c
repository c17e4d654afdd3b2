/*
 * petri-view: options in, a session and a face out. Nothing is left running or lying about, however it ends.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bootscript.h"
#include "console.h"
#include "faces.h"
#include "source.h"
#include "text.h"

#define HEADLESS_TIMEOUT 600.0

volatile sig_atomic_t quit_signal;

static void on_signal(int number) { quit_signal = number; }

/* SIGPIPE would end us when QEMU dies while we write to it. */
static void catch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct sigaction a = {.sa_handler = on_signal};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		sigaction(numbers[i], &a, NULL);
	a.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &a, NULL);
}

static bool has_display(void)
{
	const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");

	return (x && *x) || (wayland && *wayland);
}

static enum face choose_face(void)
{
#ifdef WITH_WINDOW
	if (has_display())
		return FACE_WINDOW;
#else
	(void)has_display;
#endif
	return isatty(0) && isatty(1) ? FACE_TUI : FACE_HEADLESS;
}

static int run_face(struct session *s, const struct options *o)
{
	if (o->face == FACE_TUI)
		return face_tui(s, o);
#ifdef WITH_WINDOW
	if (o->face == FACE_WINDOW)
		return face_window(s, o);
#endif
	return face_headless(s, o);
}

/* The picture of a plain run goes beside the program. */
static const char *picture_default(void)
{
	static char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 16);
	char *slash;

	if (n <= 0)
		return "petri.png";
	path[n] = 0;
	slash = strrchr(path, '/');
	strcpy(slash ? slash + 1 : path, "petri.png");
	return path;
}

/* Nobody watches and nobody said how far: the demo chooses, and a picture is taken. Both, when either may be running there. */
static bool settle_headless(struct options *o, char *err, size_t err_size)
{
	const struct demo *only = demo_of(o), *d;
	bool chosen = false;

	if (o->face != FACE_HEADLESS)
		return true;
	if (!o->has_timeout)
		o->timeout = HEADLESS_TIMEOUT;
	if (source_kind_of(o->source) == SOURCE_FILE)
		return true;
	for (size_t i = 0; (d = demo_each(i)); i++)
		if ((!only || d == only) && !d->settle_headless(o, &chosen, err, err_size))
			return false;
	o->just_looking = chosen;
	if (chosen && !o->screenshot) {
		char goal[WHERE_ROOM];

		o->screenshot = picture_default();
		demo_default(o)->goal(o, goal, sizeof goal);
		fprintf(stderr, "petri-view: until %s, then a picture: %s\n", goal, o->screenshot);
	}
	return true;
}

/* Better told now than after the run. */
static bool can_write(const char *path, char *err, size_t err_size)
{
	char folder[4096];
	char *slash;

	if (!path)
		return true;
	snprintf(folder, sizeof folder, "%s", path);
	slash = strrchr(folder, '/');
	if (slash)
		*(slash == folder ? slash + 1 : slash) = 0;
	if (access(slash ? folder : ".", W_OK) == 0 || access(path, W_OK) == 0)
		return true;
	return fail(err, err_size, "%s: cannot write there: %s", path, strerror(errno));
}

static int write_boot_script(const struct options *o)
{
	uint8_t *blob;
	size_t size;
	char err[400];
	bool good;

	blob = boot_script(o, demo_default(o), o->icount, o->icount, &size, err, sizeof err);
	good = blob && file_write(o->boot_script, blob, size, err, sizeof err);
	if (!good)
		fprintf(stderr, "petri-view: %s\n", err);
	free(blob);
	return good ? 0 : 1;
}

static int run(const struct options *o)
{
	char err[500];
	struct session *s = session_open(o, err, sizeof err);
	int code;

	if (!s) {
		fprintf(stderr, "petri-view: %s\n", err);
		return 1;
	}
	code = run_face(s, o);
	if (*run_reason())
		fprintf(stderr, "petri-view: %s\n", run_reason());
	session_close(s);
	return code;
}

int main(int argc, char **argv)
{
	struct options o;
	char err[500];

	switch (options_parse(&o, argc, argv, err, sizeof err)) {
	case OPTIONS_HELP:
		fputs(options_usage(), stdout);
		return 0;
	case OPTIONS_WRONG:
		fprintf(stderr, "petri-view: %s\n", err);
		return 2;
	case OPTIONS_OK:
		break;
	}
#ifndef WITH_WINDOW
	if (o.face == FACE_WINDOW) {
		fprintf(stderr, "petri-view: this petri-view was built without a window\n");
		return 1;
	}
#endif
	if (o.boot_script)
		return write_boot_script(&o);
	if (o.console) {
		catch_signals();
		return console_run(&o);
	}
	if (o.face == FACE_AUTO)
		o.face = choose_face();
	if (!settle_headless(&o, err, sizeof err) || !can_write(o.life.save, err, sizeof err) ||
	    !can_write(o.screenshot, err, sizeof err)) {
		fprintf(stderr, "petri-view: %s\n", err);
		return 1;
	}
	catch_signals();
	return run(&o);
}
