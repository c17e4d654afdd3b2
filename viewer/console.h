/*
 * petri-view --console: runs the apps of an image as programs are run: their stdout on stdout and nothing else there, their stderr, faults
 * and what the kernel has to say on stderr, and their exit code.
 */
#ifndef VIEWER_CONSOLE_H
#define VIEWER_CONSOLE_H

#include "options.h"

#define CONSOLE_FAILED 70   /* the kernel panicked, QEMU failed, or something was lost on the line */
#define CONSOLE_TIMEOUT 124 /* not done in time */

/* The exit code for main(). */
int console_run(const struct options *o);

#endif
