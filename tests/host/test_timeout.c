/*
 * The trees of deadlines: the earliest is always known, everybody wakes in order and not before their time, in bounded pieces.
 */
#include "machine/machine.h"

#include "kernel/timeout.h"

#include "tap.h"

#define SLEEPERS 150

static struct thread *sleepers[SLEEPERS];
static uint64_t due[SLEEPERS]; /* UINT64_MAX: not in the heap */

/* Threads that are in no queue: only the heap is looked at. */
static void begin(void)
{
	machine_begin(0);
	for (unsigned int i = 0; i < SLEEPERS; i++) {
		sleepers[i] = machine_thread(1, 0);
		due[i] = UINT64_MAX;
	}
	machine_begin(0); /* forgets that they are ready */
	for (unsigned int i = 0; i < SLEEPERS; i++) {
		sleepers[i]->id = THREAD_ID(i + 1, 1);
		list_init(&sleepers[i]->link);
		sleepers[i]->state = THREAD_SLEEPING;
	}
}

static uint64_t earliest(void)
{
	uint64_t least = UINT64_MAX;

	for (unsigned int i = 0; i < SLEEPERS; i++)
		if (due[i] < least)
			least = due[i];
	return least;
}

static void random_adds_and_removes(void)
{
	int present = 0;

	begin();
	for (unsigned int step = 0; step < 40000; step++) {
		unsigned int i = tap_below(SLEEPERS);

		if (due[i] == UINT64_MAX) {
			due[i] = tap_below(2) ? tap_below(50) : tap_random() >> 1;
			sleepers[i]->priority = (uint8_t)(tap_below(8) ? 3 : tap_below(THREAD_PRIORITIES));
			timeout_add(&cores[0], sleepers[i], due[i]);
		} else {
			timeout_remove(sleepers[i]);
			due[i] = UINT64_MAX;
			EXPECT_EQ(sleepers[i]->timeout_up, 0);
			timeout_remove(sleepers[i]); /* not in it: nothing */
		}
		EXPECT(timeout_next(&cores[0]) == earliest());
		present += due[i] != UINT64_MAX ? 1 : -1;
		if (step % 16 == 0)
			EXPECT_EQ(machine_deadlines(0), present);
	}
}

static void no_deadline(void)
{
	begin();
	timeout_add(&cores[0], sleepers[0], UINT64_MAX);
	EXPECT(timeout_next(&cores[0]) == UINT64_MAX);
	EXPECT_EQ(sleepers[0]->timeout_up, 0);
	timeout_add(&cores[0], sleepers[1], UINT64_MAX - 1);
	EXPECT(timeout_next(&cores[0]) == UINT64_MAX - 1);
}

/* The order in which they became ready. */
static unsigned int ready_order(unsigned int *numbers)
{
	struct list *queue = &cores[0].runq.queues[0];
	unsigned int n = 0;

	for (struct list *l = queue->next; l != queue; l = l->next)
		numbers[n++] = machine_number(list_entry(l, struct thread, link)) - 1;
	return n;
}

static void wakes_in_order(void)
{
	unsigned int numbers[SLEEPERS];
	unsigned int woken = 0, pieces = 0;

	begin();
	for (unsigned int i = 0; i < SLEEPERS; i++) {
		due[i] = 10000 + i * 7919u % 151 * 10; /* all different */
		timeout_add(&cores[0], sleepers[i], due[i]);
	}
	timeout_expire(&cores[0], 9999);
	EXPECT_EQ(ready_order(numbers), 0);
	timeout_expire(&cores[0], 10000 + 700);
	for (unsigned int before = 0; (woken = ready_order(numbers)) > before; before = woken, pieces++) {
		EXPECT(woken - before <= 32); /* bounded */
		timeout_expire(&cores[0], 10000 + 700);
	}
	EXPECT(pieces > 1);
	for (unsigned int i = 0; i < woken; i++) {
		EXPECT(due[numbers[i]] <= 10700);
		EXPECT(i == 0 || due[numbers[i - 1]] < due[numbers[i]]);
	}
	while (woken > 0)
		due[numbers[--woken]] = UINT64_MAX;
	EXPECT(earliest() > 10700);
	EXPECT(timeout_next(&cores[0]) == earliest());
}

static const struct tap_test tests[] = {
	{"deadlines: the earliest is known through 40,000 random steps", random_adds_and_removes},
	{"deadlines: none", no_deadline},
	{"deadlines: all that are due wake in order, in bounded pieces, nobody early", wakes_in_order},
};
TAP_MAIN(tests)
