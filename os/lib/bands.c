/* Bands as docs/wire.md section 3 has them: header, coding, and the memory of what was sent last. See <petri/bands.h>. */
#include <petri/bands.h>

#include <petri/heap.h>
#include <petri/stream.h>
#include <petri/string.h>
#include <petri/wire.h>
#include <petri/wire_life.h>

static uint32_t band_count(const struct picture *p) { return (p->rows + p->band_rows - 1) / p->band_rows; }

enum petri_error bands_reserve(struct bands *b, const struct picture *shape)
{
	size_t room = (size_t)shape->rows * shape->row_bytes, places = band_count(shape);

	if (room <= b->room && places <= b->places)
		return PETRI_OK;
	uint8_t *sent = heap_alloc(room);
	uint64_t *base = heap_calloc(places, sizeof *base);

	if (sent == NULL || base == NULL) {
		heap_free(sent);
		heap_free(base);
		return PETRI_ENOMEM;
	}
	heap_free(b->sent);
	heap_free(b->base);
	*b = (struct bands){.type = b->type, .sent = sent, .base = base, .room = room, .places = places};
	return PETRI_OK;
}

static void put_header(uint8_t *out, const struct picture *p, uint64_t base, uint32_t first, uint32_t rows)
{
	wire_put32(out, p->epoch);
	wire_put64(out + 4, p->number);
	wire_put64(out + 12, base);
	wire_put16(out + 20, (uint16_t)first);
	wire_put16(out + 22, (uint16_t)rows);
}

/* One band; false: it has not changed since it was last sent, and is not sent. */
static bool send_band(struct bands *b, const struct picture *p, uint32_t band, bool key)
{
	uint8_t payload[STREAM_PAYLOAD_MAX];
	uint32_t first = band * p->band_rows;
	uint32_t rows = p->band_rows < p->rows - first ? p->band_rows : p->rows - first;
	size_t at = (size_t)first * p->row_bytes, n = (size_t)rows * p->row_bytes;
	enum life_coding coding;
	size_t length = life_band_encode(payload + WIRE_LIFE_BAND_SIZE, &coding, p->bytes + at, key ? NULL : b->sent + at, n);

	if (!key && length == 0)
		return false;
	put_header(payload, p, key ? 0 : b->base[band], first, rows);
	payload[24] = (uint8_t)coding;
	payload[25] = key ? LIFE_BAND_KEY : 0;
	wire_put16(payload + 26, 0);
	stream_send(b->type, payload, WIRE_LIFE_BAND_SIZE + length);
	memcpy(b->sent + at, p->bytes + at, n);
	b->base[band] = p->number;
	return true;
}

uint32_t bands_send(struct bands *b, const struct picture *picture, bool key)
{
	uint32_t sent = 0;

	for (uint32_t band = 0; band < band_count(picture); band++)
		sent += send_band(b, picture, band, key);
	return sent;
}
