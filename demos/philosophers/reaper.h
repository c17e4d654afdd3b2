/* The reaper: the thread that joins philosophers who died untimely, and buries them. See reaper.c. */
#ifndef PHILOSOPHERS_REAPER_H
#define PHILOSOPHERS_REAPER_H

#include <petri/error.h>

PETRI_NODISCARD enum petri_error reaper_start(void);

#endif
