/*
 * The three faces of the viewer, and what they share: how a run with a goal ends, and how Ctrl-C reaches them.
 * Each face runs until the person leaves or the run ends, and returns the exit code (0, 1 for a failure, or the demo's).
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
 * Call after each session_poll(). True when a run with a goal (--until, --meals...) is over: it was reached and checked, what
 * was to be saved is written, and *code is the demo's verdict, 0 as a rule; or it cannot be reached any more, run_reason()
 * says why, and *code is 1. Without a goal always false. Writes no screenshot: that is the face's own.
 */
bool run_over(struct session *s, const struct options *o, int *code);

/* Why the run failed, "" when it did not: main() prints it when the face has given the screen back. */
const char *run_reason(void);

/* Saves what the options want saved, as it is shown. False, with a run_reason(), if that fails. */
bool run_save(struct session *s, const struct options *o);

#endif
