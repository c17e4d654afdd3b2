/*
 * libFuzzer: any bytes into life_band_decode. Refused data leave no trace; accepted data say the same as a literal
 * reading of docs/wire.md, and what came out can be coded again in no more bytes than raw.
 */
#include <petri/wire_life.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BAND_MAX 1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t base[BAND_MAX], band[BAND_MAX], wanted[BAND_MAX];

static void fail(const char *why)
{
	fprintf(stderr, "fuzz_band: %s\n", why);
	abort();
}

/* Bit by bit into wanted (dead before); false for damage. */
static bool literal_zero_runs(size_t n, const uint8_t *data, size_t size)
{
	size_t at = 0;
	size_t i = 0;

	while (i < size) {
		if (i + 2 > size || i + 2 + data[i + 1] > size)
			return false;
		at += data[i];
		for (size_t k = 0; k < data[i + 1]; k++, at++)
			if (at < n)
				wanted[at] = data[i + 2 + k];
		if (at > n)
			return false;
		i += 2u + data[i + 1];
	}
	return true;
}

static bool literal_list(size_t n, const uint8_t *data, size_t size)
{
	double at = -1; /* exact up to 2^53, and never wraps */

	for (size_t i = 0; i < size; i++) {
		double weight = 1;

		for (;; weight *= 128, i++) {
			if (i == size)
				return false;
			if ((data[i] & 127) != 0) /* 0 times infinity is not 0 */
				at += weight * (data[i] & 127);
			if (data[i] < 128)
				break;
		}
		at += 1;
		if (at >= (double)n * 8)
			return false;
		wanted[(size_t)at / 8] |= (uint8_t)(1 << (size_t)at % 8);
	}
	return true;
}

static bool literal(size_t n, uint8_t coding, bool key, const uint8_t *data, size_t size)
{
	memset(wanted, 0, sizeof(wanted));
	if (coding == LIFE_RAW && size == n)
		memcpy(wanted, data, n);
	if (coding == LIFE_RAW)
		return size == n;
	if (coding > LIFE_INDEX_LIST || !(coding == LIFE_ZERO_RUNS ? literal_zero_runs : literal_list)(n, data, size))
		return false;
	for (size_t i = 0; !key && i < n; i++)
		wanted[i] ^= base[i];
	return true;
}

static void code_again(size_t n, bool key)
{
	uint8_t coded[BAND_MAX], result[BAND_MAX];
	enum life_coding coding;
	size_t size = life_band_encode(coded, &coding, band, key ? NULL : base, n);

	memcpy(result, base, sizeof(result));
	if (size > n || !life_band_decode(result, n, (uint8_t)coding, key, coded, size) || memcmp(result, band, n) != 0)
		fail("no round trip");
}

/* The first four bytes of the input choose the band's size (2), coding and key, and how the base looks. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t head[4] = {0};
	size_t begin = size < sizeof(head) ? size : sizeof(head);
	size_t n;
	bool key, ok;

	memcpy(head, data, begin);
	n = (head[0] | head[1] << 8) % (BAND_MAX + 1);
	key = head[3] & 1;
	for (size_t i = 0; i < sizeof(base); i++)
		base[i] = (uint8_t)(head[3] * i >> 3);
	memcpy(band, base, sizeof(band));
	ok = life_band_decode(band, n, head[2] & 3, key, data + begin, size - begin);
	if (ok != literal(n, head[2] & 3, key, data + begin, size - begin))
		fail("accepted or refused, and should not have been");
	if (memcmp(band, ok ? wanted : base, n) != 0 || memcmp(band + n, base + n, sizeof(base) - n) != 0)
		fail(ok ? "another band came out" : "refused data left a trace");
	if (ok)
		code_again(n, key);
	return 0;
}
