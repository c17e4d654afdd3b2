/*
 * Everything a person can do in the window, by name: which keys do it, and what the help says of it. What all demos have
 * is in ui_actions.c; each demo has tables of its own for the rest, and actions from ACTION_DEMO on.
 *
 * Buttons, keys and the help overlay all come from these tables, so that they cannot disagree.
 */
#ifndef VIEWER_UI_ACTIONS_H
#define VIEWER_UI_ACTIONS_H

#include <SDL.h>

enum {
	ACTION_NONE,
	ACTION_PLAY,
	ACTION_RESET,
	ACTION_PHOTO,
	ACTION_PHOTO_WINDOW,
	ACTION_RECORD,
	ACTION_FIT,
	ACTION_PALETTE,
	ACTION_ZOOM_IN,
	ACTION_ZOOM_OUT,
	ACTION_PAN_LEFT,
	ACTION_PAN_RIGHT,
	ACTION_PAN_UP,
	ACTION_PAN_DOWN,
	ACTION_FULLSCREEN,
	ACTION_HELP,
	ACTION_QUIT,
	ACTION_DEMO = 64,
};

#define KEY_CTRL 1u
#define KEY_SHIFT 2u

struct key {
	SDL_Keycode key;
	unsigned modifiers;
	int action; /* ACTION_NONE ends a table */
};

/* One line of the help: keys == NULL is a heading. A line whose text is NULL ends a table. */
struct help_line {
	const char *keys, *text;
};

extern const struct key shared_keys[];
extern const struct help_line shared_help[];

/* KEY_CTRL, KEY_SHIFT in what SDL says is held. */
unsigned action_held(unsigned mod);
/* The action of a key: of the demo's table, or else of the shared one, or ACTION_NONE. */
int action_of_key(const struct key *demo, SDL_Keysym key);

#endif
