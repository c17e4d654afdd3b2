/*
 * Colours by age: a few stops on a logarithmic scale, and straight lines between them.
 */
#include "colours.h"

#include <math.h>

struct stop {
	float age;
	uint32_t colour;
};

/* Pale yellow, orange, magenta, blue. */
static const struct stop stops_default[] = {
	{0, 0xfff3c4},  {1, 0xffcf5c},  {3, 0xff9f4a},   {8, 0xe0605e},
	{24, 0xa04fa0}, {64, 0x6a55b0}, {160, 0x3f73b8}, {500, 0x2f7fa8},
};

/* From light yellow to dark blue with falling lightness only, told apart by every kind of colour vision. */
static const struct stop stops_colourblind[] = {
	{0, 0xfffbe0},  {1, 0xfde725},  {3, 0xd8c04a},   {8, 0xb0a368},
	{24, 0x8a8a7c}, {64, 0x5f7390}, {160, 0x3a62a0}, {500, 0x2450a8},
};

#define STOPS (sizeof stops_default / sizeof *stops_default)

static const uint32_t ghost_newest[] = {0x3a2b56, 0x3a3d45};

static uint32_t mix(uint32_t a, uint32_t b, float t)
{
	uint32_t out = 0;

	for (int shift = 0; shift < 24; shift += 8) {
		float x = (float)(a >> shift & 255), y = (float)(b >> shift & 255);

		out |= (uint32_t)(x + (y - x) * t + 0.5f) << shift;
	}
	return out;
}

static uint32_t work_out_alive(enum palette p, uint64_t age)
{
	const struct stop *s = p == PALETTE_COLOURBLIND ? stops_colourblind : stops_default;
	float a = logf(1.0f + (float)age);
	size_t i = 1;

	while (i < STOPS - 1 && age >= (uint64_t)s[i].age)
		i++;
	float from = logf(1.0f + s[i - 1].age), to = logf(1.0f + s[i].age), t = (a - from) / (to - from);

	return mix(s[i - 1].colour, s[i].colour, t < 1 ? t : 1);
}

uint32_t colour_alive(enum palette p, uint64_t age)
{
	static uint32_t table[2][512]; /* 0 = not yet worked out: no age is black */
	unsigned i = age < 512 ? (unsigned)age : 511;

	if (!table[p][i])
		table[p][i] = work_out_alive(p, i);
	return table[p][i];
}

uint32_t colour_ghost(enum palette p, uint64_t n)
{
	if (n < 1 || n > GHOST_GENERATIONS)
		return COLOUR_DISH;
	return mix(ghost_newest[p], COLOUR_DISH, (float)(n - 1) / GHOST_GENERATIONS);
}

uint32_t colour_cell(enum palette p, const struct dish *d, size_t index)
{
	if (d->killed[index] && d->faulted[index])
		return COLOUR_FAULTED;
	if (d->killed[index] && !d->cells[index])
		return mix(COLOUR_DISH, COLOUR_KILLED, 0.4f);
	if (d->killed[index])
		return COLOUR_KILLED;
	if (d->cells[index])
		return colour_alive(p, d->generation - d->born[index]);
	return d->died[index] == UINT64_MAX ? COLOUR_DISH : colour_ghost(p, d->generation - d->died[index] + 1);
}
