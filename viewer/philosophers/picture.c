/*
 * The table as a picture, without a window: for --headless and --tui.
 */
#include <math.h>
#include <stdlib.h>

#include "../png.h"
#include "../text.h"
#include "colours.h"

#define SIDE 1024u

bool phil_picture(const struct session *s, const struct options *o, const char *path, char *err, size_t err_size)
{
	const struct table *t = phil_table(s);
	uint32_t across = (uint32_t)ceil(sqrt(t->count)), cell = SIDE / (across ? across : 1), side = across * cell;
	uint8_t *rgb = t->shown ? malloc((size_t)side * side * 3) : NULL;
	bool good;

	if (!rgb)
		return fail(err, err_size, "%s: there is no table to take a picture of", path);
	for (uint32_t at = 0; at < side * side; at++) {
		uint32_t x = at % side, y = at / side, i = y / cell * across + x / cell;
		bool gap = x % cell >= cell * 7 / 8 || y % cell >= cell * 7 / 8;
		uint32_t c = gap || i >= t->count ? PHIL_COLOUR_GROUND : phil_colour(o->palette, t->looks[i] & PHIL_STATE_MASK);

		rgb[3 * (size_t)at] = (uint8_t)(c >> 16);
		rgb[3 * (size_t)at + 1] = (uint8_t)(c >> 8);
		rgb[3 * (size_t)at + 2] = (uint8_t)c;
	}
	good = png_write_rgb(path, side, side, rgb, err, err_size);
	free(rgb);
	return good;
}
