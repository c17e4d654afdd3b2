/*
 * An array of pixels to paint on: pictures that are the same with every renderer, and can be checked pixel for pixel.
 */
#ifndef VIEWER_PIXELS_H
#define VIEWER_PIXELS_H

#include <stdint.h>

struct pixels {
	uint32_t *pixels; /* 0xAARRGGBB */
	int pitch;        /* pixels from row to row */
	int w, h;
};

#endif
