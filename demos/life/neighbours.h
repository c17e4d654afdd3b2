/* Cells without a barrier: each waits only until its eight neighbours have finished the generation that it reads. See neighbours.c. */
#ifndef LIFE_NEIGHBOURS_H
#define LIFE_NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "cell.h"

void *neighbours_main(void *cell);

/* Before the cells are sown, the board being clean: their bytes. Who is dead has ended, unless dead_too. */
void neighbours_begin(bool dead_too);
/* The reaper, under the roll lock: this cell's thread has ended, and its neighbours are not to wait for it. */
void neighbours_mourn(struct cell *cell);

/* On the board: in which direction a neighbour lies, 0 to 7, and who that is; NULL: beyond the edge of a plane. */
struct cell *neighbour_of(uint32_t x, uint32_t y, uint32_t direction);
/* How many of the eight there are. */
uint32_t neighbours_count(uint32_t x, uint32_t y);

#endif
