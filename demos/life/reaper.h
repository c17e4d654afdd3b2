/* The reaper: the thread that joins every cell, whichever way it ended, and keeps the dish's books. See reaper.c. */
#ifndef LIFE_REAPER_H
#define LIFE_REAPER_H

#include <petri/error.h>

PETRI_NODISCARD enum petri_error reaper_start(void);

#endif
