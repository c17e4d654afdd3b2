/*
 * See slow_wire.h. Everything is done in the most literal way that the document allows.
 */
#include "slow_wire.h"

#include <string.h>

uint32_t slow_crc32(const uint8_t *data, size_t n)
{
	uint32_t reg = 0xFFFFFFFF;

	for (size_t bit = 0; bit < n * 8; bit++) {
		uint32_t in = data[bit / 8] >> bit % 8 & 1;

		reg = (reg & 1) != in ? reg >> 1 ^ 0xEDB88320 : reg >> 1;
	}
	return reg ^ 0xFFFFFFFF;
}

/* Writes the decoded bytes of a COBS run, at most room of them; returns how many, or -1. */
static long uncobs(uint8_t *out, size_t room, const uint8_t *run, size_t n)
{
	size_t used = 0;
	size_t at = 0;

	while (at < n) {
		size_t code = run[at];

		if (at + code > n || used + code > room)
			return -1;
		memcpy(out + used, run + at + 1, code - 1);
		used += code - 1;
		at += code;
		if (code != 255 && at < n)
			out[used++] = 0;
	}
	return (long)used;
}

static uint32_t number(const uint8_t *p, int bytes)
{
	uint32_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | p[bytes];
	return v;
}

static void judge(struct slow_run *run, const uint8_t *bytes, size_t n, bool closed)
{
	long size;

	run->text = bytes;
	run->length = n;
	run->kind = SLOW_TEXT;
	if (n < 2 || bytes[1] != 0xF5)
		return;
	run->kind = SLOW_DAMAGED;
	if (!closed || n > 1044)
		return;
	size = uncobs(run->packet, sizeof(run->packet), bytes, n);
	if (size < 12 || size > 1036 || run->packet[0] != 0xF5 || number(run->packet + 2, 2) != (uint32_t)size - 12)
		return;
	if (slow_crc32(run->packet, (size_t)size - 4) != number(run->packet + size - 4, 4))
		return;
	run->kind = SLOW_FRAME;
	run->type = run->packet[1];
	run->length = (size_t)size - 12;
	run->seq = number(run->packet + 4, 4);
}

bool slow_next_run(struct slow_run *run, const uint8_t *stream, size_t n, size_t *at)
{
	size_t end;

	while (*at < n && stream[*at] == 0)
		++*at;
	if (*at == n)
		return false;
	for (end = *at; end < n && stream[end] != 0;)
		end++;
	judge(run, stream + *at, end - *at, end < n);
	*at = end < n ? end + 1 : n;
	return true;
}
