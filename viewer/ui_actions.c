/*
 * Keys and help: see ui_actions.h.
 */
#include "ui_actions.h"

#define CTRL 1u
#define SHIFT 2u

static const struct {
	SDL_Keycode key;
	unsigned modifiers;
	enum action action;
} keys[] = {
	{SDLK_SPACE, 0, ACTION_PLAY},
	{SDLK_s, 0, ACTION_STEP},
	{SDLK_PERIOD, 0, ACTION_STEP},
	{SDLK_r, 0, ACTION_RESET},
	{SDLK_PLUS, 0, ACTION_FASTER},
	{SDLK_PLUS, SHIFT, ACTION_FASTER},
	{SDLK_EQUALS, 0, ACTION_FASTER},
	{SDLK_EQUALS, SHIFT, ACTION_FASTER},
	{SDLK_KP_PLUS, 0, ACTION_FASTER},
	{SDLK_MINUS, 0, ACTION_SLOWER},
	{SDLK_KP_MINUS, 0, ACTION_SLOWER},
	{SDLK_0, 0, ACTION_FULL_SPEED},
	{SDLK_n, 0, ACTION_RANDOM},
	{SDLK_DELETE, 0, ACTION_CLEAR},
	{SDLK_t, 0, ACTION_RULE},
	{SDLK_k, 0, ACTION_KILL_MODE},
	{SDLK_w, 0, ACTION_WHO},
	{SDLK_o, CTRL, ACTION_OPEN},
	{SDLK_o, 0, ACTION_OPEN},
	{SDLK_s, CTRL, ACTION_SAVE},
	{SDLK_c, CTRL, ACTION_COPY},
	{SDLK_v, CTRL, ACTION_PASTE},
	{SDLK_p, 0, ACTION_PHOTO},
	{SDLK_p, SHIFT, ACTION_PHOTO_WINDOW},
	{SDLK_v, 0, ACTION_RECORD},
	{SDLK_r, SHIFT, ACTION_RECORD},
	{SDLK_f, 0, ACTION_FIT},
	{SDLK_g, 0, ACTION_GRID},
	{SDLK_c, 0, ACTION_PALETTE},
	{SDLK_PAGEUP, 0, ACTION_ZOOM_IN},
	{SDLK_PAGEDOWN, 0, ACTION_ZOOM_OUT},
	{SDLK_1, 0, ACTION_ZOOM_1},
	{SDLK_2, 0, ACTION_ZOOM_2},
	{SDLK_3, 0, ACTION_ZOOM_3},
	{SDLK_4, 0, ACTION_ZOOM_4},
	{SDLK_5, 0, ACTION_ZOOM_5},
	{SDLK_6, 0, ACTION_ZOOM_6},
	{SDLK_LEFT, 0, ACTION_PAN_LEFT},
	{SDLK_RIGHT, 0, ACTION_PAN_RIGHT},
	{SDLK_UP, 0, ACTION_PAN_UP},
	{SDLK_DOWN, 0, ACTION_PAN_DOWN},
	{SDLK_F11, 0, ACTION_FULLSCREEN},
	{SDLK_h, 0, ACTION_HELP},
	{SDLK_F1, 0, ACTION_HELP},
	{SDLK_q, 0, ACTION_QUIT},
	{SDLK_q, CTRL, ACTION_QUIT},
	{SDLK_ESCAPE, 0, ACTION_QUIT},
};

const struct help_line help_lines[] = {
	{NULL, "Run"},
	{"Space", "play, pause"},
	{"S  .", "one generation"},
	{"+  -", "faster, slower"},
	{"0", "as fast as possible"},
	{"R", "back to the start pattern"},
	{NULL, "Dish"},
	{"Click, drag", "bring to life, or end it"},
	{"Shift+click", "end the cell's thread"},
	{"K", "let any click end threads"},
	{"W", "ask for the thread here"},
	{"T", "rule, topology, size"},
	{"N  Delete", "soup, empty dish"},
	{NULL, "View"},
	{"Wheel", "zoom around the pointer"},
	{"1 .. 6", "1 to 32 pixels a cell"},
	{"Right drag", "move, as the arrows do"},
	{"F  G  C", "fit, grid, other colours"},
	{"F11", "full screen"},
	{NULL, "Files"},
	{"O", "open a pattern, or drop it"},
	{"Ctrl+S", "save the dish as RLE"},
	{"Ctrl+C  Ctrl+V", "copy, paste RLE"},
	{"P  Shift+P", "photo of dish, of window"},
	{"V", "record, stop recording"},
	{NULL, "Window"},
	{"H", "show or hide this"},
	{"Q  Esc", "leave"},
	{NULL, NULL},
};

enum action action_of_key(SDL_Keysym key)
{
	unsigned held = (key.mod & (KMOD_CTRL | KMOD_GUI) ? CTRL : 0) | (key.mod & KMOD_SHIFT ? SHIFT : 0);

	if (key.mod & KMOD_ALT)
		return ACTION_NONE;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].key == key.sym && keys[i].modifiers == held)
			return keys[i].action;
	return ACTION_NONE;
}
