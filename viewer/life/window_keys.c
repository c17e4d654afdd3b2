/*
 * What a person can do with a dish alone: keys and help.
 */
#include "window_life.h"

const struct key life_keys[] = {
	{SDLK_s, 0, LIFE_STEP},          {SDLK_PERIOD, 0, LIFE_STEP},
	{SDLK_PLUS, 0, LIFE_FASTER},     {SDLK_PLUS, KEY_SHIFT, LIFE_FASTER},
	{SDLK_EQUALS, 0, LIFE_FASTER},   {SDLK_EQUALS, KEY_SHIFT, LIFE_FASTER},
	{SDLK_KP_PLUS, 0, LIFE_FASTER},  {SDLK_MINUS, 0, LIFE_SLOWER},
	{SDLK_KP_MINUS, 0, LIFE_SLOWER}, {SDLK_0, 0, LIFE_FULL_SPEED},
	{SDLK_n, 0, LIFE_RANDOM},        {SDLK_DELETE, 0, LIFE_CLEAR},
	{SDLK_t, 0, LIFE_RULE},          {SDLK_k, 0, LIFE_KILL_MODE},
	{SDLK_y, 0, LIFE_SYNC_NEXT},     {SDLK_w, 0, LIFE_WHO},           {SDLK_o, KEY_CTRL, LIFE_OPEN},
	{SDLK_o, 0, LIFE_OPEN},          {SDLK_s, KEY_CTRL, LIFE_SAVE},
	{SDLK_c, KEY_CTRL, LIFE_COPY},   {SDLK_v, KEY_CTRL, LIFE_PASTE},
	{SDLK_g, 0, LIFE_GRID},          {SDLK_1, 0, LIFE_ZOOM_1},
	{SDLK_2, 0, LIFE_ZOOM_2},        {SDLK_3, 0, LIFE_ZOOM_3},
	{SDLK_4, 0, LIFE_ZOOM_4},        {SDLK_5, 0, LIFE_ZOOM_5},
	{SDLK_6, 0, LIFE_ZOOM_6},        {0, 0, ACTION_NONE},
};

const struct help_line life_help[] = {
	{NULL, "Run"},
	{"Space", "play, pause"},
	{"S  .", "one generation"},
	{"+  -", "faster, slower"},
	{"0", "as fast as possible"},
	{"R", "back to the start pattern"},
	{NULL, "Dish"},
	{"Click, drag", "bring to life, or end it"},
	{"Ctrl+click", "end the cell's thread"},
	{"Ctrl+Shift+click", "let it write where it may not"},
	{"K", "let any click end threads"},
	{"W", "ask for the thread here"},
	{"T", "rule, topology, size"},
	{"Y", "barrier, neighbours, channels"},
	{"N  Delete", "soup, empty dish"},
	{NULL, "View"},
	{"Wheel", "zoom around the pointer"},
	{"1 .. 6", "1 to 32 pixels a cell"},
	{"Right drag", "move, as the arrows do"},
	{"F  G", "fit, grid"},
	{NULL, "Files"},
	{"O", "open a pattern, or drop it"},
	{"Ctrl+S", "save the dish as RLE"},
	{"Ctrl+C  Ctrl+V", "copy, paste RLE"},
	{NULL, NULL},
};
