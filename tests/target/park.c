/*
 * park and unpark: refusal when the word has changed, deadlines, counts, order by priority and then arrival (also after a change of
 * priority), and waking all at once: whoever parks again is not woken twice.
 */
#include <petri/park.h>

#include "common/test.h"

#define SLEEPERS 6

static uint64_t word = 1, other_word = 1;
static int order[2 * SLEEPERS], ordered;

static void *park_once(void *arg)
{
	must(park(&word, 1, PETRI_FOREVER));
	order[ordered++] = (int)(intptr_t)arg;
	return NULL;
}

static void *park_twice(void *arg)
{
	park_once(arg);
	return park_once(arg);
}

static void start_sleepers(thread_id *ids, thread_entry entry, const unsigned int *priorities)
{
	ordered = 0;
	for (int i = 0; i < SLEEPERS; i++) {
		ids[i] = start_steady("sleeper", entry, (void *)(intptr_t)i, priorities[i]);
		reaches(ids[i], THREAD_BLOCKED);
	}
}

static void check_came(const int *expected, int n, const char *what)
{
	int wrong = ordered != n;

	for (int i = 0; i < n && i < ordered; i++)
		wrong += order[i] != expected[i];
	check(wrong == 0, "%s: %d came, %d %d %d %d %d %d", what, ordered, order[0], order[1], order[2], order[3], order[4],
	      order[5]);
}

static void check_alone(void)
{
	petri_time began, ended;

	expect(park(&word, 2, PETRI_FOREVER), PETRI_EAGAIN);
	expect(park(&word, 1, 1), PETRI_ETIMEDOUT);
	began = petri_now();
	expect(park(&word, 1, began + PETRI_US(500)), PETRI_ETIMEDOUT);
	ended = petri_now();
	check(ended >= began + PETRI_US(500), "it did not wake before the deadline");
	check(unpark(&word, 1) == 0, "unpark finds nobody");
	check(unpark(&word, UNPARK_ALL) == 0, "nor does unpark of all");
	expect(park(&word, 1, in_us(100)), PETRI_ETIMEDOUT); /* an unpark before the park counts for nothing */
}

static const unsigned int mixed[SLEEPERS] = {18, 20, 18, 22, 20, 18};
static const unsigned int equal[SLEEPERS] = {20, 20, 20, 20, 20, 20};

static void check_order(void)
{
	static const int by_priority[SLEEPERS] = {3, 1, 4, 0, 2, 5}, by_arrival[SLEEPERS] = {0, 1, 2, 3, 4, 5};
	thread_id ids[SLEEPERS];

	start_sleepers(ids, park_once, mixed);
	check(unpark(&other_word, UNPARK_ALL) == 0, "another word's queue is empty");
	check(unpark(&word, 0) == 0 && ordered == 0, "unpark of none wakes none");
	check(unpark(&word, 1) == 1 && ordered == 1, "unpark of one wakes one, which runs at once");
	check(unpark(&word, 2) == 2 && ordered == 3, "unpark of two wakes two");
	check(unpark(&word, 100) == 3, "unpark of a hundred finds the other three");
	for (int i = 0; i < SLEEPERS; i++)
		join(ids[i]);
	check_came(by_priority, SLEEPERS, "by priority, then as they came");

	start_sleepers(ids, park_once, equal);
	check(unpark(&word, UNPARK_ALL) == SLEEPERS, "unpark of all tells how many");
	for (int i = 0; i < SLEEPERS; i++)
		join(ids[i]);
	check_came(by_arrival, SLEEPERS, "equals as they came");
}

/* A changed priority: to the tail of the new one. */
static void check_moved(void)
{
	static const int expected[SLEEPERS] = {5, 3, 1, 2, 4, 0};
	static const unsigned int priorities[SLEEPERS] = {18, 20, 20, 22, 20, 18};
	thread_id ids[SLEEPERS];

	start_sleepers(ids, park_once, priorities);
	expect(thread_set_priority(ids[5], 25, NULL), PETRI_OK);
	expect(thread_set_priority(ids[0], 17, NULL), PETRI_OK);
	unpark(&word, UNPARK_ALL);
	for (int i = 0; i < SLEEPERS; i++)
		join(ids[i]);
	check_came(expected, SLEEPERS, "waiters whose priority was changed have moved");
}

static void check_not_twice(void)
{
	thread_id ids[SLEEPERS];

	start_sleepers(ids, park_twice, equal);
	check(unpark(&word, UNPARK_ALL) == SLEEPERS, "all wake");
	for (int i = 0; i < SLEEPERS; i++)
		reaches(ids[i], THREAD_BLOCKED);
	check(ordered == SLEEPERS, "those that park again are not woken twice (%d ran)", ordered);
	check(unpark(&word, UNPARK_ALL) == SLEEPERS, "and are there for the next time");
	for (int i = 0; i < SLEEPERS; i++)
		join(ids[i]);
	check(ordered == 2 * SLEEPERS, "all came through");
}

#define MANY 100
#define AT_ONCE 32

static uint64_t wakeups[MANY];
static bool stop;

static void *park_again_and_again(void *arg)
{
	while (!stop && park(&word, 1, PETRI_FOREVER) == PETRI_OK)
		++*(uint64_t *)arg;
	return NULL;
}

/* Many of a crowd by one call: the most urgent parks again at the head of the queue at once, and is not woken twice. */
static void check_many_not_twice(void)
{
	thread_id ids[MANY];
	uint64_t sum = 0, most = 0;

	for (int i = 0; i < MANY; i++)
		ids[i] = start_steady("crowd", park_again_and_again, &wakeups[i], i ? 18 : 22);
	reaches(ids[MANY - 1], THREAD_BLOCKED);
	check(unpark(&word, AT_ONCE) == AT_ONCE, "%d of %d are woken by one call", AT_ONCE, MANY);
	thread_sleep(PETRI_MS(1));
	for (int i = 0; i < MANY; i++) {
		sum += wakeups[i];
		most = wakeups[i] > most ? wakeups[i] : most;
	}
	check(sum == AT_ONCE && most == 1, "so many run, none twice: %lu, %lu", sum, most);
	stop = true;
	unpark(&word, UNPARK_ALL);
	for (int i = 0; i < MANY; i++)
		join(ids[i]);
}

int main(void)
{
	stay_on_one_core();
	check_alone();
	check_order();
	check_moved();
	check_not_twice();
	check_many_not_twice();
	return test_end();
}
