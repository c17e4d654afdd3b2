/*
 * The hold: where cells that run free of each other come together, because somebody wants to look at the board.
 *
 * A barrier opens for a generation. This one names the generation to stand at, and the name can be changed while they run: each cell
 * that gets there stands until it is let go. One word says where, and how many stand there; so an arrival counts for that place or not at
 * all. The controller moves the place (dish.h); a cell looks at it when dish.heed tells.
 */
#ifndef LIFE_HOLD_H
#define LIFE_HOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "cell.h"

/* The low bits count who stands; then a number that is another at each change (never 0); then the low bits of the generation. */
#define HOLD_COUNT_BITS 25
#define HOLD_ROUND_BITS 7

struct hold {
	uint64_t at;   /* as above; a park word */
	uint64_t full; /* park word: one more each time the last of all has come */
	uint64_t rest; /* park word: odd while those who look are to wait where they are */
};

/* A cell has finished this generation. False: it is not to stand here. True: it stood, and was let go. Blocks. */
bool hold_stand(struct hold *h, struct cell *me, uint64_t generation);

/* The rest is the controller's, but hold_leave(), which is the reaper's; all but hold_await() under the dish's roll lock. */

/* Names another generation, and lets all go who stand. */
void hold_move(struct hold *h, uint64_t generation);
/* Whoever looks rests where it is, and does not count among those that stand, until the end of that. */
void hold_rest_begin(struct hold *h);
void hold_rest_end(struct hold *h);
/* Do all stand? */
bool hold_is_full(const struct hold *h);
/* Blocks until all stand. */
void hold_await(struct hold *h);
/* The dead is no more counted among those that stand, if it did. Before it leaves the living. */
void hold_leave(struct hold *h, const struct cell *dead);
/* Somebody came, or left: if all stand now, whoever waits for that is told. */
void hold_tell(struct hold *h);

#endif
