/*
 * Writing a PNG file: the one place that knows libpng.
 */
#ifndef VIEWER_PNG_H
#define VIEWER_PNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes w*h pixels (3 bytes each: red, green, blue; rows from the top) to path, by way of a temporary file that is then
 * renamed. On failure nothing is left behind and err holds one line. */
bool png_write_rgb(const char *path, uint32_t w, uint32_t h, const uint8_t *rgb, char *err, size_t err_size);

#endif
