/*
 * The boot script: the commands as a blob in memory (docs/wire.md section 5), so that a run depends on no host timing.
 */
#include "bootscript.h"

#include <stdlib.h>
#include <string.h>

#include <petri/wire.h>

#include "text.h"

#define HEAD 8u

struct blob {
	uint8_t *data;
	size_t size, room;
};

static bool append(struct blob *b, const void *data, size_t n)
{
	if (b->size + n > b->room) {
		size_t room = (b->room + n) * 2;
		uint8_t *more = realloc(b->data, room);

		if (!more)
			return false;
		b->data = more;
		b->room = room;
	}
	if (n)
		memcpy(b->data + b->size, data, n);
	b->size += n;
	return true;
}

static bool put_item(void *context, uint8_t type, const void *payload, size_t length)
{
	uint8_t head[4] = {type, 0};

	wire_put16(head + 2, (uint16_t)length);
	return append(context, head, sizeof head) && append(context, payload, length);
}

static uint32_t boot_flags(const struct options *o, bool qemu, bool scripted)
{
	return (qemu ? WIRE_BOOT_QEMU : 0) | (scripted ? WIRE_BOOT_SCRIPTED : 0) | (o->console ? WIRE_BOOT_FRAMED : 0) |
	       (o->no_stealing ? WIRE_BOOT_NO_STEALING : 0) | o->cores << WIRE_BOOT_CORES_SHIFT;
}

static bool put_boot(struct blob *b, const struct options *o, bool qemu, bool scripted)
{
	uint8_t p[20];

	wire_put32(p, boot_flags(o, qemu, scripted));
	wire_put64(p + 4, o->seed);
	wire_put64(p + 12, o->quantum_ns);
	return put_item(b, WIRE_CMD_BOOT, p, sizeof p);
}

/* For all apps of the image. Without arguments theirs stay as built. */
static bool put_app(struct blob *b, const struct options *o, char *err, size_t err_size)
{
	uint8_t p[WIRE_PAYLOAD_MAX] = {0, o->mode, 0, 0};
	size_t n = WIRE_CMD_APP_SIZE;

	for (int i = 0; i < o->word_count; i++) {
		size_t size = strlen(o->words[i]) + 1;

		if (size > sizeof p - n)
			return fail(err, err_size, "the arguments have more than %zu bytes", sizeof p - WIRE_CMD_APP_SIZE);
		memcpy(p + n, o->words[i], size);
		n += size;
	}
	return (o->mode == WIRE_MODE_AS_BUILT && o->word_count == 0) || put_item(b, WIRE_CMD_APP, p, n);
}

/* Length in front, CRC behind. */
static bool seal(struct blob *b)
{
	uint8_t crc[4];

	memcpy(b->data, WIRE_BOOT_MAGIC, 4);
	wire_put32(b->data + 4, (uint32_t)(b->size - HEAD));
	wire_put32(crc, wire_crc32(0, b->data, b->size));
	return append(b, crc, sizeof crc);
}

uint8_t *boot_script(const struct options *o, const struct demo *demo, bool qemu, bool scripted, size_t *size, char *err,
		     size_t err_size)
{
	static const uint8_t head[HEAD];
	struct blob b = {0};

	fail(err, err_size, "no memory for the boot script");
	if (append(&b, head, HEAD) && put_boot(&b, o, qemu, scripted) && put_app(&b, o, err, err_size) &&
	    (!demo || demo->start(o, qemu, put_item, &b, err, err_size)) && seal(&b)) {
		*size = b.size;
		return b.data;
	}
	free(b.data);
	return NULL;
}
