/*
 * Gathering bands: epochs, bases, what is complete.
 */
#include "bands.h"

#include <stdlib.h>
#include <string.h>

#include <petri/wire.h>
#include <petri/wire_life.h>

void bands_free(struct bands *b)
{
	free(b->data);
	free(b->row_sent);
	free(b->row_new);
	memset(b, 0, sizeof *b);
}

static bool resize(struct bands *b, uint32_t rows, uint32_t row_bytes)
{
	bool sure = b->sure;

	bands_free(b);
	b->sure = sure;
	b->rows = rows;
	b->row_bytes = row_bytes;
	b->data = calloc(rows, row_bytes);
	b->row_sent = calloc(rows, sizeof *b->row_sent);
	b->row_new = calloc(rows, 1);
	return b->data && b->row_sent && b->row_new;
}

bool bands_begin(struct bands *b, uint32_t epoch, uint32_t rows, uint32_t row_bytes, bool *resized)
{
	b->configured = false;
	*resized = rows != b->rows || row_bytes != b->row_bytes || !b->data;
	if (*resized && !resize(b, rows, row_bytes))
		return false;
	b->configured = true;
	b->epoch = epoch;
	memset(b->row_sent, 0xff, rows * sizeof *b->row_sent);
	memset(b->row_new, 0, rows);
	b->come = 0;
	b->key_rows = 0;
	b->joined = b->sure = false;
	return true;
}

/* A delta fits if each of its rows last came with the picture it is based on. */
static bool base_fits(const struct bands *b, uint32_t first, uint32_t rows, uint64_t base)
{
	for (uint32_t y = first; y < first + rows; y++)
		if (b->row_sent[y] != base)
			return false;
	return true;
}

/* The first band of a picture begins its count; one that was never completed leaves its rows behind. */
static void count_band(struct bands *b, uint64_t picture, uint32_t rows, bool key)
{
	if (b->gathering != picture) {
		b->gathering = picture;
		b->come = 0;
		b->key_rows = 0;
	}
	b->come++;
	if (key)
		b->key_rows += rows;
}

enum model_result bands_take(struct bands *b, const uint8_t *p, size_t n)
{
	uint32_t first, rows, bytes = b->row_bytes;
	uint64_t picture;
	bool key;

	if (n < WIRE_LIFE_BAND_SIZE)
		return MODEL_DAMAGED;
	if (!b->configured || wire_get32(p) != b->epoch)
		return MODEL_IGNORED;
	picture = wire_get64(p + 4);
	first = wire_get16(p + 20);
	rows = wire_get16(p + 22);
	key = p[25] & LIFE_BAND_KEY;
	if (!rows || first + rows > b->rows || picture == NEVER)
		return MODEL_DAMAGED;
	if (!key && !base_fits(b, first, rows, wire_get64(p + 12)))
		return MODEL_UNUSABLE;
	if (!life_band_decode(b->data + (size_t)first * bytes, (size_t)rows * bytes, p[24], key, p + WIRE_LIFE_BAND_SIZE,
			      n - WIRE_LIFE_BAND_SIZE))
		return MODEL_DAMAGED;
	count_band(b, picture, rows, key);
	for (uint32_t y = first; y < first + rows; y++)
		b->row_sent[y] = picture;
	memset(b->row_new + first, 1, rows);
	return MODEL_OK;
}

static bool all_rows_known(const struct bands *b)
{
	for (uint32_t y = 0; y < b->rows; y++)
		if (b->row_sent[y] == NEVER)
			return false;
	return true;
}

void bands_complete(struct bands *b, uint64_t picture, uint16_t announced, bool key)
{
	bool agree = (b->gathering == picture ? b->come : 0) == announced;

	b->joined = b->joined || all_rows_known(b);
	if (key && b->key_rows == b->rows && agree)
		b->sure = true;
	if (!agree || !b->joined)
		b->sure = false;
	b->come = 0;
	b->key_rows = 0;
}

void bands_shown(struct bands *b) { memset(b->row_new, 0, b->rows); }
