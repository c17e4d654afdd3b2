/*
 * The semaphore: counts, refusals, deadlines, and hand-off in order of priority and then arrival; a unit handed over cannot be
 * snatched.
 */
#include <petri/semaphore.h>

#include "common/test.h"

static struct semaphore s = SEMAPHORE_INIT(2);

static void check_count(void)
{
	expect(semaphore_wait(&s), PETRI_OK);
	expect(semaphore_trywait(&s), PETRI_OK);
	expect(semaphore_trywait(&s), PETRI_EBUSY);
	expect(semaphore_wait_until(&s, in_us(200)), PETRI_ETIMEDOUT);
	expect(semaphore_wait_until(&s, 1), PETRI_ETIMEDOUT);
	expect(semaphore_trywait(&s), PETRI_EBUSY); /* the mark of the waiter that gave up is no unit */
	expect(semaphore_post(&s), PETRI_OK);
	expect(semaphore_post(&s), PETRI_OK);
	expect(semaphore_post(&s), PETRI_OK);
	check(s.word == 3, "three posts are three units, nobody waiting (%lu)", s.word);
	for (int i = 0; i < 3; i++)
		must(semaphore_wait(&s));
	expect(semaphore_trywait(&s), PETRI_EBUSY);
}

#define WAITERS 6
static int order[WAITERS], ordered;

static void *wait_in_line(void *arg)
{
	must(semaphore_wait(&s));
	order[ordered++] = (int)(intptr_t)arg;
	return NULL;
}

static void check_order(void)
{
	static const unsigned int priorities[WAITERS] = {18, 20, 18, 22, 20, 18};
	static const int expected[WAITERS] = {3, 1, 4, 0, 2, 5};
	thread_id ids[WAITERS];
	int wrong = 0;

	for (int i = 0; i < WAITERS; i++) {
		ids[i] = start_steady("waiter", wait_in_line, (void *)(intptr_t)i, priorities[i]);
		reaches(ids[i], THREAD_BLOCKED);
	}
	for (int i = 0; i < WAITERS; i++) {
		must(semaphore_post(&s));
		wrong += ordered != i + 1;
	}
	check(wrong == 0, "each post lets exactly one go on, at once");
	for (int i = 0; i < WAITERS; i++)
		join(ids[i]);
	for (int i = 0; i < WAITERS; i++)
		wrong += order[i] != expected[i];
	check(wrong == 0, "by priority, then by arrival: %d %d %d %d %d %d", order[0], order[1], order[2], order[3], order[4],
	      order[5]);
	check(s.word == 0, "no unit and no mark is left (%lx)", s.word);
}

/* The waiter is less urgent and has not run yet: the unit is its own all the same. */
static void check_handed_over(void)
{
	thread_id id;

	ordered = 0;
	id = start_steady("less", wait_in_line, NULL, 5);
	reaches(id, THREAD_BLOCKED);
	must(semaphore_post(&s));
	expect(semaphore_trywait(&s), PETRI_EBUSY);
	check(ordered == 0, "the less urgent waiter has not run yet");
	join(id);
	check(ordered == 1, "and had its unit");
}

static void *wait_short(void *arg)
{
	*(enum petri_error *)arg = semaphore_wait_until(&s, in_us(200));
	return NULL;
}

/* One of two waiters gives up: the other still gets the next unit. */
static void check_gives_up(void)
{
	enum petri_error error = PETRI_OK;
	thread_id shorter, longer;

	ordered = 0;
	shorter = start_steady("short", wait_short, &error, 20);
	longer = start_steady("long", wait_in_line, NULL, 20);
	reaches(longer, THREAD_BLOCKED);
	join(shorter);
	expect(error, PETRI_ETIMEDOUT);
	must(semaphore_post(&s));
	join(longer);
	check(ordered == 1 && s.word == 0, "a waiter that gave up takes no unit with it");
}

int main(void)
{
	stay_on_one_core();
	check_count();
	check_order();
	check_handed_over();
	check_gives_up();
	return test_end();
}
