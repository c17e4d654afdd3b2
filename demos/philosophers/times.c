/* Times: see times.h. */
#include "times.h"

#include <petri/time.h>
#include <petri/wire_phil.h>

/* SplitMix64 (Steele, Lea, Flood 2014): a counter and a mixer, so any seed will do. */
#define GOLDEN 0x9E3779B97F4A7C15u

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

uint64_t random_begin(uint64_t seed, uint32_t i) { return mix(mix(seed + GOLDEN) + i * GOLDEN); }

uint64_t random_next(uint64_t *random) { return mix(*random += GOLDEN); }

/* a * b / 2^shift, without overflow in between. */
static uint64_t scaled(uint64_t a, uint64_t b, unsigned int shift) { return (uint64_t)((unsigned __int128)a * b >> shift); }

#define LN2_Q32 2977044472u /* ln 2 * 2^32 */

/*
 * -ln(u / 2^64) in units of 2^-32. The whole part of the binary logarithm is the place of the first bit; each bit behind the point is
 * had by squaring what is left: does that reach 2?
 */
static uint64_t minus_ln(uint64_t u)
{
	unsigned int zeros = (unsigned int)__builtin_clzll(u | 1);
	uint64_t rest = (u | 1) << zeros; /* 1.0 to 2.0, with 63 bits behind the point */
	uint64_t log2 = 0;                /* of rest, 24 bits behind the point */

	for (int bit = 0; bit < 24; bit++) {
		rest = scaled(rest, rest, 64); /* 62 bits behind the point */
		log2 = log2 << 1 | rest >> 63;
		rest <<= ~rest >> 63;
	}
	return scaled(((zeros + 1ull) << 32) - (log2 << 8), LN2_Q32, 32);
}

uint64_t time_draw(uint64_t *random, uint32_t mean_us, uint8_t distribution)
{
	uint64_t mean = PETRI_US(mean_us);

	if (mean == 0 || distribution == PHIL_FIXED)
		return mean;
	if (distribution == PHIL_UNIFORM)
		return scaled(random_next(random), 2 * mean + 1, 64);
	return scaled(minus_ln(random_next(random)), mean, 32);
}
