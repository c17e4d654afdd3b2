/* Giving way. The policies are there by name only: threads of one priority take turns (docs/standard.md). */
#ifndef _STD_SCHED_H
#define _STD_SCHED_H

#include_next <sched.h>

int sched_yield(void);

#endif
