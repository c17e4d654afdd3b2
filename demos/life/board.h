/*
 * The board: one byte per cell, in two buffers. A generation is read from one and written into the other. Bit 0 of a byte is the cell's
 * state; the others are the cells' own, for telling each other more than that (neighbours.c), and 0 unless they use them.
 *
 * Around each buffer runs a border of ghosts, one cell wide, so that every cell reads its eight neighbours without asking
 * where it lives. On a plane the ghosts stay dead. On a torus each shows the cell of the opposite edge: whoever
 * writes a cell also writes its ghosts. A narrow board shows a cell several times; a cell of a 1 x 1 torus is all of its
 * own eight neighbours.
 *
 * A third buffer holds a generation still while the cells go on; only boards whose cells run free of each other have it.
 *
 * No locks here: one thread per cell writes that cell and its ghosts, and the cells' own agreement keeps generations apart.
 */
#ifndef LIFE_BOARD_H
#define LIFE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <petri/error.h>

struct shape {
	uint16_t width, height; /* 1..4096 */
	uint8_t topology;       /* LIFE_TORUS, LIFE_PLANE */
};

struct board {
	struct shape shape;
	size_t stride;     /* bytes from a row to the next; a multiple of 8 */
	uint8_t *cells[3]; /* cell (0, 0) of each buffer; 8-byte aligned */
	uint8_t *memory;   /* what the heap gave; NULL: no board */
	uint8_t *third;    /* likewise for the third buffer; NULL: none yet */
};
#define BOARD_ALIVE 1u  /* in a cell's byte */
#define BOARD_STILL 2u /* the number of the third buffer */

/* An empty board. ENOMEM: nothing is left behind. May block (heap). */
PETRI_NODISCARD enum petri_error board_init(struct board *b, const struct shape *shape);
void board_free(struct board *b);
/* Would one of this shape fit into the memory of b? Then: b, empty, in this shape. */
bool board_fits(const struct board *b, const struct shape *shape);
void board_reuse(struct board *b, const struct shape *shape);
/* Makes the third buffer, if it is not there. ENOMEM. */
PETRI_NODISCARD enum petri_error board_reserve_still(struct board *b);

/* Distance of cell (x, y) from cell (0, 0). */
static inline size_t board_offset(const struct board *b, uint32_t x, uint32_t y) { return y * b->stride + x; }
static inline uint8_t board_get(const struct board *b, uint32_t buffer, uint32_t x, uint32_t y)
{
	return b->cells[buffer][board_offset(b, x, y)] & BOARD_ALIVE;
}

/* The ghosts of a cell, as distances from it. */
struct ghosts {
	uint32_t count;
	int32_t distance[8];
};
void board_ghosts(const struct board *b, struct ghosts *ghosts, uint32_t x, uint32_t y);

/* Writes a cell's byte, and then its ghosts. Others may read them meanwhile. */
static inline void board_show(uint8_t *cell, const struct ghosts *ghosts, uint8_t byte)
{
	__atomic_store_n(cell, byte, __ATOMIC_RELAXED);
	for (uint32_t i = 0; i < ghosts->count; i++)
		__atomic_store_n(&cell[ghosts->distance[i]], byte, __ATOMIC_RELAXED);
}
/* The whole byte of a cell, and its ghosts. */
void board_write(struct board *b, uint32_t buffer, uint32_t x, uint32_t y, uint8_t byte);
/* The state of a cell; the rest of its byte stays. */
void board_put(struct board *b, uint32_t buffer, uint32_t x, uint32_t y, uint8_t alive);

/* For other cells than those before: the states in buffer 0, shown by all ghosts; nothing else in any byte, and nobody alive in buffer 1. */
void board_renew(struct board *b);

/* Packed: rows of bits, as docs/wire.md section 3 has them. */
size_t board_packed_size(const struct shape *shape);
/* Packs a whole buffer; returns how many cells live. */
uint32_t board_pack(const struct board *b, uint32_t buffer, uint8_t *bits);
void board_unpack(struct board *b, uint32_t buffer, uint32_t first_row, uint32_t rows, const uint8_t *bits);

#endif
