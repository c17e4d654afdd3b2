/*
 * A thread that joins somebody is killed while it waits, and its control block serves a new thread: that one joins nobody. The one who was waited for
 * can be joined by id, by join_any, and be detached, as if nobody had ever waited.
 *
 * test: mode both
 */
#include <petri/semaphore.h>

#include "common/test.h"

static struct semaphore hold = SEMAPHORE_INIT(0), busy = SEMAPHORE_INIT(0);

static void *wait_for(void *semaphore)
{
	must(semaphore_wait(semaphore));
	return semaphore;
}

static void *join_other(void *arg) { return thread_join(*(thread_id *)arg, NULL) == PETRI_OK ? arg : NULL; }

struct scene {
	thread_id target, heir; /* the heir has the control block of the joiner that was killed */
};

static uint64_t block_of(thread_id id) { return id & ((1u << THREAD_ID_INDEX_BITS) - 1); }

/* The joiner leaves a control block with a wait in it; the heir waits for something else. */
static struct scene set_the_scene(void)
{
	struct scene s = {.target = start("target", wait_for, &hold, 20)};
	thread_id joiner = start("joiner", join_other, &s.target, 20);

	check(reaches(joiner, THREAD_BLOCKED) && thread_kill(joiner) == PETRI_OK && thread_join(joiner, NULL) == PETRI_EKILLED,
	      "a joiner is killed while it waits");
	s.heir = start("heir", wait_for, &busy, 10); /* less urgent than we: it has not run, and waits for nothing */
	check(block_of(s.heir) == block_of(joiner), "a new thread has its control block: %lu, %lu", block_of(s.heir),
	      block_of(joiner));
	return s;
}

static void clear_away(struct scene s)
{
	semaphore_post(&busy);
	check(join(s.heir) == &busy, "the new thread goes on");
}

int main(void)
{
	struct scene s = set_the_scene();
	struct thread_end end = {0};

	expect(thread_join_until(s.target, NULL, in_us(300)), PETRI_ETIMEDOUT);
	semaphore_post(&hold);
	expect(thread_join(s.target, NULL), PETRI_OK);
	clear_away(s);

	s = set_the_scene();
	semaphore_post(&hold);
	expect(thread_join_any(&end, in_us(100000)), PETRI_OK);
	check(end.id == s.target && end.value == &hold, "join_any gives the one that was waited for");
	clear_away(s);

	s = set_the_scene();
	expect(thread_detach(s.target), PETRI_OK);
	semaphore_post(&hold);
	thread_sleep(PETRI_US(100));
	expect(thread_join(s.target, NULL), PETRI_ESTALE);
	clear_away(s);
	return test_end();
}
