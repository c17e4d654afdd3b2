/*
 * From a payload to the bytes on the line: packet header, CRC-32 and COBS in one pass, straight into the caller's buffer.
 *
 * The inverse is decoder.c. Pure; callable from anywhere, in the kernel with interrupts masked too (bounded by
 * WIRE_PAYLOAD_MAX). docs/wire.md section 1.
 */
#include <petri/wire.h>

/* A COBS block in the making: its code byte is known only when it ends, so its place is kept. */
struct stuffer {
	uint8_t *code;
	uint8_t *next;
};

static inline void close_block(struct stuffer *s)
{
	*s->code = (uint8_t)(s->next - s->code);
	s->code = s->next++;
}

/* A full block is closed by the byte after it and not by its last: the packet may be over, and then no code follows. */
static inline void stuff_byte(struct stuffer *s, uint8_t byte)
{
	if (s->next - s->code == 255)
		close_block(s);
	if (byte == 0)
		close_block(s);
	else
		*s->next++ = byte;
}

static void stuff(struct stuffer *s, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		stuff_byte(s, p[i]);
}

size_t wire_encode(uint8_t *out, uint8_t type, uint32_t seq, const void *payload, size_t length)
{
	struct stuffer s = {out + 1, out + 2};
	uint8_t header[WIRE_HEADER] = {WIRE_MAGIC, type};
	uint8_t crc[4];

	if (length > WIRE_PAYLOAD_MAX)
		return 0;
	wire_put16(header + 2, (uint16_t)length);
	wire_put32(header + 4, seq);
	wire_put32(crc, wire_crc32(wire_crc32(0, header, sizeof(header)), payload, length));
	out[0] = 0;
	stuff(&s, header, sizeof(header));
	stuff(&s, payload, length);
	stuff(&s, crc, sizeof(crc));
	close_block(&s);
	*s.code = 0;
	return (size_t)(s.next - out);
}
