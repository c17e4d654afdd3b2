/*
 * Everything a person can do in the window, by name: which keys do it, and what the help says of it.
 *
 * Buttons, keys and the help overlay all come from this one table, so that they cannot disagree.
 */
#ifndef VIEWER_UI_ACTIONS_H
#define VIEWER_UI_ACTIONS_H

#include <SDL.h>

enum action {
	ACTION_NONE,
	ACTION_PLAY,
	ACTION_STEP,
	ACTION_RESET,
	ACTION_FASTER,
	ACTION_SLOWER,
	ACTION_FULL_SPEED,
	ACTION_RANDOM,
	ACTION_CLEAR,
	ACTION_RULE,
	ACTION_KILL_MODE,
	ACTION_WHO,
	ACTION_OPEN,
	ACTION_SAVE,
	ACTION_COPY,
	ACTION_PASTE,
	ACTION_PHOTO,
	ACTION_PHOTO_WINDOW,
	ACTION_RECORD,
	ACTION_FIT,
	ACTION_GRID,
	ACTION_PALETTE,
	ACTION_ZOOM_IN,
	ACTION_ZOOM_OUT,
	ACTION_ZOOM_1,
	ACTION_ZOOM_2,
	ACTION_ZOOM_3,
	ACTION_ZOOM_4,
	ACTION_ZOOM_5,
	ACTION_ZOOM_6,
	ACTION_PAN_LEFT,
	ACTION_PAN_RIGHT,
	ACTION_PAN_UP,
	ACTION_PAN_DOWN,
	ACTION_FULLSCREEN,
	ACTION_HELP,
	ACTION_QUIT,
	/* found by the mouse only */
	ACTION_SPEED_SLIDER,
};

/* The action of a key, or ACTION_NONE. */
enum action action_of_key(SDL_Keysym key);

/* One line of the help: keys == NULL is a heading. */
struct help_line {
	const char *keys, *text;
};
/* Ends with a line whose text is NULL. */
extern const struct help_line help_lines[];

#endif
