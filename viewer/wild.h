/*
 * Where a wild write may go: somewhere in each thing that a user thread must not touch. The target refuses what would do harm (docs/wire.md,
 * LIFE_WILD).
 */
#ifndef VIEWER_WILD_H
#define VIEWER_WILD_H

#include <stdint.h>

enum wild_place { WILD_NULL, WILD_KERNEL, WILD_DEVICE, WILD_TEXT, WILD_PLACES, WILD_ADDRESS = WILD_PLACES };

struct session;

/* Not for WILD_ADDRESS. board: its name comes first in the text; one that is not known counts as virt. */
uint64_t wild_address(enum wild_place place, const char *board);
/* Another place each time, of those that this target lets its threads try. */
uint64_t wild_next(const struct session *s);

#endif
