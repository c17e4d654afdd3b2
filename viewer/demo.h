/*
 * What a demo is to the viewer: a table of functions. Connection, decoding, HELLO and STATS, commands on their way,
 * recordings and the chrome of the faces are one piece for all; what a demo's frames mean, how its run begins and ends, and
 * how it draws itself stands in its own folder (life/, philosophers/).
 *
 * A session has the demo that the target's HELLO names. Before that it has the one that the options, or the image's folder,
 * speak of. `own` is the demo's model of what the target has told, made by open().
 */
#ifndef VIEWER_DEMO_H
#define VIEWER_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options;
struct option;
struct session;
struct fault;
struct face_tui;
struct face_window;

/* Takes one command; false stops the sequence (no memory). */
typedef bool command_sink(void *context, uint8_t type, const void *payload, size_t length);

enum frame_result {
	FRAME_TAKEN,
	FRAME_UNUSABLE, /* something that it builds on is missing: a key is wanted */
	FRAME_DAMAGED,  /* too short, or out of bounds */
};

#define WHERE_ROOM 100u

/* How a run ends: at its goal all is well, or there is a reason why not, and the exit code. */
struct run_end {
	int code;
	char reason[480]; /* "" when code tells all */
};

struct demo {
	const char *app;                /* as HELLO names it */
	const struct option *options;   /* those that are for this demo alone; the last has no name */
	uint8_t run, pause, reset, key; /* commands without a payload */
	const char *const *commands;    /* names of the app's commands from first_command on, ended by NULL */
	uint8_t first_command;

	/* options: what goes together; what was left open; what a run without a person needs (true if it had to choose) */
	bool (*check)(const struct options *o, char *err, size_t err_size);
	void (*settle)(struct options *o);
	bool (*settle_headless)(struct options *o, bool *chosen, char *err, size_t err_size);
	bool (*has_goal)(const struct options *o);

	/* the model */
	void *(*open)(void); /* NULL: no memory */
	void (*close)(void *own);
	void (*forget)(void *own, bool wholly); /* the target has begun anew; wholly: so has the recording, nothing was ever seen */
	void (*doubt)(void *own);               /* something was lost: nothing is sure before the next key */
	enum frame_result (*take)(struct session *s, uint8_t type, const uint8_t *p, size_t n);
	void (*deadlock)(struct session *s);                     /* the kernel has reported a cycle; or NULL */
	void (*fault)(struct session *s, const struct fault *f); /* a thread has died of one; or NULL */
	bool (*configured)(const void *own);
	bool (*sure)(const void *own); /* nothing is missing from what is shown */
	bool (*resting)(const void *own);
	const char *(*rest_word)(const struct session *s);  /* "paused", "deadlock"; "" for nothing to say */
	uint64_t (*shown)(const void *own);                 /* counts the complete pictures that have come */
	bool (*progress)(const void *own, uint64_t *value); /* what the rate counts: generations, meals */
	/* a recording tells its own run state, and the speed that a person chose for it, if any */
	void (*replay)(void *own, bool resting, const uint32_t *speed);

	/* the start: do the options want a set-up; is it possible; the commands; else what a running target is told */
	bool (*wanted)(const struct options *o);
	bool (*possible)(const struct options *o, char *err, size_t err_size);
	bool (*start)(const struct options *o, bool end, command_sink *sink, void *context, char *err, size_t err_size);
	void (*join)(struct session *s);
	/* how long the target may well be busy with this command */
	uint64_t (*busy_ms)(uint8_t type, const uint8_t *payload, size_t length);

	/* the end: "at generation 12", "generation 120", a reason why the goal cannot be reached any more ("" is none) */
	void (*where)(const struct session *s, char *out, size_t size);
	void (*goal)(const struct options *o, char *out, size_t size);
	bool (*hopeless)(struct session *s, const struct options *o, char *reason, size_t size);
	int (*exit_expected)(const struct session *s, const struct options *o);
	/* at the goal, checked: the verdict (NULL: all is well); what the options want kept */
	void (*finish)(struct session *s, const struct options *o, struct run_end *end);
	bool (*save)(struct session *s, const struct options *o, char *err, size_t err_size); /* NULL: nothing to save */
	void (*print)(const struct session *s, const struct options *o, int code);            /* the lines of a headless run */
	bool (*picture)(const struct session *s, const struct options *o, const char *path, char *err, size_t err_size);

	const struct face_tui *tui;
	const struct face_window *window; /* NULL: the viewer was built without */
};

extern const struct demo demo_life, demo_philosophers;

/* The demo of this name, or NULL. */
const struct demo *demo_named(const char *app);
/* The one that the options are for, or the image's folder; or NULL. */
const struct demo *demo_of(const struct options *o);
/* One by one, NULL after the last. */
const struct demo *demo_each(size_t i);
/* Life, as long as nothing speaks for another. */
const struct demo *demo_default(const struct options *o);

#endif
