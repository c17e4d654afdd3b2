/*
 * A fork. Under most strategies it is a mutex, and no more; under chandy-misra a token that neighbours pass to each other.
 *
 * Beside that, each fork says in whose hand it is. That word takes no part in any strategy: it is set by who has picked the fork up, cleared
 * by who lays it down, and both look whether it was as they believed. So it finds out a strategy (or a kernel) that lets two
 * have one fork.
 */
#ifndef PHILOSOPHERS_FORK_H
#define PHILOSOPHERS_FORK_H

#include <stdint.h>

#include <petri/mutex.h>

struct fork {
	struct mutex lock;
	uint64_t token; /* chandy_misra.c */
	uint32_t hand;  /* FORK_LIES, or the philosopher's number + 1 */
	uint32_t spare;
};
#define FORK_LIES 0u

static inline uint32_t fork_hand(const struct fork *fork) { return __atomic_load_n(&fork->hand, __ATOMIC_RELAXED); }

#endif
