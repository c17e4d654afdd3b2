/*
 * Strategies: how a hungry philosopher comes by both forks, eats, and is rid of them again.
 *
 *     naive, ordered, waiter    locks.c           forks are mutexes, taken one after the other
 *     trylock                   trylock.c         forks are mutexes, the second is tried
 *     chandy-misra              chandy_misra.c    forks are tokens, asked for and handed over
 */
#ifndef PHILOSOPHERS_STRATEGIES_H
#define PHILOSOPHERS_STRATEGIES_H

#include <stdbool.h>

#include <petri/wire_phil.h>

#include "philosopher.h"

struct strategy {
	const char *name;
	const char *rule;                     /* in words */
	bool fair;                            /* nobody waits for ever: there is a limit */
	void (*lay)(void);                    /* the table is laid, nobody sits yet; NULL: nothing to do */
	void (*dine)(struct philosopher *me); /* from hungry to fed (or to the end of all meals). The philosopher's */
	void (*bury)(struct philosopher *dead); /* its thread has ended somewhere in dine(), its hands are empty; NULL. The reaper's */
};
extern const struct strategy strategies[PHIL_STRATEGIES];

void naive_dine(struct philosopher *me);
void ordered_dine(struct philosopher *me);
void waiter_lay(void);
void waiter_dine(struct philosopher *me);
void waiter_bury(struct philosopher *dead);
void trylock_dine(struct philosopher *me);
void chandy_misra_lay(void);
void chandy_misra_dine(struct philosopher *me);
void chandy_misra_bury(struct philosopher *dead);

#endif
