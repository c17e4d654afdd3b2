/*
 * Life's bands: rows of bits as raw bytes, zero runs or an index list, whichever is smallest (docs/wire.md section 3).
 *
 * Both sparse codings describe the exclusive-or with the base, so one walk serves keys (base all dead) and deltas.
 * Decoding walks the data twice: first to see that all of it is sound, then to apply it, so that damaged data leave no
 * trace. Pure; used by the app that encodes and by the viewer that decodes.
 */
#include <petri/wire_life.h>

/* Where coded bytes go. A coding that reaches the limit has lost; without a buffer the bytes are only counted. */
struct sink {
	uint8_t *out;
	size_t limit;
	size_t used;
};

static inline void put(struct sink *s, uint8_t byte)
{
	if (s->out != NULL && s->used < s->limit)
		s->out[s->used] = byte;
	s->used++;
}

static inline uint8_t change(const uint8_t *band, const uint8_t *base, size_t i)
{
	return base != NULL ? band[i] ^ base[i] : band[i];
}

/* Index of the first changed byte at or after i, n if there is none. */
static size_t next_change(const uint8_t *band, const uint8_t *base, size_t i, size_t n)
{
	while (i < n && change(band, base, i) == 0)
		i++;
	return i;
}

/*
 * Where a literal that begins with the changed byte i ends. A gap of one or two equal bytes is cheaper inside the
 * literal than the two bytes that begin another pair.
 */
static size_t literal_end(const uint8_t *band, const uint8_t *base, size_t i, size_t n)
{
	size_t stop = n - i < 255 ? n : i + 255;
	size_t end = i + 1;

	for (size_t k = end; k < stop && k <= end + 2; k++)
		if (change(band, base, k) != 0)
			end = k + 1;
	return end;
}

static void put_zero_runs(struct sink *s, const uint8_t *band, const uint8_t *base, size_t n)
{
	size_t at = 0;
	size_t i = next_change(band, base, 0, n);

	while (i < n && s->used < s->limit) {
		for (; i - at > 255; at += 255) {
			put(s, 255);
			put(s, 0);
		}
		size_t end = literal_end(band, base, i, n);

		put(s, (uint8_t)(i - at));
		put(s, (uint8_t)(end - i));
		for (at = i; at < end; at++)
			put(s, change(band, base, at));
		i = next_change(band, base, at, n);
	}
}

static inline void put_leb128(struct sink *s, size_t v)
{
	for (; v > 127; v >>= 7)
		put(s, (uint8_t)(v | 128));
	put(s, (uint8_t)v);
}

static void put_indices(struct sink *s, const uint8_t *band, const uint8_t *base, size_t n)
{
	size_t next = 0; /* the position that a distance of 0 means */

	for (size_t i = next_change(band, base, 0, n); i < n && s->used < s->limit; i = next_change(band, base, i + 1, n)) {
		for (unsigned int bits = change(band, base, i); bits != 0; bits &= bits - 1) {
			size_t at = i * 8 + (size_t)__builtin_ctz(bits);

			put_leb128(s, at - next);
			next = at + 1;
		}
	}
}

static void copy(uint8_t *to, const uint8_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = from[i];
}

size_t life_band_encode(uint8_t *out, enum life_coding *coding, const uint8_t *band, const uint8_t *base, size_t n)
{
	struct sink runs = {out, n, 0};

	put_zero_runs(&runs, band, base, n);

	struct sink list = {NULL, runs.used < n ? runs.used : n, 0};

	put_indices(&list, band, base, n);
	if (list.used < list.limit) {
		list = (struct sink){out, list.limit, 0};
		put_indices(&list, band, base, n);
		*coding = LIFE_INDEX_LIST;
		return list.used;
	}
	if (runs.used < n) {
		*coding = LIFE_ZERO_RUNS;
		return runs.used;
	}
	copy(out, band, n);
	*coding = LIFE_RAW;
	return n;
}

/* Applies the pairs to band, or with band NULL only says whether they are sound. */
static bool zero_runs(uint8_t *band, size_t n, const uint8_t *data, size_t length)
{
	size_t at = 0;

	for (size_t i = 0; i < length;) {
		if (length - i < 2)
			return false;
		size_t skip = data[i], literal = data[i + 1];

		i += 2;
		if (skip + literal > n - at || literal > length - i)
			return false;
		at += skip;
		for (; literal > 0; literal--, at++, i++)
			if (band != NULL)
				band[at] ^= data[i];
	}
	return true;
}

/*
 * One LEB128 number from data[*i], which moves on. Digits past 2^35 have to be 0 (padding is harmless); false if there
 * are others or the number does not end.
 */
static bool get_leb128(uint64_t *v, size_t *i, const uint8_t *data, size_t length)
{
	unsigned int shift = 0;

	*v = 0;
	while (*i < length) {
		uint8_t byte = data[(*i)++];

		if (shift < 35)
			*v |= (uint64_t)(byte & 127) << shift;
		else if ((byte & 127) != 0)
			return false;
		shift = shift < 35 ? shift + 7 : shift;
		if (byte < 128)
			return true;
	}
	return false;
}

/* As zero_runs, for the index list. */
static bool indices(uint8_t *band, size_t n, const uint8_t *data, size_t length)
{
	uint64_t next = 0;
	uint64_t distance;

	for (size_t i = 0; i < length; next += distance + 1) {
		if (!get_leb128(&distance, &i, data, length) || next + distance >= (uint64_t)n * 8)
			return false;
		if (band != NULL)
			band[(next + distance) / 8] ^= (uint8_t)(1u << (next + distance) % 8);
	}
	return true;
}

bool life_band_decode(uint8_t *band, size_t n, uint8_t coding, bool key, const uint8_t *data, size_t length)
{
	if (coding == LIFE_RAW) {
		if (length == n)
			copy(band, data, n);
		return length == n;
	}
	if (coding > LIFE_INDEX_LIST)
		return false;

	bool (*walk)(uint8_t *, size_t, const uint8_t *, size_t) = coding == LIFE_ZERO_RUNS ? zero_runs : indices;

	if (!walk(NULL, n, data, length))
		return false;
	for (size_t i = 0; key && i < n; i++)
		band[i] = 0;
	return walk(band, n, data, length);
}
