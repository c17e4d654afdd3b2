/*
 * The three faces of the viewer, and what they share: how a run with --until ends, and how Ctrl-C reaches them.
 * Each face runs until the person leaves or the run ends, and returns the exit code (0, or 1 for a failure).
 */
#ifndef VIEWER_FACES_H
#define VIEWER_FACES_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "session.h"

int face_window(struct session *s, const struct options *o);
int face_tui(struct session *s, const struct options *o);
int face_headless(struct session *s, const struct options *o);

/* Set by SIGINT, SIGTERM and SIGHUP: a face that sees it cleans up and returns 1. */
extern volatile sig_atomic_t quit_signal;

/*
 * Call after each session_poll(). True when a run with --until is over: the goal was reached and checked, --save is
 * written, and *code is 0; or it cannot be reached any more, run_reason() says why, and *code is 1. Without --until
 * always false. Writes no screenshot: that is the face's own.
 */
bool run_over(struct session *s, const struct options *o, int *code);

/* Why the run failed, "" when it did not: main() prints it when the face has given the screen back. */
const char *run_reason(void);

/* Writes --save, if it was given, with the dish as it is shown. False, with a run_reason(), if that fails. */
bool run_save(struct session *s, const struct options *o);

/* The dish as a picture: cell_size pixels to a cell, coloured by age, gap and ghosts as in the window. */
bool dish_screenshot(const struct dish *d, enum palette p, const char *path, char *err, size_t err_size);

#endif
