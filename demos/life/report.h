/* What the controller tells of the board: when it is due, and all of it. See controller.c. */
#ifndef LIFE_REPORT_H
#define LIFE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/time.h>

#include "reporter.h"

/* At most 60 reports a second: more than that nobody sees. Slower runs are reported generation by generation. */
#define REPORT_INTERVAL (PETRI_S(1) / 60)

bool report_wanted(petri_time now);
/* controller.generation is what stands in this buffer. */
void report_fill(struct snapshot *s, uint32_t buffer);

#endif
