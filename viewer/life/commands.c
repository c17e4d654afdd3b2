/*
 * Commands as payloads: laying out a dish, speed and goal.
 */
#include "commands.h"

#include <string.h>

#include <petri/wire.h>
#include <petri/wire_life.h>

/* Packs rows of bytes into rows of bits (docs/wire.md section 3). */
static void pack(uint8_t *bits, const uint8_t *cells, uint32_t width, uint32_t rows)
{
	uint32_t bytes = life_row_bytes(width);

	memset(bits, 0, (size_t)bytes * rows);
	for (uint32_t y = 0; y < rows; y++)
		for (uint32_t x = 0; x < width; x++)
			if (cells[(size_t)y * width + x])
				bits[(size_t)y * bytes + x / 8] |= (uint8_t)(1u << x % 8);
}

static bool put_setup(const struct rule *r, uint8_t sync, command_sink *sink, void *context)
{
	uint8_t p[10];

	wire_put16(p, (uint16_t)r->width);
	wire_put16(p + 2, (uint16_t)r->height);
	p[4] = r->topology;
	p[5] = sync;
	wire_put16(p + 6, r->birth);
	wire_put16(p + 8, r->survive);
	return sink(context, WIRE_CMD_LIFE_SETUP, p, sizeof p);
}

/* Rows without life are not sent: the board after SETUP is empty. */
static bool put_rows(const struct board *b, uint32_t first, uint32_t rows, command_sink *sink, void *context)
{
	uint8_t bits[LIFE_BAND_DATA_MAX], p[WIRE_LIFE_CELLS_SIZE + LIFE_BAND_DATA_MAX];
	enum life_coding coding;
	size_t n;

	pack(bits, b->cells + (size_t)first * b->rule.width, b->rule.width, rows);
	n = life_band_encode(p + WIRE_LIFE_CELLS_SIZE, &coding, bits, NULL, (size_t)life_row_bytes(b->rule.width) * rows);
	if (n == 0)
		return true;
	wire_put16(p, (uint16_t)first);
	wire_put16(p + 2, (uint16_t)rows);
	p[4] = (uint8_t)coding;
	p[5] = 0;
	return sink(context, WIRE_CMD_LIFE_CELLS, p, WIRE_LIFE_CELLS_SIZE + n);
}

bool commands_board(const struct board *b, uint8_t sync, command_sink *sink, void *context)
{
	uint32_t band = life_band_rows(b->rule.width);
	uint8_t p[8];

	if (!put_setup(&b->rule, sync, sink, context))
		return false;
	for (uint32_t y = 0; y < b->rule.height; y += band)
		if (!put_rows(b, y, b->rule.height - y < band ? b->rule.height - y : band, sink, context))
			return false;
	wire_put64(p, b->generation);
	return !b->generation || sink(context, WIRE_CMD_LIFE_GENERATION, p, sizeof p);
}

bool commands_sync(uint8_t sync, command_sink *sink, void *context) { return sink(context, WIRE_CMD_LIFE_SYNC, &sync, 1); }

bool commands_speed(uint32_t speed, command_sink *sink, void *context)
{
	uint8_t p[4];

	wire_put32(p, speed);
	return sink(context, WIRE_CMD_LIFE_SPEED, p, sizeof p);
}

bool commands_until(uint64_t generation, bool end, command_sink *sink, void *context)
{
	uint8_t p[9];

	wire_put64(p, generation);
	p[8] = end;
	return sink(context, WIRE_CMD_LIFE_UNTIL, p, sizeof p);
}

bool commands_errand(const struct life_errand *e, const char *board, command_sink *sink, void *context)
{
	uint8_t p[20];
	size_t n = 4;

	wire_put16(p, e->x);
	wire_put16(p + 2, e->y);
	if (e->wild) {
		wire_put64(p + n, e->place == WILD_ADDRESS ? e->address : wild_address(e->place, board));
		n += 8;
	}
	wire_put64(p + n, e->generation);
	return sink(context, e->wild ? WIRE_CMD_LIFE_WILD : WIRE_CMD_LIFE_KILL, p, n + 8);
}
