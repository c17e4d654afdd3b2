/*
 * Numbers as people read them: thousands separators, short forms, units. Each writes into out and returns it.
 */
#ifndef VIEWER_UI_NUMBER_H
#define VIEWER_UI_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#define NUMBER_SIZE 32 /* room for any of them */

char *number_full(char *out, uint64_t v);      /* 1,234,567 */
char *number_short(char *out, double v);       /* 999, 9,999, 12.3 k, 4.56 M */
char *number_rate(char *out, double v);        /* a rate in Hz: 0.5, 29.8, 312 */
char *number_speed(char *out, uint32_t milli); /* generations per 1,000 s as "30" or "max" */
/* A time from nanoseconds: 50 µs, 3.1 ms, 1.8 s, 2 min. */
char *number_time(char *out, double ns);
char *number_kib(char *out, uint64_t kib); /* 640 KiB, 3.9 MiB, 1 GiB */

#endif
