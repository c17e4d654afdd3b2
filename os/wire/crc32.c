/*
 * CRC-32 (IEEE 802.3, reflected), four bytes at a time from constant tables.
 *
 * The tables live in read-only data and are computed by the compiler: the CRC is linear, so the entry of a byte is the
 * exclusive-or of the entries of its bits, and the entry of a bit is the polynomial pushed through the register some
 * steps. Pure; callable from anywhere, in the kernel with interrupts masked too (bounded by n).
 */
#include <petri/wire.h>

#include "crc32_step.h"

/* S<j>: the polynomial after j more steps of the shift register. Table k, bit b is S<8k+7-b>. */
#define S0 0xEDB88320u
#define S1 0x76DC4190u
#define S2 0x3B6E20C8u
#define S3 0x1DB71064u
#define S4 0x0EDB8832u
#define S5 0x076DC419u
#define S6 0xEE0E612Cu
#define S7 0x77073096u
#define S8 0x3B83984Bu
#define S9 0xF0794F05u
#define S10 0x958424A2u
#define S11 0x4AC21251u
#define S12 0xC8D98A08u
#define S13 0x646CC504u
#define S14 0x32366282u
#define S15 0x191B3141u
#define S16 0xE1351B80u
#define S17 0x709A8DC0u
#define S18 0x384D46E0u
#define S19 0x1C26A370u
#define S20 0x0E1351B8u
#define S21 0x0709A8DCu
#define S22 0x0384D46Eu
#define S23 0x01C26A37u
#define S24 0xED59B63Bu
#define S25 0x9B14583Du
#define S26 0xA032AF3Eu
#define S27 0x5019579Fu
#define S28 0xC5B428EFu
#define S29 0x8F629757u
#define S30 0xAA09C88Bu
#define S31 0xB8BC6765u

#define BIT(i, b, s) (((i) & (1u << (b))) != 0 ? (s) : 0)
#define ENTRY(i, s7, s6, s5, s4, s3, s2, s1, s0) \
	(BIT(i, 0, s7) ^ BIT(i, 1, s6) ^ BIT(i, 2, s5) ^ BIT(i, 3, s4) ^ BIT(i, 4, s3) ^ BIT(i, 5, s2) ^ BIT(i, 6, s1) ^ \
	 BIT(i, 7, s0))

#define T0(i) ENTRY(i, S7, S6, S5, S4, S3, S2, S1, S0)
#define T1(i) ENTRY(i, S15, S14, S13, S12, S11, S10, S9, S8)
#define T2(i) ENTRY(i, S23, S22, S21, S20, S19, S18, S17, S16)
#define T3(i) ENTRY(i, S31, S30, S29, S28, S27, S26, S25, S24)

#define ROW4(t, i) t(i), t((i) + 1), t((i) + 2), t((i) + 3)
#define ROW16(t, i) ROW4(t, i), ROW4(t, (i) + 4), ROW4(t, (i) + 8), ROW4(t, (i) + 12)
#define ROW64(t, i) ROW16(t, i), ROW16(t, (i) + 16), ROW16(t, (i) + 32), ROW16(t, (i) + 48)
#define ROW256(t) ROW64(t, 0), ROW64(t, 64), ROW64(t, 128), ROW64(t, 192)

const uint32_t wire_crc_table[4][256] = {{ROW256(T0)}, {ROW256(T1)}, {ROW256(T2)}, {ROW256(T3)}};

/* Four bytes at once; p is aligned, so that this is one load even where unaligned ones are forbidden. */
static uint32_t step4(uint32_t c, const uint8_t *p)
{
	c ^= wire_get32(__builtin_assume_aligned(p, 4));
	return wire_crc_table[3][c & 0xFF] ^ wire_crc_table[2][c >> 8 & 0xFF] ^ wire_crc_table[1][c >> 16 & 0xFF] ^
	       wire_crc_table[0][c >> 24];
}

uint32_t wire_crc32(uint32_t crc, const void *data, size_t n)
{
	const uint8_t *p = data;

	while (n > 0 && ((uintptr_t)p & 3) != 0) {
		crc = wire_crc_step(crc, *p++);
		n--;
	}
	crc = ~crc;
	for (; n >= 4; n -= 4, p += 4)
		crc = step4(crc, p);
	crc = ~crc;
	while (n-- > 0)
		crc = wire_crc_step(crc, *p++);
	return crc;
}
