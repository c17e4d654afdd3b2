/*
 * CRC-32: the published check value, and the bit-by-bit computation at every length, alignment and cut.
 */
#include <petri/wire.h>

#include "../../os/wire/crc32_step.h"
#include "../fuzz/slow_wire.h"
#include "tap.h"

static uint8_t noise[1100];

static void make_noise(void)
{
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)tap_random();
}

static void published_value(void)
{
	EXPECT_EQ(wire_crc32(0, "123456789", 9), 0xCBF43926);
	EXPECT_EQ(wire_crc32(0, NULL, 0), 0);
	EXPECT_EQ(wire_crc32(0x12345678, NULL, 0), 0x12345678);
}

static void table_entries(void)
{
	for (unsigned int k = 0; k < 4; k++) {
		for (unsigned int i = 0; i < 256; i++) {
			uint32_t reg = i;

			for (unsigned int step = 0; step < 8 * (k + 1); step++)
				reg = reg & 1 ? reg >> 1 ^ 0xEDB88320 : reg >> 1;
			EXPECT_EQ(wire_crc_table[k][i], reg);
		}
	}
}

static void lengths_and_alignments(void)
{
	make_noise();
	for (size_t offset = 0; offset < 8; offset++)
		for (size_t n = 0; n <= 70; n++)
			EXPECT_EQ(wire_crc32(0, noise + offset, n), slow_crc32(noise + offset, n));
	EXPECT_EQ(wire_crc32(0, noise, WIRE_PACKET_MAX), slow_crc32(noise, WIRE_PACKET_MAX));
}

static void continues(void)
{
	make_noise();
	uint32_t whole = slow_crc32(noise, 200);

	for (size_t cut = 0; cut <= 200; cut++)
		EXPECT_EQ(wire_crc32(wire_crc32(0, noise, cut), noise + cut, 200 - cut), whole);
}

static void steps_and_residue(void)
{
	make_noise();
	for (size_t n = 0; n <= 1024; n += 1 + n / 7) {
		uint32_t crc = 0;
		uint8_t own[4];

		for (size_t i = 0; i < n; i++)
			crc = wire_crc_step(crc, noise[i]);
		EXPECT_EQ(crc, slow_crc32(noise, n));
		wire_put32(own, crc);
		EXPECT_EQ(wire_crc32(crc, own, 4), WIRE_CRC_RESIDUE);
	}
}

static void accessors(void)
{
	uint8_t b[9] = {0};

	wire_put64(b + 1, 0x8182838485868788);
	EXPECT_MEM(b, "\0\x88\x87\x86\x85\x84\x83\x82\x81", 9);
	EXPECT(wire_get64(b + 1) == 0x8182838485868788);
	EXPECT_EQ(wire_get32(b + 1), 0x85868788);
	EXPECT_EQ(wire_get16(b + 1), 0x8788);
	wire_put32(b, 0xF1F2F3F4);
	wire_put16(b + 3, 0xE1E2);
	EXPECT_MEM(b, "\xF4\xF3\xF2\xE2\xE1", 5);
}

static const struct tap_test tests[] = {
	{"crc: the published check value", published_value},
	{"crc: each of the 1,024 table entries", table_entries},
	{"crc: every length to 70 at every alignment", lengths_and_alignments},
	{"crc: goes on from every cut", continues},
	{"crc: byte steps, and the residue behind a sum", steps_and_residue},
	{"little-endian accessors on odd addresses", accessors},
};
TAP_MAIN(tests)
