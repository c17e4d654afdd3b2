/*
 * Wild writes on purpose: a demo lets one of its threads write where it may not, to show that nobody else comes to harm.
 */
#ifndef PETRI_WILD_H
#define PETRI_WILD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Is a write to this address sure to be a fault of the calling thread, and so to harm nobody but it? Of a user thread: below the app (null, the
 * kernel, devices), and the app's text. A kernel thread may write to more than one would like: only the first page and the app's
 * text are sure. Any context.
 */
bool wild_is_harmless(uint64_t address);

#endif
