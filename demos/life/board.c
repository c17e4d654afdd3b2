/* Boards: memory, ghosts, packing to bits and back. See board.h. */
#include "board.h"

#include <petri/heap.h>
#include <petri/string.h>
#include <petri/wire_life.h>

/* The left ghost is the last byte of a word, so that each row's first cell begins one: packing reads whole words. */
#define MARGIN 8u

static size_t buffer_size(const struct board *b) { return (b->shape.height + 2u) * b->stride; }

static void set_shape(struct board *b, const struct shape *shape)
{
	b->shape = *shape;
	b->stride = MARGIN + ((shape->width + 1u + 7u) & ~7u);
}

static void place_buffers(struct board *b)
{
	b->cells[0] = b->memory + b->stride + MARGIN;
	b->cells[1] = b->cells[0] + buffer_size(b);
	if (b->third != NULL)
		b->cells[BOARD_STILL] = b->third + b->stride + MARGIN;
}

enum petri_error board_init(struct board *b, const struct shape *shape)
{
	set_shape(b, shape);
	b->memory = heap_calloc(2, buffer_size(b));
	b->third = NULL;
	if (b->memory == NULL)
		return PETRI_ENOMEM;
	place_buffers(b);
	return PETRI_OK;
}

bool board_fits(const struct board *b, const struct shape *shape)
{
	struct board other;

	set_shape(&other, shape);
	return b->memory != NULL && buffer_size(&other) <= buffer_size(b);
}

void board_reuse(struct board *b, const struct shape *shape)
{
	set_shape(b, shape);
	memset(b->memory, 0, 2 * buffer_size(b));
	if (b->third != NULL)
		memset(b->third, 0, buffer_size(b));
	place_buffers(b);
}

void board_free(struct board *b)
{
	heap_free(b->memory);
	heap_free(b->third);
	b->memory = b->third = NULL;
}

enum petri_error board_reserve_still(struct board *b)
{
	if (b->third == NULL)
		b->third = heap_calloc(1, buffer_size(b));
	if (b->third == NULL)
		return PETRI_ENOMEM;
	b->cells[BOARD_STILL] = b->third + b->stride + MARGIN;
	return PETRI_OK;
}

/* Distances at which index i of a ring of n is seen again, from -1 to n: none, one or two. */
static uint32_t seen_again(int32_t out[2], uint32_t i, uint32_t n, int32_t unit)
{
	uint32_t count = 0;

	if (i == 0)
		out[count++] = (int32_t)n * unit;
	if (i == n - 1)
		out[count++] = -(int32_t)n * unit;
	return count;
}

void board_ghosts(const struct board *b, struct ghosts *ghosts, uint32_t x, uint32_t y)
{
	int32_t column[3] = {0}, row[3] = {0};

	ghosts->count = 0;
	if (b->shape.topology != LIFE_TORUS)
		return;
	uint32_t columns = 1 + seen_again(&column[1], x, b->shape.width, 1);
	uint32_t rows = 1 + seen_again(&row[1], y, b->shape.height, (int32_t)b->stride);

	for (uint32_t r = 0; r < rows; r++)
		for (uint32_t c = r == 0; c < columns; c++)
			ghosts->distance[ghosts->count++] = row[r] + column[c];
}

void board_write(struct board *b, uint32_t buffer, uint32_t x, uint32_t y, uint8_t byte)
{
	struct ghosts ghosts;

	board_ghosts(b, &ghosts, x, y);
	board_show(b->cells[buffer] + board_offset(b, x, y), &ghosts, byte);
}

void board_put(struct board *b, uint32_t buffer, uint32_t x, uint32_t y, uint8_t alive)
{
	uint8_t rest = b->cells[buffer][board_offset(b, x, y)] & (uint8_t)~BOARD_ALIVE;

	board_write(b, buffer, x, y, rest | alive);
}

void board_renew(struct board *b)
{
	for (uint32_t y = 0; y < b->shape.height; y++)
		for (uint32_t x = 0; x < b->shape.width; x++) {
			board_write(b, 0, x, y, board_get(b, 0, x, y));
			board_write(b, 1, x, y, 0);
		}
}

size_t board_packed_size(const struct shape *shape) { return (size_t)life_row_bytes(shape->width) * shape->height; }

/* Eight cells (byte i of the word) into eight bits (bit i): the product brings each byte's bit to its own place in the top byte. */
static inline uint8_t gather(uint64_t cells) { return (uint8_t)(cells * 0x0102040810204080u >> 56); }

static inline uint32_t sum_of_bytes(uint64_t cells) { return (uint32_t)(cells * 0x0101010101010101u >> 56); }

uint32_t board_pack(const struct board *b, uint32_t buffer, uint8_t *bits)
{
	uint32_t width = b->shape.width, population = 0;
	/* the cells of the last word, without the ghost behind them */
	uint64_t all = 0x0101010101010101u, last = width % 8 == 0 ? all : all & ((1ull << width % 8 * 8) - 1);

	for (uint32_t y = 0; y < b->shape.height; y++) {
		const uint64_t *row = (const uint64_t *)(const void *)(b->cells[buffer] + board_offset(b, 0, y));

		for (uint32_t n = life_row_bytes(width); n > 0; n--) {
			uint64_t cells = *row++ & (n == 1 ? last : all);

			*bits++ = gather(cells);
			population += sum_of_bytes(cells);
		}
	}
	return population;
}

void board_unpack(struct board *b, uint32_t buffer, uint32_t first_row, uint32_t rows, const uint8_t *bits)
{
	for (uint32_t y = first_row; y < first_row + rows; y++, bits += life_row_bytes(b->shape.width))
		for (uint32_t x = 0; x < b->shape.width; x++)
			board_put(b, buffer, x, y, bits[x / 8] >> x % 8 & 1);
}
