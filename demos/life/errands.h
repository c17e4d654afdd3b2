/* What is to happen to a cell when the board stands at a certain generation: its death, or a wild write. See errands.c. */
#ifndef LIFE_ERRANDS_H
#define LIFE_ERRANDS_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/error.h>

struct errand {
	uint64_t generation; /* when */
	uint64_t address;    /* wild: where it writes to */
	uint16_t x, y;
	bool wild; /* else: its thread is killed */
};

/* All of them: called by the controller, while all cells stand. */

/* ESTALE: the cell has no thread any more. */
PETRI_NODISCARD enum petri_error errand_execute(const struct errand *e);
/* For later. ENOMEM. */
PETRI_NODISCARD enum petri_error errands_add(const struct errand *e);
/* Those whose generation stands now. */
void errands_execute(void);
/* The next generation for which there are some; UINT64_MAX: none. */
uint64_t errands_next(void);
void errands_forget(void);

#endif
