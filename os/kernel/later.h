/*
 * What was put off and goes on from the timer, a piece at a time. So that a timer which has nothing of the kind to do sees that at one look, there is
 * a bit for each kind: set by who puts something off, who then sets the timer of this core, and cleared by who finds nothing left. Both under `lives`.
 */
#ifndef KERNEL_LATER_H
#define KERNEL_LATER_H

#include <stdbool.h>
#include <stdint.h>

struct core;

enum later { LATER_DEADLOCKS = 1, LATER_APPS = 2, LATER_ENDS = 4, LATER_ESTATES = 8 };
extern uint32_t later_bits;

/* Is anything of this kind left from now on? */
void later_note(enum later kind, bool left);
/* From the timer. A hint: who looks after something sees it on his own core. */
static inline bool later_any(void) { return __atomic_load_n(&later_bits, __ATOMIC_RELAXED) != 0; }
void later_continue(struct core *core);

#endif
