/*
 * Names of strategies, philosophers and forks, and who holds what.
 */
#include "phil.h"

#include <stdio.h>
#include <string.h>

static const char *const strategies[] = {"naive", "ordered", "waiter", "trylock", "chandy-misra"};
static const char *const distributions[] = {"fixed", "uniform", "exponential"};

const char *phil_strategy_name(uint8_t strategy) { return strategy < PHIL_STRATEGIES ? strategies[strategy] : "unknown"; }

const char *phil_distribution_name(uint8_t distribution)
{
	return distribution < PHIL_DISTRIBUTIONS ? distributions[distribution] : "unknown";
}

const char *phil_state_word(uint8_t look)
{
	static const char *const words[] = {"thinks", "hungry", "eats"};
	unsigned state = look & PHIL_STATE_MASK;

	return state >= PHIL_ENDED ? "gone" : look & PHIL_FROZEN ? "frozen" : words[state];
}

static bool find(const char *const *names, uint8_t count, const char *name, uint8_t *value)
{
	for (uint8_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0) {
			*value = i;
			return true;
		}
	return false;
}

bool phil_strategy_of(const char *name, uint8_t *strategy) { return find(strategies, PHIL_STRATEGIES, name, strategy); }

bool phil_distribution_of(const char *name, uint8_t *distribution)
{
	return find(distributions, PHIL_DISTRIBUTIONS, name, distribution);
}

const char *phil_name(const struct table *t, uint32_t i, char *room)
{
	if (i < PHIL_NAMES_MAX && i < t->count && t->names[i][0])
		return t->names[i];
	snprintf(room, PHIL_NAME_ROOM, i < 1000 ? "philosopher %u" : "philos. %u", i); /* as their threads are called */
	return room;
}

/* Beyond the names that the stream tells, the number is in the name. */
uint32_t phil_of_name(const struct table *t, const char *name)
{
	const char *digits = name + strcspn(name, "0123456789");
	unsigned i;
	char behind;

	for (i = 0; i < PHIL_NAMES_MAX && i < t->count; i++)
		if (t->names[i][0] && strcmp(t->names[i], name) == 0)
			return i;
	return sscanf(digits, "%u%c", &i, &behind) == 1 && i < t->count ? i : PHIL_NONE;
}

uint32_t phil_fork(const struct table *t, uint64_t lock)
{
	uint64_t distance = lock - t->forks_at;

	if (!t->fork_size || lock < t->forks_at || distance % t->fork_size || distance / t->fork_size >= t->count)
		return PHIL_NONE;
	return (uint32_t)(distance / t->fork_size);
}

const char *phil_lock_name(const struct table *t, uint64_t lock, char *room, size_t size)
{
	uint32_t f = phil_fork(t, lock);

	if (f == PHIL_NONE)
		snprintf(room, size, "lock %#llx", (unsigned long long)lock);
	else
		snprintf(room, size, "fork %u", f);
	return room;
}

uint32_t phil_holder(const struct table *t, uint32_t f)
{
	uint32_t before = (f + t->count - 1) % t->count;

	if (t->looks[f] & PHIL_HAS_LEFT)
		return f;
	return t->looks[before] & PHIL_HAS_RIGHT ? before : PHIL_NONE;
}

uint32_t phil_waits_for(const struct table *t, uint32_t i)
{
	if (t->looks[i] & PHIL_WAITS_LEFT)
		return i;
	return t->looks[i] & PHIL_WAITS_RIGHT ? (i + 1) % t->count : PHIL_NONE;
}

/* Nothing stays nothing: no reach is a choice. */
uint32_t phil_step_time(uint32_t us, bool faster)
{
	if (faster)
		return us > 1 ? us / 2 : us;
	return us < 60000000 ? us * 2 : us;
}

uint32_t phil_step_count(uint32_t count, bool more)
{
	static const uint32_t steps[] = {2, 3, 4, 5, 7, 10, 15, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10000};
	int n = sizeof steps / sizeof *steps, i = more ? 0 : n - 1;

	while (i >= 0 && i < n && (more ? steps[i] <= count : steps[i] >= count))
		i += more ? 1 : -1;
	return i < 0 ? PHIL_MIN : i < n ? steps[i] : PHIL_MAX;
}
