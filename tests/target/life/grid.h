/*
 * A dish of 16 x 16 beside a serial reference of it, for the tests in which cells die: the reference holds the dead dead. Main is the
 * controller of the dish.
 */
#ifndef GRID_H
#define GRID_H

#include <petri/mutex.h>

#define SIDE 16

extern uint8_t grid[SIDE][SIDE];
/* Main holds it but while the cells step: who kills cells from another thread kills and sees it booked under it. */
extern struct mutex grid_looked_at;

/* Once: main's priority, the reaper, the dish. */
void grid_init(void);
/* The same soup into both. */
void grid_pour_soup(uint64_t *random);
void grid_hold_dead(void);
/* How many cells of the dish are not as in the reference. */
uint32_t grid_wrong_cells(void);
/* Steps both, so many generations. 0, or the first one that is wrong. */
uint32_t grid_run(uint32_t generations);

#endif
