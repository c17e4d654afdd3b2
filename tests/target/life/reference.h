/*
 * The dish against a serial reference, cell for cell: boards large and so small that a torus bites its own tail, planes and other
 * rules. Each cell has to step exactly once per generation, and all threads have to be gone in the end. The preemption points and the soups
 * depend on the seed of the run.
 *
 * First generation by generation. Where the cells run free of each other then many generations at a stretch: boards are kept still on the
 * way, and the stretch is ended sooner than was said.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <petri/wire_life.h>

/* All of the test; what main is to return. */
int reference_test(enum life_sync sync);

#endif
