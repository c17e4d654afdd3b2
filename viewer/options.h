/*
 * The command line of petri-view, parsed: one struct that everything else reads and nobody changes after main().
 * Pure text work; opens nothing. Strings point into argv.
 */
#ifndef VIEWER_OPTIONS_H
#define VIEWER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern.h"

enum face { FACE_AUTO, FACE_WINDOW, FACE_TUI, FACE_HEADLESS };
enum palette { PALETTE_DEFAULT, PALETTE_COLOURBLIND };

#define FONT_SCALE_MIN 0.5
#define FONT_SCALE_MAX 4.0

struct options {
	enum face face;      /* never FACE_AUTO once main() has chosen */
	const char *program; /* argv[0] */
	const char *source;  /* /dev/tty..., unix:, tcp:, qemu:BOARD:IMAGE or a file; never NULL after parsing */

	/* the dish to start with */
	const char *load;
	bool has_rule;
	struct rule rule; /* its size is 0 when --rule has no suffix */
	bool has_random;
	double random;
	bool has_soup;
	uint64_t soup; /* always set: see options_parse() */

	/* the run */
	bool has_until;
	uint64_t until;
	bool just_looking; /* nobody said how far: main() chose until; an app without a dish runs to its end */
	bool has_speed;
	uint32_t speed; /* generations per 1,000 s, 0 = max; only if has_speed; the session knows each face's default */
	bool has_timeout;
	double timeout; /* seconds; 0 = none */
	const char *save, *record, *screenshot;

	/* the window */
	enum palette palette;
	double font_scale; /* FONT_SCALE_MIN..MAX, 1 = normal */
	bool grid;
	bool hidden; /* for tests of the window: leave after the --screenshot is written */

	/* serial line */
	uint32_t baud;

	/* QEMU */
	const char *qemu;      /* the program, "qemu-system-aarch64" */
	const char *qemu_args; /* further arguments, split at blanks; or NULL */
	const char *memory;    /* or NULL: the board's default */
	unsigned smp;          /* 0: the board's default */
	bool icount;
	uint64_t seed; /* of the preemption points, 0 = none */
	bool has_seed;
	uint64_t quantum_ns;     /* 0 = leave */
	const char *boot_script; /* write the blob here and leave */
};

enum options_result { OPTIONS_OK, OPTIONS_HELP, OPTIONS_WRONG };

/*
 * Parses argv. OPTIONS_WRONG: err holds one line that says what is wrong. OPTIONS_HELP: --help was given.
 * The soup's seed is the clock unless --soup is given; it is 1 with --seed, --icount or
 * --headless, so that such runs repeat.
 */
enum options_result options_parse(struct options *o, int argc, char **argv, char *err, size_t err_size);
/* The text of --help. */
const char *options_usage(void);

#endif
