/*
 * One byte of CRC-32, inline, for the decoder that needs the sum after every byte. Private to os/wire.
 */
#ifndef PETRI_WIRE_CRC32_STEP_H
#define PETRI_WIRE_CRC32_STEP_H

#include <stdint.h>

/* [k][i]: what byte i, followed by k zero bytes, does to the register. */
extern const uint32_t wire_crc_table[4][256];

/* The sum of a packet followed by its own little-endian sum is always this. */
#define WIRE_CRC_RESIDUE 0x2144DF1Cu

/* crc in the public convention (0 to begin, so that a zeroed struct is ready): the register is its complement. */
static inline uint32_t wire_crc_step(uint32_t crc, uint8_t byte)
{
	uint32_t c = ~crc;

	return ~(wire_crc_table[0][(uint8_t)(c ^ byte)] ^ c >> 8);
}

#endif
