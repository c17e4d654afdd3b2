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
/* Calls them together at the next generation that nobody has begun to leave, or where they are to stand anyway. dish_await() waits for that. */
void roam_halt(void);

/* From each cell, as it passes: the board of one generation, into the buffer BOARD_STILL. Which generation that is. */
uint64_t roam_still_begin(void);
/* Is it complete? (Nobody having died meanwhile: of the dead it knows nothing.) All the way, if all stand. */
bool roam_still_ready(void);

#endif
