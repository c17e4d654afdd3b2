/*
 * The command line of petri-view, parsed: one struct that everything else reads and nobody changes after main().
 * Pure text work; opens nothing. Strings point into argv. What is for one demo only is parsed by that demo
 * (life/options.c, philosophers/options.c).
 */
#ifndef VIEWER_OPTIONS_H
#define VIEWER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "life/options.h"
#include "philosophers/options.h"

enum face { FACE_AUTO, FACE_WINDOW, FACE_TUI, FACE_HEADLESS };
enum palette { PALETTE_DEFAULT, PALETTE_COLOURBLIND };

#define OPTIONS_ELFS 8u
#define CORES_MAX 4u
#define FONT_SCALE_MIN 0.5
#define FONT_SCALE_MAX 4.0

struct demo;

struct options {
	enum face face;      /* never FACE_AUTO once main() has chosen */
	const char *program; /* argv[0] */
	const char *source;  /* /dev/tty..., unix:, tcp:, qemu:BOARD:IMAGE or a file; never NULL after parsing */

	const struct demo *demo; /* the one that an option was for, or NULL */
	const char *demo_option; /* that option */
	struct life_options life;
	struct phil_options phil;

	/* the run */
	double timeout; /* seconds; 0 = none */
	bool has_timeout;
	bool just_looking; /* nobody said how far: main() chose; an app that the viewer cannot show runs to its end */
	const char *record, *screenshot;
	bool has_speed;
	uint32_t speed; /* generations, or steps of a recording, per 1,000 s; 0 = max; only if has_speed */

	/* the window */
	enum palette palette;
	double font_scale; /* FONT_SCALE_MIN..MAX, 1 = normal */
	bool hidden;       /* for tests of the window: leave after the --screenshot is written */

	/* serial line */
	uint32_t baud;

	/* QEMU */
	const char *qemu;      /* the program, "qemu-system-aarch64" */
	const char *qemu_args; /* further arguments, split at blanks; or NULL */
	const char *memory;    /* or NULL: the board's default */
	unsigned cores;        /* that take part; 0: as the image says */
	bool no_stealing;      /* an idle core does not take threads from others */
	bool icount;
	uint64_t seed; /* of the preemption points and of the demo's own dice, 0 = none */
	bool has_seed;
	uint64_t quantum_ns;            /* 0 = leave */
	uint8_t mode;                   /* enum wire_app_mode: of the app's threads */
	const char *boot_script;        /* write the blob here and leave */
	const char *elf;                /* the app's symbols; NULL: found beside the image */
	const char *elfs[OPTIONS_ELFS]; /* all that were given: of the first app, the second... */
	unsigned elf_count;

	/* the console */
	bool console, verbose;
	char **words; /* the app's arguments */
	int word_count;
};

enum options_result { OPTIONS_OK, OPTIONS_HELP, OPTIONS_WRONG };

/* Parses argv. OPTIONS_WRONG: err holds one line that says what is wrong. OPTIONS_HELP: --help was given. */
enum options_result options_parse(struct options *o, int argc, char **argv, char *err, size_t err_size);
/* The text of --help. */
const char *options_usage(void);
/* True if a run with these options repeats, or has nobody who watches: dice then begin with the same seed each time. */
bool options_repeat(const struct options *o);

#endif
