/*
 * What the C library's <unistd.h> does not say: which options of POSIX there are. Threads without cancellation, signals and fork
 * (docs/standard.md); no timers that call, hence no _POSIX_TIMERS, though there are clocks.
 */
#ifndef _STD_UNISTD_H
#define _STD_UNISTD_H

#include_next <unistd.h>

#define _POSIX_BARRIERS 200809L
#define _POSIX_CLOCK_SELECTION 200809L
#define _POSIX_MONOTONIC_CLOCK 200809L
#define _POSIX_READER_WRITER_LOCKS 200809L
#define _POSIX_SEMAPHORES 200809L
#define _POSIX_SPIN_LOCKS 200809L
#define _POSIX_THREADS 200809L
#define _POSIX_THREAD_ATTR_STACKSIZE 200809L
#define _POSIX_THREAD_SAFE_FUNCTIONS 200809L
#define _POSIX_TIMEOUTS 200809L

#endif
