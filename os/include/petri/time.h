/* Time: nanoseconds since boot, 64 bits, from the generic timer. Reading it is not a system call. */
#ifndef PETRI_TIME_H
#define PETRI_TIME_H

#include <stdint.h>

typedef uint64_t petri_time; /* ns since boot */

#define PETRI_FOREVER UINT64_MAX /* as a deadline: none */
#define PETRI_US(n) ((uint64_t)(n) * 1000u)
#define PETRI_MS(n) ((uint64_t)(n) * 1000000u)
#define PETRI_S(n) ((uint64_t)(n) * 1000000000u)

/* Any context; does not block. Resolution is the timer's (16 ns in QEMU, 52 ns on a Pi 3). */
petri_time petri_now(void);

#endif
