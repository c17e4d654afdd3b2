/*
 * What a person can do with philosophers alone: keys and help.
 */
#include "window_phil.h"

const struct key phil_keys[] = {
	{SDLK_s, 0, PHIL_STRATEGY_NEXT},
	{SDLK_s, KEY_SHIFT, PHIL_STRATEGY_BEFORE},
	{SDLK_n, 0, PHIL_NUMBER},
	{SDLK_RIGHTBRACKET, 0, PHIL_MORE},
	{SDLK_LEFTBRACKET, 0, PHIL_FEWER},
	{SDLK_t, 0, PHIL_TIMES},
	{SDLK_PLUS, 0, PHIL_FASTER},
	{SDLK_PLUS, KEY_SHIFT, PHIL_FASTER},
	{SDLK_EQUALS, 0, PHIL_FASTER},
	{SDLK_EQUALS, KEY_SHIFT, PHIL_FASTER},
	{SDLK_KP_PLUS, 0, PHIL_FASTER},
	{SDLK_MINUS, 0, PHIL_SLOWER},
	{SDLK_KP_MINUS, 0, PHIL_SLOWER},
	{SDLK_z, 0, PHIL_FREEZE},
	{SDLK_k, 0, PHIL_KILL},
	{SDLK_w, 0, PHIL_WILD},
	{SDLK_TAB, 0, PHIL_NEXT},
	{SDLK_TAB, KEY_SHIFT, PHIL_BEFORE},
	{0, 0, ACTION_NONE},
};

const struct help_line phil_help[] = {
	{NULL, "Run"},
	{"Space", "play, pause"},
	{"R", "restart, all hungry"},
	{"S  Shift+S", "another strategy"},
	{"N", "how many philosophers"},
	{"[  ]", "fewer, more of them"},
	{"T", "times to think, eat, reach"},
	{"+  -", "twice as fast, half as fast"},
	{NULL, "Philosopher"},
	{"Click, Tab", "select one"},
	{"Z", "freeze, or let go on"},
	{"K, Ctrl+click", "kill: the forks are handed on"},
	{"W, Ctrl+Shift+click", "let it write where it may not"},
	{NULL, "View, when they are thousands"},
	{"Wheel", "come closer: plates, forks"},
	{"Right drag", "move, as the arrows do"},
	{"F", "fit"},
	{NULL, NULL},
};
