/* Does every thread stand where its state says, once, and is every queue in order? For moments at which no core is inside the kernel. */
#ifndef TESTS_PLACES_H
#define TESTS_PLACES_H

#include "kernel/core.h"

/* NULL: all is right; else what is wrong, in words. */
const char *places_wrong(void);
/* The most urgent thread that is ready somewhere, and core n could have; NULL: there is none. */
const struct thread *places_most_urgent(uint32_t n);

#endif
