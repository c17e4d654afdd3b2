/* The list of strategies: see strategies.h. */
#include "strategies.h"

#include <stddef.h>

const struct strategy strategies[PHIL_STRATEGIES] = {
	[PHIL_NAIVE] = {"naive", "left fork, then right", false, NULL, naive_dine, NULL},
	[PHIL_ORDERED] = {"ordered", "lower fork first", true, NULL, ordered_dine, NULL},
	[PHIL_WAITER] = {"waiter", "one seat less than philosophers", true, waiter_lay, waiter_dine, waiter_bury},
	[PHIL_TRYLOCK] = {"trylock", "try the second fork, or put the first back", false, NULL, trylock_dine, NULL},
	[PHIL_CHANDY_MISRA] = {"chandy-misra", "dirty forks go to who asks for them", true, chandy_misra_lay, chandy_misra_dine,
			       chandy_misra_bury},
};
