/* Counting: see census.h. The numbers of a philosopher who is eating may move meanwhile; each is whole. */
#include "census.h"

#include <stddef.h>

#include "table.h"

#define MILLION 1000000u

/* The quotient is at most a million: twenty steps of long division, since there is no 128-bit division here. */
uint32_t jain_index(uint64_t n, uint64_t sum, unsigned __int128 squares)
{
	unsigned __int128 rest = (unsigned __int128)sum * sum * MILLION, part = squares * n << 19;
	uint32_t quotient = 0;

	if (part == 0)
		return MILLION; /* nobody has anything: all are equal */
	for (int bit = 0; bit < 20; bit++, part >>= 1) {
		quotient <<= 1;
		if (rest >= part) {
			rest -= part;
			quotient |= 1;
		}
	}
	return quotient;
}

/*
 * left, right: in whose hand its forks are. On another core it may have taken or laid down one between that look and this: a picture is of one
 * philosopher after the other. So who eats is one who says so and has both; who eats without them is for the philosophers to notice (meals.c).
 */
static uint8_t look_of(const struct philosopher *p, uint32_t left, uint32_t right)
{
	uint8_t look = philosopher_look(p);

	if ((look & PHIL_STATE_MASK) == PHIL_EATING && (left != p->number + 1 || right != p->number + 1))
		look = (uint8_t)((look & ~PHIL_STATE_MASK) | PHIL_HUNGRY);
	look |= left == p->number + 1 ? PHIL_HAS_LEFT : 0;
	look |= right == p->number + 1 ? PHIL_HAS_RIGHT : 0;
	look |= p->frozen == 1 ? PHIL_FROZEN : 0;
	return look;
}

static void count_state(struct census *c, const struct philosopher *p, uint64_t now, uint8_t state)
{
	uint64_t since = __atomic_load_n(&p->hungry_since, __ATOMIC_RELAXED);

	c->thinking += state == PHIL_THINKING;
	c->hungry += state == PHIL_HUNGRY;
	c->eating += state == PHIL_EATING;
	c->ended += state == PHIL_ENDED;
	if (state == PHIL_HUNGRY && now > since && now - since > c->waiting) {
		c->waiting = now - since;
		c->who = p->number;
	}
}

static inline uint32_t clamped(uint64_t n) { return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX; }

/* Meals of the living, for the fairness among them. */
struct shares {
	uint64_t living, sum;
	unsigned __int128 squares;
	uint64_t fewest, most;
};

static void add_share(struct shares *s, uint64_t meals)
{
	s->living++;
	s->sum += meals;
	s->squares += (unsigned __int128)meals * meals;
	s->fewest = meals < s->fewest ? meals : s->fewest;
	s->most = meals > s->most ? meals : s->most;
}

void census_take(struct census *c, uint8_t *looks)
{
	struct shares shares = {.fewest = UINT64_MAX};
	uint64_t now = table_clock();
	/* Each fork is looked at once: meanwhile it may go from hand to hand on another core, and is to be seen in one. */
	uint32_t first = table.count > 0 ? fork_hand(fork_of(&table.philosophers[0], LEFT)) : 0, left = first, right;

	*c = (struct census){0};
	for (uint32_t i = 0; i < table.count; i++, left = right) {
		const struct philosopher *p = &table.philosophers[i];
		uint8_t look;

		right = i + 1 < table.count ? fork_hand(fork_of(p, RIGHT)) : first;
		look = look_of(p, left, right);

		count_state(c, p, now, look & PHIL_STATE_MASK);
		c->forks += !!(look & PHIL_HAS_LEFT) + !!(look & PHIL_HAS_RIGHT);
		c->meals += p->ledger.meals;
		c->waited += p->ledger.waited;
		c->longest = p->ledger.longest > c->longest ? p->ledger.longest : c->longest;
		if ((look & PHIL_STATE_MASK) != PHIL_ENDED)
			add_share(&shares, p->ledger.meals);
		if (looks != NULL)
			looks[i] = look;
	}
	c->fairness = jain_index(shares.living, shares.sum, shares.squares);
	c->fewest = shares.living > 0 ? clamped(shares.fewest) : 0;
	c->most = clamped(shares.most);
	for (int i = 0; i < VIOLATIONS; i++)
		c->violations += table.violations[i].count;
}

/* Upper end of the bucket in which the meal lies that has that many percent of all below it or beside it. */
static uint64_t percentile(const struct waits *w, uint64_t meals, uint32_t percent)
{
	uint64_t wanted = (meals * percent + 99) / 100, seen = 0;

	for (uint32_t i = 0; i < PHIL_BUCKETS && meals > 0; i++) {
		seen += w->meals[i];
		if (seen >= wanted)
			return PETRI_US(1ull << i);
	}
	return 0;
}

void census_waits(struct waits *w)
{
	uint64_t meals = 0;

	*w = (struct waits){{0}, 0, 0};
	for (uint32_t i = 0; i < table.count; i++)
		for (uint32_t b = 0; b < PHIL_BUCKETS; b++)
			w->meals[b] += table.philosophers[i].ledger.buckets[b];
	for (uint32_t b = 0; b < PHIL_BUCKETS; b++)
		meals += w->meals[b];
	w->median = percentile(w, meals, 50);
	w->p99 = percentile(w, meals, 99);
}
