/*
 * What the options ask for at the start: the dish, and the speed.
 */
#include "commands.h"

#include <string.h>

#include <petri/wire_life.h>
#include "source.h"
#include "text.h"

#define SOUP_DENSITY 0.25     /* of the default dish: alive, and soon full of small things */
#define SPEED_WATCHING 30000u /* for a person: 30 generations a second */

static bool load(struct board *b, const struct options *o, char *err, size_t err_size)
{
	struct pattern p;
	bool good;

	if (!pattern_load(&p, o->load, err, err_size))
		return false;
	good = board_from_pattern(b, &p, o->has_rule ? &o->rule : NULL, o->load, err, err_size);
	pattern_free(&p);
	return good;
}

bool start_board(struct board *b, const struct options *o, char *err, size_t err_size)
{
	struct rule life = {.birth = 1u << 3, .survive = 1u << 2 | 1u << 3, .topology = LIFE_TORUS};
	bool good = o->load ? load(b, o, err, err_size)
			    : board_random(b, o->has_rule ? &o->rule : &life, o->has_random ? o->random : SOUP_DENSITY, o->soup,
					   err, err_size);

	if (good && b->rule.birth & 1) {
		board_free(b);
		return fail(err, err_size, "%s: birth with no neighbours (B0) is not possible", o->load);
	}
	if (good && o->has_until && o->until < b->generation) {
		fail(err, err_size, "--until %llu is past: %s begins at generation %llu", (unsigned long long)o->until, o->load,
		     (unsigned long long)b->generation);
		board_free(b);
		return false;
	}
	return good;
}

bool start_wanted(const struct options *o)
{
	return o->load || o->has_random || (o->has_rule && o->rule.width) || source_kind_of(o->source) == SOURCE_QEMU;
}

uint32_t start_speed(const struct options *o)
{
	if (o->has_speed)
		return o->speed;
	return o->face == FACE_HEADLESS ? 0 : SPEED_WATCHING;
}
