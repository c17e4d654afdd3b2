/*
 * The rule of the game: who is born and who survives with how many neighbours, `B.../S...`.
 *
 * One word of 18 bits holds all of it, so that a cell's decision is one shift: bit n tells the fate of a dead cell with
 * n neighbours, bit 9 + n that of a living one.
 */
#ifndef LIFE_RULE_H
#define LIFE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RULE_CONWAY rule_of(1u << 3, 1u << 2 | 1u << 3)

static inline uint32_t rule_of(uint32_t birth, uint32_t survival) { return birth | survival << 9; }
static inline uint16_t rule_birth(uint32_t rule) { return rule & 0x1FF; }
static inline uint16_t rule_survival(uint32_t rule) { return rule >> 9 & 0x1FF; }

/* The next state, 0 or 1, of a cell that is alive (0 or 1) and has that many living neighbours (0..8). */
static inline uint8_t rule_next(uint32_t rule, uint32_t alive, uint32_t neighbours)
{
	return rule >> (neighbours + 9 * alive) & 1;
}

#define RULE_TEXT_MAX 24
/* Writes "B3/S23" and the like. */
const char *rule_text(char out[RULE_TEXT_MAX], uint32_t rule);

#endif
