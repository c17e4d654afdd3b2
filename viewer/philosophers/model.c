/*
 * The table: configuration, samples, waiting times, names.
 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include <petri/wire.h>

void table_free(struct phil_model *m)
{
	bands_free(&m->bands);
	free(m->table.looks);
	free(m->table.since);
	memset(m, 0, sizeof *m);
}

/* Others sit at the table: what was known of those before is void. */
static bool seat(struct phil_model *m, uint32_t count)
{
	struct table *t = &m->table;

	if (count > m->looks_room) {
		free(t->looks);
		free(t->since);
		t->looks = calloc(count, 1);
		t->since = calloc(count, sizeof *t->since);
		m->looks_room = t->looks && t->since ? count : 0;
	}
	memset(t->names, 0, sizeof t->names);
	t->count = m->looks_room ? count : 0;
	t->shown = 0;
	return t->count == count;
}

/* A new set-up or a restart. */
static bool begin_epoch(struct phil_model *m, uint32_t epoch, uint32_t count)
{
	struct table *t = &m->table;
	bool resized;

	if (!bands_begin(&m->bands, epoch, count, 1, &resized))
		return false;
	if ((resized || count != t->count) && !seat(m, count)) {
		m->bands.configured = false;
		return false;
	}
	t->epoch = epoch;
	t->has_waits = false;
	t->flags = 0;
	m->fresh = true;
	return true;
}

enum model_result table_config(struct phil_model *m, const uint8_t *p, size_t n)
{
	struct table *t = &m->table;
	uint32_t epoch, count;

	if (n < WIRE_PHIL_CONFIG_SIZE)
		return MODEL_DAMAGED;
	epoch = wire_get32(p);
	count = wire_get32(p + 4);
	if (count < PHIL_MIN || count > PHIL_MAX || p[8] >= PHIL_STRATEGIES || p[9] > PHIL_OVER || p[10] >= PHIL_DISTRIBUTIONS)
		return MODEL_DAMAGED;
	if (!m->bands.configured || epoch != m->bands.epoch || count != m->bands.rows)
		if (!begin_epoch(m, epoch, count))
			return MODEL_DAMAGED;
	t->strategy = p[8];
	t->run_state = p[9];
	t->times = (struct phil_times){wire_get32(p + 12), wire_get32(p + 16), wire_get32(p + 20), p[10]};
	t->seed = wire_get64(p + 24);
	t->goal = wire_get64(p + 32);
	t->forks_at = wire_get64(p + 40);
	t->fork_size = wire_get32(p + 48);
	t->limit_ms = wire_get32(p + 52);
	return MODEL_OK;
}

static void take_census(struct table *t, const uint8_t *p)
{
	t->sample = wire_get64(p + 4);
	t->time_ns = wire_get64(p + 12);
	t->flags = p[22];
	t->meals = wire_get64(p + 24);
	t->thinking = wire_get32(p + 32);
	t->hungry = wire_get32(p + 36);
	t->eating = wire_get32(p + 40);
	t->forks_used = wire_get32(p + 44);
	t->wait_mean_ns = wire_get64(p + 48);
	t->wait_max_ns = wire_get64(p + 56);
	t->waiting_ns = wire_get64(p + 64);
	t->waiting_who = wire_get32(p + 72);
	t->fairness_millionths = wire_get32(p + 76);
	t->violations = wire_get32(p + 80);
	t->fewest = wire_get32(p + 84);
	t->most = wire_get32(p + 88);
}

/* Those whose state has changed are in it since now. */
static void take_looks(struct phil_model *m)
{
	struct table *t = &m->table;

	for (uint32_t i = 0; i < t->count; i++) {
		uint8_t now = m->bands.data[i];

		if (m->fresh || (now & PHIL_STATE_MASK) != (t->looks[i] & PHIL_STATE_MASK))
			t->since[i] = t->time_ns;
		t->looks[i] = now;
	}
	bands_shown(&m->bands);
}

enum model_result table_sample(struct phil_model *m, const uint8_t *p, size_t n)
{
	struct table *t = &m->table;
	struct bands *b = &m->bands;

	if (n < WIRE_PHIL_SAMPLE_SIZE)
		return MODEL_DAMAGED;
	if (!b->configured || wire_get32(p) != b->epoch)
		return MODEL_IGNORED;
	bands_complete(b, wire_get64(p + 4), wire_get16(p + 20), p[22] & PHIL_SAMPLE_KEY);
	if (!b->joined)
		return MODEL_UNUSABLE;
	take_census(t, p);
	if (m->fresh)
		t->begun_ns = t->time_ns;
	take_looks(m);
	m->fresh = false;
	t->shown++;
	return b->sure ? MODEL_SHOWN : MODEL_UNUSABLE;
}

enum model_result table_waits(struct phil_model *m, const uint8_t *p, size_t n)
{
	struct table *t = &m->table;

	if (n < WIRE_PHIL_WAITS_SIZE)
		return MODEL_DAMAGED;
	if (!m->bands.configured || wire_get32(p) != m->bands.epoch)
		return MODEL_IGNORED;
	for (unsigned i = 0; i < PHIL_BUCKETS; i++)
		t->waits[i] = wire_get32(p + 4 + 4 * i);
	t->median_ns = wire_get64(p + 100);
	t->p99_ns = wire_get64(p + 108);
	t->has_waits = true;
	return MODEL_OK;
}

static void take_name(char *out, const uint8_t *text, size_t n)
{
	n = n < PHIL_NAME_ROOM ? n : PHIL_NAME_ROOM - 1;
	memcpy(out, text, n);
	out[n] = 0;
	for (size_t i = 0; i < n; i++) /* it ends up on terminals */
		if ((unsigned char)out[i] < ' ' || out[i] == 127)
			out[i] = '?';
}

enum model_result table_names(struct phil_model *m, const uint8_t *p, size_t n)
{
	struct table *t = &m->table;
	uint32_t i, end;

	if (n < WIRE_PHIL_NAMES_SIZE)
		return MODEL_DAMAGED;
	if (!m->bands.configured || wire_get32(p) != m->bands.epoch)
		return MODEL_IGNORED;
	i = wire_get16(p + 4);
	end = i + wire_get16(p + 6);
	for (size_t at = WIRE_PHIL_NAMES_SIZE; i < end; i++) {
		if (at >= n || p[at] > n - at - 1)
			return MODEL_DAMAGED;
		if (i < PHIL_NAMES_MAX && i < t->count)
			take_name(t->names[i], p + at + 1, p[at]);
		at += 1 + (size_t)p[at];
	}
	return MODEL_OK;
}
