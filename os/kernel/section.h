/* Atomic sections, as the scheduler sees them: how long a switch that is due may be put off by one. */
#ifndef KERNEL_SECTION_H
#define KERNEL_SECTION_H

#include "kernel/core.h"

/* From now on current's section may last so long, and no longer. */
void section_limit(struct core *core);
/* A switch is due, and current is inside a section: may it stay for now? */
bool section_may_last(struct core *core);
/* t, which has just stopped running, is to end: may it end here? Inside a section that counts as a turn of those that it has to leave it. */
bool section_lets_end(struct thread *t);

#endif
