/*
 * The dish: configuration, bands, complete generations, dead threads.
 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include <petri/wire.h>
#include <petri/wire_life.h>

static void free_dish(struct dish *d)
{
	free(d->cells);
	free(d->born);
	free(d->died);
	free(d->killed);
	free(d->faulted);
	d->cells = d->killed = d->faulted = NULL;
	d->born = d->died = NULL;
	d->width = d->height = d->killed_count = d->faulted_count = 0;
}

void model_free(struct model *m)
{
	bands_free(&m->bands);
	free_dish(&m->dish);
	memset(m, 0, sizeof *m);
}

void model_doubt(struct model *m) { m->bands.sure = false; }

static bool begin_epoch(struct model *m, uint32_t epoch, uint32_t width, uint32_t height)
{
	bool resized, good = bands_begin(&m->bands, epoch, height, life_row_bytes(width), &resized);

	m->ages_new = m->ages_new || resized || width != m->width;
	m->width = width;
	m->height = height;
	m->dead_new = true;
	return good;
}

enum model_result model_config(struct model *m, const uint8_t *p, size_t n)
{
	struct dish *d = &m->dish;
	uint32_t epoch, width, height;

	if (n < WIRE_LIFE_CONFIG_SIZE)
		return MODEL_DAMAGED;
	epoch = wire_get32(p);
	width = wire_get16(p + 4);
	height = wire_get16(p + 6);
	if (!width || !height || width > LIFE_SIDE_MAX || height > LIFE_SIDE_MAX)
		return MODEL_DAMAGED;
	if (!m->bands.configured || epoch != m->bands.epoch || width != m->width || height != m->height)
		if (!begin_epoch(m, epoch, width, height))
			return MODEL_DAMAGED;
	d->topology = p[8];
	d->run_state = p[9];
	d->birth = wire_get16(p + 10);
	d->survive = wire_get16(p + 12);
	d->speed = wire_get32(p + 16);
	d->goal = wire_get64(p + 20);
	d->sync = p[14];
	return MODEL_OK;
}

enum model_result model_band(struct model *m, const uint8_t *p, size_t n) { return bands_take(&m->bands, p, n); }

/* Makes the shown dish as large as the gathered one. */
static bool resize_dish(struct model *m)
{
	struct dish *d = &m->dish;
	size_t cells = (size_t)m->width * m->height;

	if (d->width == m->width && d->height == m->height && d->cells)
		return true;
	free_dish(d);
	d->cells = calloc(cells, 1);
	d->born = calloc(cells, sizeof *d->born);
	d->died = malloc(cells * sizeof *d->died);
	d->killed = calloc(cells, 1);
	d->faulted = calloc(cells, 1);
	if (!d->cells || !d->born || !d->died || !d->killed || !d->faulted) {
		free_dish(d);
		return false;
	}
	d->width = m->width;
	d->height = m->height;
	memset(d->died, 0xff, cells * sizeof *d->died);
	m->ages_new = true;
	return true;
}

/* Another dish, or the same one taken back: what was born and died before says nothing any more. */
static void forget_ages(struct model *m, uint64_t generation)
{
	struct dish *d = &m->dish;
	size_t cells = (size_t)d->width * d->height;

	for (size_t i = 0; i < cells; i++)
		d->born[i] = generation;
	memset(d->died, 0xff, cells * sizeof *d->died);
	memset(m->bands.row_new, 1, m->height);
	m->ages_new = false;
}

/* Takes one row over into the dish; cells that changed are born or die now. */
static void show_row(struct dish *d, const uint8_t *bits, uint32_t y, uint64_t generation)
{
	size_t at = (size_t)y * d->width;

	for (uint32_t x = 0; x < d->width; x++, at++) {
		uint8_t alive = bits[x / 8] >> x % 8 & 1;

		if (alive == d->cells[at])
			continue;
		d->cells[at] = alive;
		if (alive)
			d->born[at] = generation;
		else
			d->died[at] = generation;
	}
}

/* The ghosts of cells that died in an older dish would be a lie: a fresh one begins without. */
static void show_rows(struct model *m, uint64_t generation)
{
	struct dish *d = &m->dish;
	uint32_t bytes = life_row_bytes(m->width);
	bool fresh = m->ages_new || generation < d->generation;

	if (fresh)
		forget_ages(m, generation);
	for (uint32_t y = 0; y < m->height; y++)
		if (m->bands.row_new[y])
			show_row(d, m->bands.data + (size_t)y * bytes, y, generation);
	if (fresh)
		memset(d->died, 0xff, (size_t)d->width * d->height * sizeof *d->died);
	bands_shown(&m->bands);
}

static uint32_t population(const struct model *m)
{
	size_t bytes = (size_t)m->height * life_row_bytes(m->width);
	uint32_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n += (uint32_t)__builtin_popcount(m->bands.data[i]);
	return n;
}

enum model_result model_generation(struct model *m, const uint8_t *p, size_t n)
{
	struct dish *d = &m->dish;
	struct bands *b = &m->bands;

	if (n < WIRE_LIFE_GENERATION_SIZE)
		return MODEL_DAMAGED;
	if (!m->bands.configured || wire_get32(p) != m->bands.epoch)
		return MODEL_IGNORED;
	bands_complete(b, wire_get64(p + 4), wire_get16(p + 16), p[18] & LIFE_GEN_KEY);
	if (population(m) != wire_get32(p + 12))
		b->sure = false;
	if (!b->joined)
		return MODEL_UNUSABLE;
	if (!resize_dish(m))
		return MODEL_DAMAGED;
	show_rows(m, wire_get64(p + 4));
	d->epoch = m->bands.epoch;
	d->generation = wire_get64(p + 4);
	d->population = wire_get32(p + 12);
	d->living_threads = wire_get32(p + 20);
	d->steps = wire_get64(p + 24);
	d->created = wire_get64(p + 40);
	d->hindmost = n >= WIRE_LIFE_GENERATION_SPREAD ? wire_get64(p + 48) : d->generation;
	d->spread = n >= WIRE_LIFE_GENERATION_SPREAD ? wire_get32(p + 56) : 0;
	d->goal_reached = p[18] & LIFE_GEN_GOAL;
	d->shown++;
	if (d->killed_count && d->living_threads == d->width * d->height) {
		memset(d->killed, 0, (size_t)d->width * d->height);
		memset(d->faulted, 0, (size_t)d->width * d->height);
		d->killed_count = d->faulted_count = 0;
	}
	return b->sure ? MODEL_SHOWN : MODEL_UNUSABLE;
}

static void count_dead(struct dish *d)
{
	d->killed_count = d->faulted_count = 0;
	for (size_t i = 0; i < (size_t)d->width * d->height; i++) {
		d->killed_count += d->killed[i];
		d->faulted_count += d->killed[i] & d->faulted[i];
	}
}

/* Told before the list of the dead has it. */
void model_fault(struct model *m, uint32_t x, uint32_t y)
{
	struct dish *d = &m->dish;

	if (x >= d->width || y >= d->height)
		return;
	d->faulted[(size_t)y * d->width + x] = 1;
	count_dead(d);
}

/* The list may come in pieces and one at a time: places are gathered until the epoch ends. */
enum model_result model_dead(struct model *m, const uint8_t *p, size_t n)
{
	struct dish *d = &m->dish;
	uint32_t count;

	if (n < WIRE_LIFE_DEAD_SIZE)
		return MODEL_DAMAGED;
	if (!m->bands.configured || wire_get32(p) != m->bands.epoch)
		return MODEL_IGNORED;
	count = wire_get16(p + 8);
	if (n - WIRE_LIFE_DEAD_SIZE < count * 4u)
		return MODEL_DAMAGED;
	if (!resize_dish(m))
		return MODEL_DAMAGED;
	if (m->dead_new)
		memset(d->killed, 0, (size_t)d->width * d->height);
	m->dead_new = false;
	for (const uint8_t *c = p + WIRE_LIFE_DEAD_SIZE; count; count--, c += 4)
		if (wire_get16(c) < d->width && wire_get16(c + 2) < d->height)
			d->killed[(size_t)wire_get16(c + 2) * d->width + wire_get16(c)] = 1;
	count_dead(d);
	return MODEL_OK;
}

enum model_result model_cores(struct model *m, const uint8_t *p, size_t n)
{
	struct dish *d = &m->dish;
	uint32_t cores = n >= 8 ? wire_get32(p) : UINT32_MAX;

	if (cores > WIRE_PAYLOAD_MAX / 8 || n - 8 < cores * 8u)
		return MODEL_DAMAGED;
	d->cores = cores < CORES_TOLD ? cores : CORES_TOLD;
	for (unsigned i = 0; i < d->cores; i++)
		d->core_steps[i] = wire_get64(p + 8 + 8 * i);
	return MODEL_OK;
}

double life_core_share(const struct dish *d, unsigned core)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < d->cores; i++)
		all += d->core_steps[i];
	return core < d->cores && all > 0 ? (double)d->core_steps[core] / (double)all : -1;
}
