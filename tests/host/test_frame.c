/*
 * wire_encode: the bytes on the line, judged by a frame computed by other means and by the slow decoder.
 */
#include <petri/wire.h>

#include "../fuzz/slow_wire.h"
#include "tap.h"

static uint8_t payload[WIRE_PAYLOAD_MAX + 1];
/* Canaries on both sides would be redundant: this is as large as promised, and the sanitizer guards its end. */
static uint8_t out[WIRE_ENCODED_MAX];

/* Encodes payload[0..n) and holds it against the document. */
static void check_frame(uint8_t type, uint32_t seq, size_t n)
{
	static struct slow_run run;
	size_t size = wire_encode(out, type, seq, payload, n);
	size_t at = 0;

	EXPECT(size >= 2 && size <= WIRE_ENCODED_MAX);
	EXPECT(size <= n + 12 + 5 + 2);
	EXPECT_EQ(out[0], 0);
	EXPECT_EQ(out[size - 1], 0);
	EXPECT_EQ(out[2], WIRE_MAGIC);
	EXPECT(memchr(out + 1, 0, size - 2) == NULL);
	if (!EXPECT(slow_next_run(&run, out, size, &at)) || !EXPECT_EQ(run.kind, SLOW_FRAME))
		return;
	EXPECT_EQ(run.type, type);
	EXPECT_EQ(run.seq, seq);
	if (EXPECT_EQ(run.length, n))
		EXPECT_MEM(run.packet + 8, payload, n);
}

static void known_bytes(void)
{
	/* END, sequence number 0x01000203, exit code 7: made with another COBS and another CRC. */
	static const uint8_t wanted[] = {0x00, 0x04, 0xF5, 0x05, 0x04, 0x03, 0x03, 0x02, 0x03, 0x01,
					 0x07, 0x01, 0x01, 0x05, 0x90, 0x54, 0xE0, 0x66, 0x00};

	EXPECT_EQ(wire_encode(out, WIRE_END, 0x01000203, "\x07\0\0\0", 4), sizeof(wanted));
	EXPECT_MEM(out, wanted, sizeof(wanted));
}

static void no_payload(void)
{
	EXPECT(wire_encode(out, 0x93, 0, NULL, 0) > 0);
	check_frame(0x93, 0, 0);
	check_frame(0, 0xFFFFFFFF, 0);
}

static void every_length(void)
{
	for (size_t n = 0; n <= WIRE_PAYLOAD_MAX; n++) {
		memset(payload, 0, n);
		check_frame(1, (uint32_t)n, n);
		memset(payload, 0xF5, n);
		check_frame(255, 0x01010101, n); /* no zero in the header but in the length: the longest blocks */
		for (size_t i = 0; i < n; i++)
			payload[i] = (uint8_t)tap_random();
		check_frame((uint8_t)tap_random(), (uint32_t)tap_random(), n);
	}
}

/* A zero at each place around the ends of COBS blocks of 254. */
static void zeros_at_block_ends(void)
{
	for (size_t n = 230; n <= 280; n++) {
		for (size_t zero = 230; zero < n; zero++) {
			memset(payload, 0xAA, n);
			payload[zero] = 0;
			check_frame(0x21, 0x01010101, n);
		}
	}
	memset(payload, 1, sizeof(payload));
	for (size_t zero = 0; zero < WIRE_PAYLOAD_MAX; zero++) {
		payload[zero] = 0;
		check_frame(0x21, 0x01010101, WIRE_PAYLOAD_MAX);
		payload[zero] = 1;
	}
}

static void too_long(void)
{
	memset(out, 0x5A, sizeof(out));
	EXPECT_EQ(wire_encode(out, 1, 0, payload, WIRE_PAYLOAD_MAX + 1), 0);
	EXPECT_EQ(wire_encode(out, 1, 0, payload, SIZE_MAX), 0);
	EXPECT_EQ(out[0], 0x5A);
}

static const struct tap_test tests[] = {
	{"frame: known bytes", known_bytes},
	{"frame: without a payload", no_payload},
	{"frame: every length 0..1024 with zeros, without zeros, at random", every_length},
	{"frame: a zero at each place of a COBS block", zeros_at_block_ends},
	{"frame: a payload too long is refused and nothing written", too_long},
};
TAP_MAIN(tests)
