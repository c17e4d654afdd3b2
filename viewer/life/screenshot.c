/*
 * The dish as a picture, without a window: for --headless and --tui.
 */
#include <stdlib.h>

#include "../png.h"
#include "../text.h"
#include "colours.h"

#define SIDE_WANTED 1024u
#define CELL_MAX 16u
#define CELL_WITH_GAP 6u /* from this size on a gap is left between cells */

static uint32_t cell_size(const struct dish *d)
{
	uint32_t side = d->width > d->height ? d->width : d->height, size = SIDE_WANTED / side;

	return size < 1 ? 1 : size > CELL_MAX ? CELL_MAX : size;
}

static void put_pixel(uint8_t *rgb, uint32_t colour)
{
	rgb[0] = (uint8_t)(colour >> 16);
	rgb[1] = (uint8_t)(colour >> 8);
	rgb[2] = (uint8_t)colour;
}

/* The gap, and the four corner pixels of a larger cell, show what lies under the cells. */
static bool is_under(uint32_t x, uint32_t y, uint32_t size)
{
	uint32_t last = size - 2;

	if (size < CELL_WITH_GAP)
		return false;
	return x > last || y > last || ((x == 0 || x == last) && (y == 0 || y == last));
}

static void draw_cell(uint8_t *rgb, uint32_t image_width, uint32_t size, uint32_t colour)
{
	for (uint32_t y = 0; y < size; y++)
		for (uint32_t x = 0; x < size; x++)
			put_pixel(rgb + ((size_t)y * image_width + x) * 3, is_under(x, y, size) ? COLOUR_DISH : colour);
}

bool dish_screenshot(const struct dish *d, enum palette p, const char *path, char *err, size_t err_size)
{
	uint32_t size, w, h;
	uint8_t *rgb;
	bool good;

	if (!d->shown)
		return fail(err, err_size, "%s: there is no dish to take a picture of", path);
	size = cell_size(d);
	w = d->width * size;
	h = d->height * size;
	rgb = malloc((size_t)w * h * 3);
	if (!rgb)
		return fail(err, err_size, "%s: no memory for the picture", path);
	for (uint32_t y = 0; y < d->height; y++)
		for (uint32_t x = 0; x < d->width; x++)
			draw_cell(rgb + ((size_t)y * size * w + (size_t)x * size) * 3, w, size,
				  colour_cell(p, d, (size_t)y * d->width + x));
	good = png_write_rgb(path, w, h, rgb, err, err_size);
	free(rgb);
	return good;
}
