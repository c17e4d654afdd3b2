/*
 * What can be done with a dish whose cells run free (not by a barrier) while they do, between dish_open_until() and dish_await(): see how far they
 * have come, keep one generation of them still, and call them together sooner. The controller's.
 */
#ifndef LIFE_ROAM_H
#define LIFE_ROAM_H

#include <stdbool.h>
#include <stdint.h>

/* Steps since they were sown, of the hindmost and of the foremost cell that lives; both dish.stop when nobody does. */
struct spread {
	uint64_t first, last;
};
struct spread roam_look(void);

/* Do all stand? */
bool roam_over(void);

/*
 * Lets them go on towards a generation, the foremost not too far ahead of the hindmost: dish_open_until() is to be given no more than dish.stop and
 * this lead, and then this is called now and then, and when all stand. Cells whose neighbours are dead wait for nobody, and would have to be waited for
 * when all are to stand.
 */
uint64_t roam_lead(void);
void roam_on(uint64_t goal);
/* Calls them together at the next generation that nobody has come to, or where they are to stand anyway. dish_await() waits for that. */
void roam_halt(void);

/* From each cell, as it passes: the board of one generation, into the buffer BOARD_STILL. Which generation that is. */
uint64_t roam_still_begin(void);
/* Is it complete? (Nobody having died meanwhile: of the dead it knows nothing.) */
bool roam_still_ready(void);
/* It is not wanted any more. */
void roam_forget_still(void);

#endif
