/*
 * The dish: configuration, bands, complete generations, dead threads.
 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include <petri/wire.h>
#include <petri/wire_life.h>

static void free_gathered(struct model *m)
{
	free(m->bits);
	free(m->row_sent);
	free(m->row_new);
	m->bits = NULL;
	m->row_sent = NULL;
	m->row_new = NULL;
}

static void free_dish(struct dish *d)
{
	free(d->cells);
	free(d->born);
	free(d->died);
	free(d->killed);
	d->cells = d->killed = NULL;
	d->born = d->died = NULL;
	d->width = d->height = d->killed_count = 0;
}

void model_free(struct model *m)
{
	free_gathered(m);
	free_dish(&m->dish);
	memset(m, 0, sizeof *m);
}

void model_doubt(struct model *m) { m->sure = false; }

static bool resize_gathered(struct model *m, uint32_t width, uint32_t height)
{
	free_gathered(m);
	m->width = width;
	m->height = height;
	m->bits = calloc(height, life_row_bytes(width));
	m->row_sent = calloc(height, sizeof *m->row_sent);
	m->row_new = calloc(height, 1);
	m->ages_new = true;
	return m->bits && m->row_sent && m->row_new;
}

/* A new epoch: all that is known is void until its key has come. */
static bool begin_epoch(struct model *m, uint32_t epoch, uint32_t width, uint32_t height)
{
	m->configured = false;
	if ((width != m->width || height != m->height || !m->bits) && !resize_gathered(m, width, height))
		return false;
	m->configured = true;
	m->epoch = epoch;
	memset(m->row_sent, 0xff, height * sizeof *m->row_sent);
	memset(m->row_new, 0, height);
	m->bands = 0;
	m->key_rows = 0;
	m->joined = m->sure = false;
	m->dead_new = true;
	return true;
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
	if (!m->configured || epoch != m->epoch || width != m->width || height != m->height)
		if (!begin_epoch(m, epoch, width, height))
			return MODEL_DAMAGED;
	d->topology = p[8];
	d->run_state = p[9];
	d->birth = wire_get16(p + 10);
	d->survive = wire_get16(p + 12);
	d->speed = wire_get32(p + 16);
	d->goal = wire_get64(p + 20);
	return MODEL_OK;
}

/* A delta fits if each of its rows last came with the generation it is based on. */
static bool base_fits(const struct model *m, uint32_t first, uint32_t rows, uint64_t base)
{
	for (uint32_t y = first; y < first + rows; y++)
		if (m->row_sent[y] != base)
			return false;
	return true;
}

/* The first band of a generation begins its count; one whose LIFE_GENERATION was lost leaves its rows behind. */
static void count_band(struct model *m, uint64_t generation, uint32_t rows, bool key)
{
	if (m->gathering != generation) {
		m->gathering = generation;
		m->bands = 0;
		m->key_rows = 0;
	}
	m->bands++;
	if (key)
		m->key_rows += rows;
}

enum model_result model_band(struct model *m, const uint8_t *p, size_t n)
{
	uint32_t first, rows, bytes = life_row_bytes(m->width);
	uint64_t generation;
	bool key;

	if (n < WIRE_LIFE_BAND_SIZE)
		return MODEL_DAMAGED;
	if (!m->configured || wire_get32(p) != m->epoch)
		return MODEL_IGNORED;
	generation = wire_get64(p + 4);
	first = wire_get16(p + 20);
	rows = wire_get16(p + 22);
	key = p[25] & LIFE_BAND_KEY;
	if (!rows || first + rows > m->height || generation == NEVER)
		return MODEL_DAMAGED;
	if (!key && !base_fits(m, first, rows, wire_get64(p + 12)))
		return MODEL_UNUSABLE;
	if (!life_band_decode(m->bits + (size_t)first * bytes, (size_t)rows * bytes, p[24], key, p + WIRE_LIFE_BAND_SIZE,
			      n - WIRE_LIFE_BAND_SIZE))
		return MODEL_DAMAGED;
	count_band(m, generation, rows, key);
	for (uint32_t y = first; y < first + rows; y++)
		m->row_sent[y] = generation;
	memset(m->row_new + first, 1, rows);
	return MODEL_OK;
}

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
	if (!d->cells || !d->born || !d->died || !d->killed) {
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
	memset(m->row_new, 1, m->height);
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
		if (m->row_new[y])
			show_row(d, m->bits + (size_t)y * bytes, y, generation);
	if (fresh)
		memset(d->died, 0xff, (size_t)d->width * d->height * sizeof *d->died);
	memset(m->row_new, 0, m->height);
}

static bool all_rows_known(const struct model *m)
{
	for (uint32_t y = 0; y < m->height; y++)
		if (m->row_sent[y] == NEVER)
			return false;
	return true;
}

static uint32_t population(const struct model *m)
{
	size_t bytes = (size_t)m->height * life_row_bytes(m->width);
	uint32_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n += (uint32_t)__builtin_popcount(m->bits[i]);
	return n;
}

/* Were all bands of this generation seen, and do they add up? A whole key heals every doubt. */
static bool complete(struct model *m, const uint8_t *p)
{
	bool bands_agree = (m->gathering == wire_get64(p + 4) ? m->bands : 0) == wire_get16(p + 16);
	bool whole_key = p[18] & LIFE_GEN_KEY && m->key_rows == m->height && bands_agree;

	m->joined = m->joined || all_rows_known(m);
	if (whole_key)
		m->sure = true;
	if (!bands_agree || !m->joined || population(m) != wire_get32(p + 12))
		m->sure = false;
	return m->sure;
}

enum model_result model_generation(struct model *m, const uint8_t *p, size_t n)
{
	struct dish *d = &m->dish;
	bool good;

	if (n < WIRE_LIFE_GENERATION_SIZE)
		return MODEL_DAMAGED;
	if (!m->configured || wire_get32(p) != m->epoch)
		return MODEL_IGNORED;
	good = complete(m, p);
	m->bands = 0;
	m->key_rows = 0;
	if (!m->joined)
		return MODEL_UNUSABLE;
	if (!resize_dish(m))
		return MODEL_DAMAGED;
	show_rows(m, wire_get64(p + 4));
	d->epoch = m->epoch;
	d->generation = wire_get64(p + 4);
	d->population = wire_get32(p + 12);
	d->living_threads = wire_get32(p + 20);
	d->steps = wire_get64(p + 24);
	d->created = wire_get64(p + 40);
	d->goal_reached = p[18] & LIFE_GEN_GOAL;
	d->shown++;
	if (d->killed_count && d->living_threads == d->width * d->height) {
		memset(d->killed, 0, (size_t)d->width * d->height);
		d->killed_count = 0;
	}
	return good ? MODEL_SHOWN : MODEL_UNUSABLE;
}

/* The list may come in pieces and one at a time: places are gathered until the epoch ends. */
enum model_result model_dead(struct model *m, const uint8_t *p, size_t n)
{
	struct dish *d = &m->dish;
	uint32_t count;

	if (n < WIRE_LIFE_DEAD_SIZE)
		return MODEL_DAMAGED;
	if (!m->configured || wire_get32(p) != m->epoch)
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
	d->killed_count = 0;
	for (size_t i = 0; i < (size_t)d->width * d->height; i++)
		d->killed_count += d->killed[i];
	return MODEL_OK;
}
