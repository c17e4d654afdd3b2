/*
 * The keys and the help that all demos share: see ui_actions.h.
 */
#include "ui_actions.h"

const struct key shared_keys[] = {
	{SDLK_SPACE, 0, ACTION_PLAY},
	{SDLK_r, 0, ACTION_RESET},
	{SDLK_p, 0, ACTION_PHOTO},
	{SDLK_p, KEY_SHIFT, ACTION_PHOTO_WINDOW},
	{SDLK_v, 0, ACTION_RECORD},
	{SDLK_r, KEY_SHIFT, ACTION_RECORD},
	{SDLK_f, 0, ACTION_FIT},
	{SDLK_c, 0, ACTION_PALETTE},
	{SDLK_PAGEUP, 0, ACTION_ZOOM_IN},
	{SDLK_PAGEDOWN, 0, ACTION_ZOOM_OUT},
	{SDLK_LEFT, 0, ACTION_PAN_LEFT},
	{SDLK_RIGHT, 0, ACTION_PAN_RIGHT},
	{SDLK_UP, 0, ACTION_PAN_UP},
	{SDLK_DOWN, 0, ACTION_PAN_DOWN},
	{SDLK_F11, 0, ACTION_FULLSCREEN},
	{SDLK_h, 0, ACTION_HELP},
	{SDLK_F1, 0, ACTION_HELP},
	{SDLK_q, 0, ACTION_QUIT},
	{SDLK_q, KEY_CTRL, ACTION_QUIT},
	{SDLK_ESCAPE, 0, ACTION_QUIT},
	{0, 0, ACTION_NONE},
};

const struct help_line shared_help[] = {
	{NULL, "Window"},
	{"P  Shift+P", "photo of it, of the window"},
	{"V", "record, stop recording"},
	{"C", "other colours"},
	{"F11", "full screen"},
	{"H", "show or hide this"},
	{"Q  Esc", "leave"},
	{NULL, NULL},
};

static int find(const struct key *table, SDL_Keycode key, unsigned held)
{
	for (; table->action; table++)
		if (table->key == key && table->modifiers == held)
			return table->action;
	return ACTION_NONE;
}

unsigned action_held(unsigned mod) { return (mod & (KMOD_CTRL | KMOD_GUI) ? KEY_CTRL : 0) | (mod & KMOD_SHIFT ? KEY_SHIFT : 0); }

int action_of_key(const struct key *demo, SDL_Keysym key)
{
	unsigned held = action_held(key.mod);
	int action = key.mod & KMOD_ALT ? ACTION_NONE : find(demo, key.sym, held);

	return action || key.mod & KMOD_ALT ? action : find(shared_keys, key.sym, held);
}
