/*
 * See hold.h. Runs in cells, the controller and the reaper.
 *
 * Counting the arrival and noting it in the cell are one atomic section: of a cell that is killed the reaper can tell which it was.
 *
 * The last arrival and a death meet: a cell counts itself and then looks how many live; the reaper takes one from the living and
 * then looks at the count. A full fence between on both sides: one of them sees that all stand.
 */
#include "hold.h"

#include <petri/atomic.h>
#include <petri/park.h>

#include "dish.h"

#define COUNT ((1ull << HOLD_COUNT_BITS) - 1)
#define PLACE_SHIFT (HOLD_COUNT_BITS + HOLD_ROUND_BITS)

static bool same_place(uint64_t a, uint64_t b) { return (a ^ b) >> HOLD_COUNT_BITS == 0; }

bool hold_is_full(const struct hold *h)
{
	return (__atomic_load_n(&h->at, __ATOMIC_ACQUIRE) & COUNT) == __atomic_load_n(&dish.living, __ATOMIC_RELAXED);
}

void hold_tell(struct hold *h)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!hold_is_full(h))
		return;
	__atomic_fetch_add(&h->full, 1, __ATOMIC_RELEASE);
	unpark(&h->full, 1);
	if (dish.stood != NULL)
		dish.stood();
}

/* The word after the arrival; 0: this is not the place. */
static uint64_t arrive(struct hold *h, struct cell *me, uint64_t generation)
{
	uint64_t seen = __atomic_load_n(&h->at, __ATOMIC_RELAXED), mine = 0;

	ATOMIC_SECTION {
		while (mine == 0 && seen >> PLACE_SHIFT == (uint32_t)generation)
			if (__atomic_compare_exchange_n(&h->at, &seen, seen + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
				mine = me->turns = seen + 1;
	}
	return mine;
}

static void rest(const struct hold *h)
{
	uint64_t seen;

	while ((seen = __atomic_load_n(&h->rest, __ATOMIC_ACQUIRE)) & 1) {
		enum petri_error error = park(&h->rest, seen, PETRI_FOREVER);

		(void)error; /* EAGAIN: it is over */
	}
}

bool hold_stand(struct hold *h, struct cell *me, uint64_t generation)
{
	uint64_t mine, now;

	rest(h);
	mine = now = arrive(h, me, generation);
	if (mine == 0)
		return false;
	hold_tell(h);
	while (same_place(now, mine)) {
		/* EAGAIN: others have come meanwhile, or the place has changed */
		enum petri_error error = park(&h->at, now, PETRI_FOREVER);

		(void)error;
		now = __atomic_load_n(&h->at, __ATOMIC_ACQUIRE);
	}
	return true;
}

void hold_move(struct hold *h, uint64_t generation)
{
	uint64_t round = ((h->at >> HOLD_COUNT_BITS) + 1) & ((1u << HOLD_ROUND_BITS) - 1);

	if (round == 0)
		round = 1;
	__atomic_exchange_n(&h->at, generation << PLACE_SHIFT | round << HOLD_COUNT_BITS, __ATOMIC_ACQ_REL);
	unpark(&h->at, UNPARK_ALL);
}

void hold_rest_begin(struct hold *h) { __atomic_fetch_add(&h->rest, 1, __ATOMIC_RELAXED); }

void hold_rest_end(struct hold *h)
{
	__atomic_fetch_add(&h->rest, 1, __ATOMIC_RELEASE);
	unpark(&h->rest, UNPARK_ALL);
}

void hold_await(struct hold *h)
{
	for (;;) {
		uint64_t seen = __atomic_load_n(&h->full, __ATOMIC_ACQUIRE);

		if (hold_is_full(h))
			return;
		enum petri_error error = park(&h->full, seen, PETRI_FOREVER);

		(void)error;
	}
}

void hold_leave(struct hold *h, const struct cell *dead)
{
	if (same_place(h->at, dead->turns))
		__atomic_fetch_sub(&h->at, 1, __ATOMIC_RELAXED);
}
