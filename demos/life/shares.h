/* How the cells' steps are shared out among the cores. See shares.c. */
#ifndef LIFE_SHARES_H
#define LIFE_SHARES_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/time.h>

#define SHARES_CORES 4u

struct shares {
	uint64_t steps[SHARES_CORES]; /* since boot, as far as they were looked at */
};
extern struct shares shares;

/* Looks at some of the cells, if it was not done just now; everything: at all of them, in any case. True: it looked. The controller's. */
bool shares_look(petri_time now, bool everything);

#endif
