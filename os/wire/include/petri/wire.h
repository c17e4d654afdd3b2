/*
 * The frame layer of docs/wire.md: COBS, CRC-32, packets, and a decoder that survives any byte stream.
 *
 * Freestanding C without allocation and without global state: the same object code logic runs in the kernel, in the
 * apps and in the viewer. All functions are pure or work on the caller's struct; none blocks.
 */
#ifndef PETRI_WIRE_H
#define PETRI_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_VERSION 2u
#define WIRE_MAGIC 0xF5u
#define WIRE_PAYLOAD_MAX 1024u
#define WIRE_HEADER 8u
#define WIRE_PACKET_MAX (WIRE_HEADER + WIRE_PAYLOAD_MAX + 4u)
/* COBS adds one byte per 254 begun; a zero on each side. */
#define WIRE_RUN_MAX 1044u
#define WIRE_ENCODED_MAX (WIRE_RUN_MAX + 2u)

enum wire_type {
	/* target to host */
	WIRE_HELLO = 0x01,
	WIRE_ACK = 0x02,
	WIRE_STATS = 0x03,
	WIRE_FAULT = 0x04,
	WIRE_END = 0x05,
	WIRE_DEADLOCK = 0x06,
	WIRE_TEXT = 0x07,
	WIRE_EXIT = 0x08,
	WIRE_APP = 0x20, /* from here on: the apps' */
	WIRE_LIFE_CONFIG = 0x20,
	WIRE_LIFE_BAND = 0x21,
	WIRE_LIFE_GENERATION = 0x22,
	WIRE_LIFE_DEAD = 0x23,
	WIRE_LIFE_CORES = 0x24,
	WIRE_PHIL_CONFIG = 0x30,
	WIRE_PHIL_BAND = 0x31,
	WIRE_PHIL_SAMPLE = 0x32,
	WIRE_PHIL_WAITS = 0x33,
	WIRE_PHIL_NAMES = 0x34,
	/* host to target: the kernel's own */
	WIRE_CMD_HELLO = 0x80,
	WIRE_CMD_KILL = 0x81,
	WIRE_CMD_BAUD = 0x82,
	WIRE_CMD_BOOT = 0x83, /* in a boot script only, as is the next */
	WIRE_CMD_APP = 0x84,  /* mode and arguments of an app */
	/* host to target: the app's, from here on */
	WIRE_CMD_OF_APP = 0x90,
	WIRE_CMD_LIFE_SETUP = 0x90,
	WIRE_CMD_LIFE_CELLS = 0x91,
	WIRE_CMD_LIFE_EDIT = 0x92,
	WIRE_CMD_LIFE_RUN = 0x93,
	WIRE_CMD_LIFE_PAUSE = 0x94,
	WIRE_CMD_LIFE_STEP = 0x95,
	WIRE_CMD_LIFE_UNTIL = 0x96,
	WIRE_CMD_LIFE_SPEED = 0x97,
	WIRE_CMD_LIFE_RESET = 0x98,
	WIRE_CMD_LIFE_RULE = 0x99,
	WIRE_CMD_LIFE_KILL = 0x9A,
	WIRE_CMD_LIFE_GENERATION = 0x9B,
	WIRE_CMD_LIFE_KEY = 0x9C,
	WIRE_CMD_LIFE_WHO = 0x9D,
	WIRE_CMD_LIFE_WILD = 0x9E,
	WIRE_CMD_LIFE_SYNC = 0x9F,
	WIRE_CMD_PHIL_SETUP = 0xA0,
	WIRE_CMD_PHIL_RUN = 0xA1,
	WIRE_CMD_PHIL_PAUSE = 0xA2,
	WIRE_CMD_PHIL_STRATEGY = 0xA3,
	WIRE_CMD_PHIL_TIMES = 0xA4,
	WIRE_CMD_PHIL_FREEZE = 0xA5,
	WIRE_CMD_PHIL_KILL = 0xA6,
	WIRE_CMD_PHIL_RESTART = 0xA7,
	WIRE_CMD_PHIL_PRIORITY = 0xA8,
	WIRE_CMD_PHIL_KEY = 0xA9,
	WIRE_CMD_PHIL_WILD = 0xAA,
};

/* Payload sizes of the fixed parts (docs/wire.md sections 2 and 3). */
enum {
	WIRE_HELLO_SIZE = 68,
	WIRE_HELLO_SIZE_1 = 64, /* of version 1 */
	WIRE_ACK_SIZE = 6,
	WIRE_STATS_SIZE = 76,
	WIRE_STATS_CORES = 80, /* where the cores begin, which follow; the bytes of each */
	WIRE_STATS_CORE = 32,
	WIRE_STATS_SIZE_1 = 72, /* before it told the bytes per thread */
	WIRE_FAULT_SIZE = 44,   /* name and text follow, as in the next two */
	WIRE_FAULT_SIZE_1 = 42, /* of version 1 */
	WIRE_TEXT_SIZE = 4,
	WIRE_EXIT_SIZE = 8,
	WIRE_END_SIZE = 4,
	WIRE_CMD_APP_SIZE = 4, /* and the arguments, each ended by a zero */
	WIRE_DEADLOCK_SIZE = 24,
	WIRE_DEADLOCK_MEMBER_SIZE = 65, /* and the name */
};

#define WIRE_BOOT_MAGIC "PBS1"
#define WIRE_BOOT_QEMU 1u     /* BOOT flag: the machine ends by semihosting */
#define WIRE_BOOT_SCRIPTED 2u /* BOOT flag: only the script commands the app */
#define WIRE_BOOT_FRAMED 4u   /* BOOT flag: console text goes out as TEXT frames */
#define WIRE_BOOT_NO_STEALING 8u /* BOOT flag: an idle core does not take threads from others */
#define WIRE_BOOT_CORES_SHIFT 8
#define WIRE_BOOT_CORES(flags) ((flags) >> WIRE_BOOT_CORES_SHIFT & 15u) /* how many cores take part, 0: as built */
#define WIRE_SEQ_SCRIPT 0xFFFFFFFFu

/* TEXT: who says it. */
enum wire_text_source { WIRE_TEXT_KERNEL, WIRE_TEXT_STDOUT, WIRE_TEXT_STDERR };
/* Mode of an app, in APP; HELLO and FAULT say 0 for user and 1 for kernel threads. */
enum wire_app_mode { WIRE_MODE_AS_BUILT, WIRE_MODE_USER, WIRE_MODE_KERNEL };

/* Little-endian access to unaligned memory. */
static inline uint16_t wire_get16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }
static inline uint32_t wire_get32(const uint8_t *p) { return wire_get16(p) | (uint32_t)wire_get16(p + 2) << 16; }
static inline uint64_t wire_get64(const uint8_t *p) { return wire_get32(p) | (uint64_t)wire_get32(p + 4) << 32; }
static inline void wire_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}
static inline void wire_put32(uint8_t *p, uint32_t v)
{
	wire_put16(p, (uint16_t)v);
	wire_put16(p + 2, (uint16_t)(v >> 16));
}
static inline void wire_put64(uint8_t *p, uint64_t v)
{
	wire_put32(p, (uint32_t)v);
	wire_put32(p + 4, (uint32_t)(v >> 32));
}

/* CRC-32 of n bytes, going on from crc (0 to begin): wire_crc32(wire_crc32(0, a), b) is the CRC of a then b. */
uint32_t wire_crc32(uint32_t crc, const void *data, size_t n);

/*
 * Encodes one frame with both delimiters into out (room for WIRE_ENCODED_MAX bytes).
 * length: 0..WIRE_PAYLOAD_MAX. Returns the number of bytes written; 0 if length is too large.
 */
size_t wire_encode(uint8_t *out, uint8_t type, uint32_t seq, const void *payload, size_t length);

/* What the decoder finds. */
enum wire_event {
	WIRE_NOTHING, /* more bytes wanted */
	WIRE_FRAME,   /* type, seq, length and payload in the decoder are valid until the next byte */
	WIRE_PLAIN,   /* text[0..text_length) is console text, valid until the next byte */
	WIRE_DAMAGED, /* a run was thrown away */
};

/* One direction's decoder: fed a byte at a time in O(1), any bytes at all. Zero-initialised is ready. */
struct wire_decoder {
	uint8_t packet[WIRE_PACKET_MAX]; /* decoded so far; payload begins at WIRE_HEADER */
	uint32_t run;                    /* bytes in this run so far */
	uint32_t filled;                 /* bytes decoded into packet */
	uint32_t crc;                    /* running CRC of the decoded bytes */
	uint8_t code;                    /* COBS: bytes left in the block */
	uint8_t block;                   /* COBS: code of the block */
	uint8_t state;                   /* private */
	uint8_t text[2];
	uint8_t text_length;
	/* the frame just found */
	uint8_t type;
	uint16_t length;
	uint32_t seq;
	const uint8_t *payload;
};

/* Feeds one byte. May return PLAIN with one or two bytes. */
enum wire_event wire_decode(struct wire_decoder *d, uint8_t byte);

/*
 * The stream is over (end of a recording, lost connection): gives back a held byte as PLAIN, tells of a frame that was
 * never closed as DAMAGED, else NOTHING. The decoder is then ready for another stream.
 */
enum wire_event wire_decode_end(struct wire_decoder *d);

#endif
