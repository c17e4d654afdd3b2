/*
 * 32 priorities: the more urgent runs first and at once, whether it is created, woken or raised; the less urgent does not run
 * while a more urgent one can; and the limits of the number.
 */
#include <petri/atomic.h>
#include <petri/semaphore.h>

#include "common/test.h"

static int order[64], ordered;
static struct semaphore start_line = SEMAPHORE_INIT(0);

static void *note_me(void *arg)
{
	order[ordered++] = (int)(intptr_t)arg;
	return NULL;
}

static void *wait_and_note(void *arg)
{
	must(semaphore_wait(&start_line));
	return note_me(arg);
}

/* Created in a shuffled order below main, they run from the most urgent down when main lets them. */
static void check_all_levels(void)
{
	thread_id ids[THREAD_PRIORITIES];
	int wrong = 0, n = THREAD_PRIORITIES - 1;

	must(thread_set_priority(thread_self(), 31, NULL));
	for (int i = 0; i < n; i++) {
		unsigned int p = (unsigned int)(i * 11) % 31;

		ids[p] = start_steady("level", note_me, (void *)(intptr_t)p, p);
	}
	check(ordered == 0, "none of those less urgent runs before main waits");
	thread_yield();
	check(ordered == 0, "nor does a yield let them");
	for (int i = 0; i < n; i++)
		join(ids[i]);
	for (int i = 0; i < n; i++)
		wrong += order[i] != n - 1 - i;
	check(wrong == 0, "31 levels run in the order of their urgency (%d wrong)", wrong);
}

static void check_at_once(void)
{
	thread_id id;
	uint32_t old = 99;

	must(thread_set_priority(thread_self(), 10, NULL));
	ordered = 0;
	id = start_steady("created", note_me, (void *)1, 11);
	check(ordered == 1, "created: runs at once");
	join(id);
	id = start_steady("woken", wait_and_note, (void *)2, 11);
	reaches(id, THREAD_BLOCKED);
	semaphore_post(&start_line);
	check(ordered == 2, "woken: runs at once");
	join(id);
	id = start_steady("raised", note_me, (void *)3, 9);
	check(ordered == 2, "less urgent: does not");
	expect(thread_set_priority(id, 12, &old), PETRI_OK);
	check(ordered == 3 && old == 9, "raised above the caller: runs at once");
	join(id);
	id = start_steady("equal", note_me, (void *)4, 10);
	check(ordered == 3, "equal: does not run at once");
	thread_yield();
	check(ordered == 4, "but after a yield");
	join(id);
	id = start_steady("waiting", note_me, (void *)5, 8);
	expect(thread_set_priority(thread_self(), 7, &old), PETRI_OK);
	check(ordered == 5 && old == 10, "the caller lowers itself below it: runs at once");
	join(id);
}

static void check_limits(void)
{
	thread_id id = start_steady("subject", wait_and_note, NULL, 20);
	struct thread_info info;
	uint32_t p = 99;

	expect(thread_set_priority(id, 32, NULL), PETRI_EINVAL);
	expect(thread_get_priority(id, &p), PETRI_OK);
	check(p == 20, "its priority is as it was: %u", p);
	expect(thread_set_priority(id, 0, &p), PETRI_OK);
	check(p == 20 && thread_info(id, &info) == PETRI_OK && info.priority == 0, "the old one comes back, the new one is set");
	expect(thread_set_priority(id, 31, NULL), PETRI_OK);
	expect(thread_get_priority(id, &p), PETRI_OK);
	check(p == 31, "the most urgent is 31");
	semaphore_post(&start_line);
	join(id);
	expect(thread_get_priority(id, &p), PETRI_ESTALE);
}

static struct semaphore gates[] = {SEMAPHORE_INIT(0), SEMAPHORE_INIT(0), SEMAPHORE_INIT(0), SEMAPHORE_INIT(0)};

static void *wait_at(void *arg)
{
	must(semaphore_wait(&gates[(intptr_t)arg]));
	return note_me(arg);
}

/* Woken one by one while a section keeps all of them off (for 50 us: a busy host may cut it short), equals run in that order. */
static void check_woken_inside(void)
{
	thread_id ids[4];
	bool in_order = true;

	ordered = 0;
	for (int i = 0; i < 4; i++)
		ids[i] = start_steady("inside", wait_at, (void *)(intptr_t)i, 20);
	ATOMIC_SECTION
		for (int i = 0; i < 4; i++)
			semaphore_post(&gates[i]);
	for (int i = 0; i < 4; i++)
		join(ids[i]);
	for (int i = 0; i < 4; i++)
		in_order = in_order && order[i] == i;
	check(in_order, "equals that are woken inside a section run as they were woken");
}

int main(void)
{
	stay_on_one_core();
	must(thread_set_quantum(thread_self(), PETRI_S(1))); /* nobody gets a turn by main's quantum */
	check_all_levels();
	check_at_once();
	check_limits();
	check_woken_inside();
	return test_end();
}
