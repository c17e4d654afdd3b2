/* Cells that run free of each other, as fast as they can: the controller's part of it. See free_run.c. */
#ifndef LIFE_FREE_RUN_H
#define LIFE_FREE_RUN_H

#include <stdint.h>

/* All cells stand, and go on; returns when they stand again, because somebody wants something, or the goal or an errand is reached. bell: rings
 * when there is something to look at. Reports meanwhile. */
void free_run(const uint64_t *bell);

#endif
