/* A hundred names for those who sit at the table, and numbers for the rest. */
#ifndef PHILOSOPHERS_NAMES_H
#define PHILOSOPHERS_NAMES_H

#include <stdint.h>

#include <petri/thread.h>

/* The name of philosopher i, at most 15 bytes, different for each; writes into out where it has to. */
const char *name_of(char out[THREAD_NAME_MAX], uint32_t i);

#endif
