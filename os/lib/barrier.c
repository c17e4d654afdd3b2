/*
 * The barrier's rarer parts: opening it, the coordinator, and members that leave.
 *
 * The last to arrive is alone: all others stand at the gates of this generation, and nobody can arrive in the next before it has
 * passed one of them. So it may prepare the next generation with plain (relaxed) stores, and a release store to each gate
 * publishes all of them, together with everything the members did before they arrived (their acq_rel decrements of `missing`
 * form one chain). A member acquires it at its gate, whether it slept or not.
 */
#include <petri/barrier.h>

#include <petri/system.h>

/*
 * Open for this generation, and closed for the one after the next, which uses the same word. Who opens and is no member any more (it has dropped) may
 * be so late that the others, who stood at other gates, have opened that as well: so a word never goes back. A member that has not parked yet finds the
 * word changed: no fence is needed, the kernel looks at it under the lock that unpark takes as well.
 */
static void open_gate(uint64_t *word, uint64_t generation)
{
	uint64_t opens = __atomic_load_n(word, __ATOMIC_RELAXED);

	while (opens < generation + 2 &&
	       !__atomic_compare_exchange_n(word, &opens, generation + 2, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		continue;
	unpark(word, UNPARK_ALL);
}

void barrier_open(struct barrier *b)
{
	uint64_t generation = __atomic_load_n(&b->generation, __ATOMIC_RELAXED);
	uint64_t members = __atomic_load_n(&b->members, __ATOMIC_RELAXED);
	uint32_t cores = system_cores(), here = thread_core();

	__atomic_store_n(&b->missing, members, __ATOMIC_RELAXED);
	__atomic_store_n(&b->generation, generation + 1, __ATOMIC_RELAXED);
	/* the others first: they begin while we are still at it */
	for (uint32_t i = 1; i <= cores; i++)
		open_gate(&b->gates[(here + i) % cores].word[generation & 1], generation);
}

static void forget_coordinator(struct barrier *b) { __atomic_fetch_and(&b->missing, ~BARRIER_COORDINATOR, __ATOMIC_RELAXED); }

enum petri_error barrier_await_others(struct barrier *b, petri_time deadline)
{
	enum petri_error error = PETRI_OK;
	/* acq_rel: what the others did before they arrived is ours to see when only we are missing */
	uint64_t missing = __atomic_fetch_or(&b->missing, BARRIER_COORDINATOR, __ATOMIC_ACQ_REL) | BARRIER_COORDINATOR;

	/* Parks on the number it has seen. Each refusal means that somebody has arrived meanwhile, so this ends. */
	while (missing != (BARRIER_COORDINATOR | 1) && (error == PETRI_OK || error == PETRI_EAGAIN)) {
		error = park(&b->missing, missing, deadline);
		missing = __atomic_load_n(&b->missing, __ATOMIC_ACQUIRE);
	}
	forget_coordinator(b);
	return missing == (BARRIER_COORDINATOR | 1) ? PETRI_OK : error;
}

/* The caller has not arrived, so the barrier cannot open before the second line, which publishes the first. */
void barrier_arrive_and_drop(struct barrier *b)
{
	__atomic_fetch_sub(&b->members, 1, __ATOMIC_RELAXED);
	(void)barrier_arrive(b);
}

/* As above: the caller's own arrival, which is still to come, publishes it. */
void barrier_drop_arrived(struct barrier *b) { __atomic_fetch_sub(&b->members, 1, __ATOMIC_RELAXED); }
