/*
 * Life's bands: the three codings by hand, the choice of the smallest, deltas, and that damage leaves no trace.
 */
#include <petri/wire_life.h>

#include "tap.h"

#define BAND_MAX 1200

static uint8_t band[BAND_MAX], base[BAND_MAX], coded[BAND_MAX], result[BAND_MAX];
static enum life_coding coding;

/* The sizes that the codings have in the document, by a path of its own: zero runs by dynamic programming (the least
 * possible), the list from the positions. */
static size_t least_zero_runs(const uint8_t *a, const uint8_t *b, size_t n)
{
	static size_t cost[BAND_MAX + 1]; /* from here to the end, when a pair begins here */

	cost[n] = 0;
	for (size_t i = n; i-- > 0;) {
		size_t zeros = i;

		while (zeros < n && a[zeros] == b[zeros])
			zeros++;
		if (zeros == n) {
			cost[i] = 0;
			continue;
		}
		cost[i] = SIZE_MAX;
		for (size_t skip = i; skip <= zeros && skip - i <= 255; skip++)
			for (size_t end = skip; end <= n && end - skip <= 255; end++)
				if (end > i && cost[end] + 2 + end - skip < cost[i])
					cost[i] = cost[end] + 2 + end - skip;
	}
	return cost[0];
}

static size_t list_size(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t size = 0;
	size_t last = (size_t)-1;

	for (size_t bit = 0; bit < n * 8; bit++) {
		if (((a[bit / 8] ^ b[bit / 8]) >> bit % 8 & 1) == 0)
			continue;
		size += bit - last - 1 < 128 ? 1 : bit - last - 1 < 16384 ? 2 : 3;
		last = bit;
	}
	return size;
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Encodes band against base (NULL: key) and decodes again; returns the size. */
static size_t round_trip(bool key, size_t n)
{
	static const uint8_t dead[BAND_MAX];
	size_t size;

	memset(coded, 0xEE, sizeof(coded));
	size = life_band_encode(coded, &coding, band, key ? NULL : base, n);
	EXPECT(size <= n);
	for (size_t i = n; i < sizeof(coded); i++)
		EXPECT_EQ(coded[i], 0xEE);
	memcpy(result, base, sizeof(result));
	EXPECT(life_band_decode(result, n, (uint8_t)coding, key, coded, size));
	EXPECT_MEM(result, band, n);
	EXPECT_MEM(result + n, base + n, sizeof(result) - n);
	EXPECT(size <= list_size(band, key ? dead : base, n));
	return size;
}

static void clear(void)
{
	memset(band, 0, sizeof(band));
	memset(base, 0, sizeof(base));
}

static void index_list_bytes(void)
{
	clear();
	band[0] = 0x81;  /* positions 0, 7 */
	band[16] = 0x01; /* 128: 120 after 7 */
	band[33] = 0x02; /* 265: 136 = 0x88 between */
	EXPECT_EQ(round_trip(true, 400), 5);
	EXPECT_EQ(coding, LIFE_INDEX_LIST);
	EXPECT_MEM(coded, "\x00\x06\x78\x88\x01", 5);
}

static void zero_runs_bytes(void)
{
	clear();
	memset(band + 3, 0xFF, 4);
	memset(band + 300, 0xF7, 2);
	band[303] = 0xFE; /* a gap of one stays inside */
	EXPECT_EQ(round_trip(true, 500), 2 + 4 + 2 + 2 + 4);
	EXPECT_EQ(coding, LIFE_ZERO_RUNS);
	EXPECT_MEM(coded, "\x03\x04\xFF\xFF\xFF\xFF\xFF\x00\x26\x04\xF7\xF7\x00\xFE", 14);
}

static void raw_bytes(void)
{
	clear();
	for (size_t i = 0; i < 100; i++) {
		band[i] = (uint8_t)(0x55 + i);
		base[i] = 0x0F;
	}
	EXPECT_EQ(round_trip(true, 100), 100);
	EXPECT_EQ(coding, LIFE_RAW);
	EXPECT_MEM(coded, band, 100);
	EXPECT_EQ(round_trip(false, 100), 100);
	EXPECT_EQ(coding, LIFE_RAW);
	EXPECT_MEM(coded, band, 100); /* the band itself, in a delta as well */
}

static void nothing_changed(void)
{
	for (size_t i = 0; i < BAND_MAX; i++)
		band[i] = base[i] = (uint8_t)tap_random();
	for (size_t n = 1; n <= 996; n += 83) {
		EXPECT_EQ(round_trip(false, n), 0);
		EXPECT(coding != LIFE_RAW);
	}
	memset(band, 0, sizeof(band));
	EXPECT_EQ(round_trip(true, 996), 0); /* a key of dead cells kills what was there */
	EXPECT(coding != LIFE_RAW);
}

static void delta_against_base(void)
{
	for (size_t i = 0; i < 996; i++)
		band[i] = base[i] = (uint8_t)tap_random();
	band[995] ^= 0x80;
	EXPECT_EQ(round_trip(false, 996), 2);
	EXPECT_EQ(coding, LIFE_INDEX_LIST);
	EXPECT_MEM(coded, "\x9F\x3E", 2); /* 7967 = 62 * 128 + 31 */
}

/* Literals and gaps around the limits of a pair. */
static void long_runs(void)
{
	for (size_t gap = 250; gap <= 260; gap++) {
		for (size_t literal = 250; literal <= 260; literal++) {
			clear();
			memset(band + gap, 0xFF, literal);
			EXPECT_EQ(round_trip(true, 900), literal + (gap > 255 ? 4u : 2u) + (literal > 255 ? 2u : 0u));
			EXPECT_EQ(coding, LIFE_ZERO_RUNS);
		}
	}
	clear();
	memset(band + 766, 0xFF, 30);
	EXPECT_EQ(round_trip(true, 996), 3 * 2 + 2 + 30);
	clear();
	memset(band, 0xFF, 100);
	EXPECT_EQ(round_trip(true, 996), 102);
	clear();
	memset(band + 896, 0xFF, 100);
	EXPECT_EQ(round_trip(true, 996), 3 * 2 + 102);
}

static void make_bands(size_t n)
{
	uint32_t changes = tap_below(2) ? tap_below(20) : tap_below(2000);

	clear();
	for (size_t i = 0; i < BAND_MAX; i++)
		band[i] = base[i] = (uint8_t)(tap_random() & tap_random());
	while (changes-- > 0) {
		uint32_t at = tap_below((uint32_t)n);

		if (tap_below(4) != 0)
			band[at] ^= (uint8_t)(1 << tap_below(8));
		else
			for (size_t end = at + tap_below(40); at < end && at < n; at++)
				band[at] = (uint8_t)tap_random();
	}
}

static void random_round_trips(void)
{
	unsigned int chosen[3] = {0};

	for (unsigned int i = 0; i < 20000; i++) {
		size_t n = 1 + tap_below(996);
		bool key = tap_below(4) == 0;

		make_bands(n);
		for (size_t k = 0; key && k < n; k++)
			band[k] ^= base[k]; /* sparse keys too */
		round_trip(key, n);
		chosen[coding]++;
	}
	EXPECT(chosen[LIFE_RAW] > 1000 && chosen[LIFE_ZERO_RUNS] > 1000 && chosen[LIFE_INDEX_LIST] > 1000);
}

/*
 * Zero runs are as short as can be where no run is longer than a pair can say; where a long literal has to be cut, another
 * place might save two bytes.
 */
static void smallest_is_chosen(void)
{
	for (unsigned int i = 0; i < 200; i++) {
		size_t n = 1 + tap_below(i % 4 ? 255 : 600);
		size_t size, wanted;

		make_bands(n);
		size = round_trip(false, n);
		wanted = least(n, least(least_zero_runs(band, base, n), list_size(band, base, n)));
		EXPECT(size >= wanted);
		EXPECT(size <= wanted + n / 256 * 2);
	}
}

static void refuse(const char *what, uint8_t code, const void *data, size_t length)
{
	for (unsigned int key = 0; key < 2; key++) {
		memset(result, 0x3C, sizeof(result));
		if (!EXPECT(!life_band_decode(result, 16, code, key, data, length)))
			printf("# in: %s\n", what);
		for (size_t i = 0; i < sizeof(result); i++)
			EXPECT_EQ(result[i], 0x3C);
	}
}

static void damaged_data(void)
{
	uint8_t full[17] = {0};

	refuse("raw, too short", LIFE_RAW, full, 15);
	refuse("raw, too long", LIFE_RAW, full, 17);
	refuse("raw, empty", LIFE_RAW, full, 0);
	refuse("unknown coding", 3, full, 16);
	refuse("unknown coding", 255, full, 0);
	refuse("half a pair", LIFE_ZERO_RUNS, "\x01", 1);
	refuse("half a pair behind a good one", LIFE_ZERO_RUNS, "\x01\x01\xFF\x01", 4);
	refuse("literal cut off", LIFE_ZERO_RUNS, "\x01\x03\xFF\xFF", 4);
	refuse("literal over the end", LIFE_ZERO_RUNS, "\x0F\x02\xFF\xFF", 4);
	refuse("skip over the end", LIFE_ZERO_RUNS, "\x11\x00", 2);
	refuse("second skip over the end", LIFE_ZERO_RUNS, "\x0F\x01\xFF\x01\x00", 5);
	refuse("position behind the end", LIFE_INDEX_LIST, "\x80\x01", 2);
	refuse("second position behind the end", LIFE_INDEX_LIST, "\x7F\x00", 2);
	refuse("number cut off", LIFE_INDEX_LIST, "\x01\x80", 2);
	refuse("huge number", LIFE_INDEX_LIST, "\xFF\xFF\xFF\xFF\x0F", 5);
	refuse("number beyond 64 bits", LIFE_INDEX_LIST, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 12);
	refuse("number that wraps to 0", LIFE_INDEX_LIST, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10);
	refuse("number whose top digit is lost in 64 bits", LIFE_INDEX_LIST, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02", 10);
	refuse("sum that wraps", LIFE_INDEX_LIST, "\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11);
}

/* What is unusual but right. */
static void unusual_data(void)
{
	memset(result, 0, sizeof(result));
	EXPECT(life_band_decode(result, 16, LIFE_ZERO_RUNS, false, (const uint8_t *)"\x10\x00", 2));
	EXPECT(life_band_decode(result, 16, LIFE_ZERO_RUNS, false, (const uint8_t *)"\x0F\x01\x80", 3));
	EXPECT(life_band_decode(result, 16, LIFE_INDEX_LIST, false, (const uint8_t *)"\x7E", 1));
	EXPECT_EQ(result[15], 0xC0);
	EXPECT(life_band_decode(result, 16, LIFE_INDEX_LIST, true, (const uint8_t *)"\x81\x80\x80\x80\x80\x80\x80\x00", 8));
	EXPECT_EQ(result[0], 2);
	EXPECT_EQ(result[15], 0);
	EXPECT(life_band_decode(result, 16, LIFE_INDEX_LIST, true, NULL, 0));
	EXPECT_EQ(result[0], 0);
	EXPECT(life_band_decode(result, 0, LIFE_RAW, true, NULL, 0));
}

/* Noise is refused without a trace, or applied inside the band; the same noise gives the same. */
static void noise(void)
{
	unsigned int taken = 0;

	for (unsigned int i = 0; i < 30000; i++) {
		uint8_t *data = malloc(64); /* of its own, so that the sanitizer sees its ends */
		uint8_t *target = malloc(40);
		size_t length = tap_below(i % 2 ? 65 : 6);
		size_t n = tap_below(41);
		uint8_t code = (uint8_t)tap_below(4);
		bool ok;

		for (size_t k = 0; k < 64; k++)
			data[k] = (uint8_t)(tap_below(3) ? tap_below(6) : tap_random());
		memcpy(base, data + 24, 40);
		memcpy(target, base, 40);
		ok = life_band_decode(target, n, code, i % 3 == 0, data + 64 - length, length);
		if (!ok)
			EXPECT_MEM(target, base, 40);
		EXPECT_MEM(target + n, base + n, 40 - n);
		taken += ok;
		free(data);
		free(target);
	}
	EXPECT(taken > 1000 && taken < 29000);
}

static void geometry(void)
{
	for (uint32_t w = 1; w <= LIFE_SIDE_MAX; w++) {
		EXPECT_EQ(life_row_bytes(w), w / 8 + (w % 8 != 0));
		EXPECT(life_band_rows(w) >= 1);
		EXPECT(life_band_rows(w) * life_row_bytes(w) + WIRE_LIFE_BAND_SIZE <= 1024);
		EXPECT((life_band_rows(w) + 1) * life_row_bytes(w) + WIRE_LIFE_BAND_SIZE > 1024);
	}
}

static const struct tap_test tests[] = {
	{"band: the bytes of an index list", index_list_bytes},
	{"band: the bytes of zero runs", zero_runs_bytes},
	{"band: the bytes of raw", raw_bytes},
	{"band: nothing changed", nothing_changed},
	{"band: a delta against its base", delta_against_base},
	{"band: runs and gaps around 255", long_runs},
	{"band: 20,000 random round trips", random_round_trips},
	{"band: the smallest coding is chosen", smallest_is_chosen},
	{"band: every kind of damage is refused, band unchanged", damaged_data},
	{"band: unusual but right data", unusual_data},
	{"band: noise", noise},
	{"band: rows of a band", geometry},
};
TAP_MAIN(tests)
