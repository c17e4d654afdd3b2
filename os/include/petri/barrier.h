/*
 * Barrier: nobody goes on before all have arrived. Reusable at once: the generations alternate between two gates. Each core has its own
 * park word for either, so that those who wait on different cores meet in the count only.
 *
 * Its memory is needed until all calls for it have returned.
 *
 * A coordinator is a member that wants to act when all others have arrived and still stand there: it calls
 * barrier_await_others(), does its work, and lets all go on with barrier_wait(). Life's controller is one.
 */
#ifndef PETRI_BARRIER_H
#define PETRI_BARRIER_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/error.h>
#include <petri/park.h>
#include <petri/thread.h>

#define BARRIER_CORES 4u
/* Park words; word[g % 2] <= g while generation g is closed. They never go back. */
struct barrier_gate {
	uint64_t word[2];
} __attribute__((aligned(64)));

struct barrier {
	uint64_t missing; /* members that have not yet arrived; BARRIER_COORDINATOR is set while one waits for the rest */
	uint64_t members;
	uint64_t generation; /* how often it has opened */
	struct barrier_gate gates[BARRIER_CORES];
};
#define BARRIER_COORDINATOR (1ull << 63)
/* members: 1 .. 2^32 */
#define BARRIER_INIT(n) \
	{ \
		.missing = (n), .members = (n), .generation = 0, .gates = {{{0, 1}}, {{0, 1}}, {{0, 1}}, {{0, 1}}} \
	}

void barrier_open(struct barrier *b);

/* Announces the caller's arrival and returns the generation to wait for with barrier_pass(). Never blocks, may be called in an
 * atomic section. The last one to arrive opens the barrier. */
static inline uint64_t barrier_arrive(struct barrier *b)
{
	uint64_t generation = __atomic_load_n(&b->generation, __ATOMIC_RELAXED);
	uint64_t before = __atomic_fetch_sub(&b->missing, 1, __ATOMIC_ACQ_REL);

	if (before == 1)
		barrier_open(b);
	else if (before == (BARRIER_COORDINATOR | 2))
		unpark(&b->missing, 1);
	return generation;
}

/* Waits until generation has opened. EATOMIC. */
static inline enum petri_error barrier_pass(struct barrier *b, uint64_t generation)
{
	/* Of the core that the caller was on a moment ago. Whichever it is, it opens. */
	const uint64_t *gate = &b->gates[thread_core() % BARRIER_CORES].word[generation & 1];
	uint64_t opens;

	while ((opens = __atomic_load_n(gate, __ATOMIC_ACQUIRE)) <= generation) {
		enum petri_error error = park(gate, opens, PETRI_FOREVER);

		if (error != PETRI_OK && error != PETRI_EAGAIN)
			return error;
	}
	return PETRI_OK;
}

/* Arrives and waits for all others. Blocks. */
static inline enum petri_error barrier_wait(struct barrier *b) { return barrier_pass(b, barrier_arrive(b)); }

/* The coordinator waits until only it is missing. One coordinator at a time. Blocks: EATOMIC, ETIMEDOUT. */
PETRI_NODISCARD enum petri_error barrier_await_others(struct barrier *b, petri_time deadline);

/* A member leaves for good before having arrived in this generation; it counts as arrived now and is not expected again. */
void barrier_arrive_and_drop(struct barrier *b);
/* A member that has arrived in this generation already (it died waiting) is not expected again. The barrier must be closed: the caller
 * is a member that has not arrived. */
void barrier_drop_arrived(struct barrier *b);

#endif
