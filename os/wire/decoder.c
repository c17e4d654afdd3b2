/*
 * From any bytes at all to frames, console text and damage: docs/wire.md section 1, one byte at a time, O(1) each.
 *
 * A run shows by its second byte what it is, so only one byte is ever held back. The CRC is carried along with the
 * decoded bytes, its own four included, which makes the check at the end of a frame a single comparison. Works on the
 * caller's struct alone; callable from anywhere, in an interrupt handler too.
 */
#include <petri/wire.h>

#include "crc32_step.h"

enum {
	UNDECIDED, /* fewer than two bytes seen: a zeroed decoder is here */
	TEXT,
	PACKET,
	SPOILED, /* began as a frame, cannot become one: discarded up to the next zero */
};

static enum wire_event give_text(struct wire_decoder *d, uint8_t length)
{
	d->text_length = length;
	return WIRE_PLAIN;
}

static void append(struct wire_decoder *d, uint8_t byte)
{
	if (d->filled == WIRE_PACKET_MAX) {
		d->state = SPOILED;
		return;
	}
	d->packet[d->filled++] = byte;
	d->crc = wire_crc_step(d->crc, byte);
}

/* COBS: the zero that a block stands for is due only when another block follows. */
static void unstuff(struct wire_decoder *d, uint8_t byte)
{
	if (d->code > 0) {
		d->code--;
		append(d, byte);
		return;
	}
	if (d->block != 255)
		append(d, 0);
	d->block = byte;
	d->code = byte - 1;
}

/* Makes the decoder ready for the next run; packet and text stay as they are for the caller. */
static void close_run(struct wire_decoder *d)
{
	d->run = 0;
	d->state = UNDECIDED;
}

static void begin_packet(struct wire_decoder *d)
{
	d->state = PACKET;
	d->filled = 0;
	d->crc = 0;
	d->code = 0;
	d->block = 255; /* no zero before the first block */
	unstuff(d, d->text[0]);
	unstuff(d, WIRE_MAGIC);
}

static enum wire_event second_byte(struct wire_decoder *d, uint8_t byte)
{
	if (byte == WIRE_MAGIC) {
		begin_packet(d);
		return WIRE_NOTHING;
	}
	d->state = TEXT;
	d->text[1] = byte;
	return give_text(d, 2);
}

static bool packet_is_right(const struct wire_decoder *d)
{
	return d->code == 0 && d->packet[0] == WIRE_MAGIC && d->filled == WIRE_HEADER + wire_get16(d->packet + 2) + 4u &&
	       d->crc == WIRE_CRC_RESIDUE;
}

static enum wire_event give_frame(struct wire_decoder *d)
{
	d->type = d->packet[1];
	d->length = wire_get16(d->packet + 2);
	d->seq = wire_get32(d->packet + 4);
	d->payload = d->packet + WIRE_HEADER;
	return WIRE_FRAME;
}

enum wire_event wire_decode_end(struct wire_decoder *d)
{
	uint8_t state = d->state;
	uint32_t run = d->run;

	close_run(d);
	if (state == PACKET || state == SPOILED)
		return WIRE_DAMAGED;
	return state == UNDECIDED && run == 1 ? give_text(d, 1) : WIRE_NOTHING;
}

static enum wire_event zero_byte(struct wire_decoder *d)
{
	if (d->state != PACKET || !packet_is_right(d))
		return wire_decode_end(d);
	close_run(d);
	return give_frame(d);
}

enum wire_event wire_decode(struct wire_decoder *d, uint8_t byte)
{
	if (byte == 0)
		return zero_byte(d);
	d->run++; /* may wrap in a long text, where nobody looks at it */
	if (d->state == UNDECIDED && d->run == 2)
		return second_byte(d, byte);
	if (d->state == PACKET)
		unstuff(d, byte);
	if (d->state == PACKET || d->state == SPOILED)
		return WIRE_NOTHING;
	d->text[0] = byte;
	return d->state == TEXT ? give_text(d, 1) : WIRE_NOTHING;
}
