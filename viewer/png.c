/*
 * PNG by libpng. Its errors come by longjmp: everything that must be freed is outside the function that calls it.
 */
#include "png.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

/* May longjmp to the setjmp of its caller. */
static void write_rows(png_structp png, png_infop info, FILE *f, uint32_t w, uint32_t h, const uint8_t *rgb)
{
	png_init_io(png, f);
	png_set_IHDR(png, info, w, h, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		     PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (uint32_t y = 0; y < h; y++)
		png_write_row(png, rgb + (size_t)y * w * 3);
	png_write_end(png, NULL);
}

static bool write_file(FILE *f, uint32_t w, uint32_t h, const uint8_t *rgb)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	volatile bool good = false;

	if (info && setjmp(png_jmpbuf(png)) == 0) {
		write_rows(png, info, f, w, h, rgb);
		good = true;
	}
	png_destroy_write_struct(&png, &info);
	return good;
}

bool png_write_rgb(const char *path, uint32_t w, uint32_t h, const uint8_t *rgb, char *err, size_t err_size)
{
	char temporary[4096];
	bool good;
	FILE *f;

	if (snprintf(temporary, sizeof temporary, "%s.%d.tmp", path, (int)getpid()) >= (int)sizeof temporary)
		return fail(err, err_size, "%s: the name is too long", path);
	f = fopen(temporary, "wbe");
	if (!f)
		return fail(err, err_size, "%s: cannot write it: %s", path, strerror(errno));
	good = write_file(f, w, h, rgb);
	good = fclose(f) == 0 && good && rename(temporary, path) == 0;
	if (good)
		return true;
	fail(err, err_size, "%s: cannot write the picture: %s", path, strerror(errno));
	unlink(temporary);
	return false;
}
