/*
 * Wait queues: priority, then first come first served, whatever is woken, cancelled or given another priority; waking of
 * many is one moment, although the woken stay BLOCKED until they run. At the end against a model that knows every queue.
 */
#include "machine/machine.h"

#include "kernel/syscalls.h"
#include "kernel/waitq.h"

#include "tap.h"

#define KEY 0x40000010
#define FOREVER UINT64_MAX

static void wake_key(uint64_t key) { machine_wake_one(key); }

/* Threads 1..count with these priorities wait on KEY in this order; one more, more urgent than they, runs and does the waking. */
static void begin(const unsigned int *priorities, unsigned int count)
{
	machine_begin(0);
	for (unsigned int i = 0; i < count; i++)
		machine_thread(priorities[i], 0);
	machine_thread(31, 0);
	machine_enter();
	for (unsigned int i = 1; i <= count; i++) {
		machine_run(&threads[i]);
		machine_block(KEY, FOREVER);
	}
}

static void set_priority(unsigned int number, unsigned int priority)
{
	EXPECT_EQ(machine_call(sys_thread_priority, threads[number].id, priority, 0) >> 8, PETRI_OK);
}

static bool waiting(unsigned int number) { return threads[number].state == THREAD_BLOCKED && wait_is_live(&threads[number]); }

/* Wakes one at a time; the order as letters. */
static const char *wake_order(unsigned int count)
{
	static char text[64];
	unsigned int n = 0;

	while (n < count) {
		bool before[64];
		unsigned int woken = 0;

		for (unsigned int i = 1; i <= count; i++)
			before[i] = waiting(i);
		wake_key(KEY);
		for (unsigned int i = 1; i <= count; i++) {
			if (before[i] && !waiting(i)) {
				text[n++] = (char)('A' + i - 1);
				woken++;
			}
		}
		if (woken != 1)
			break;
	}
	text[n] = 0;
	return text;
}

static void first_come(void)
{
	begin((unsigned int[]){5, 5, 5, 5, 5}, 5);
	EXPECT_STR(wake_order(5), "ABCDE");
	EXPECT_EQ(machine_wake_one(KEY), 0);
	EXPECT_EQ(threads[1].frame.result, PETRI_OK);
}

/* A queue is as long as it has priorities: that bounds the work under its lock. */
static unsigned int groups(uint64_t key)
{
	struct wait_bucket *b = wait_lock(key);
	unsigned int n = 0;

	for (struct thread *g = b->queues; g != NULL; g = g->group_next)
		n++;
	wait_unlock(b);
	return n;
}

static void priority_first(void)
{
	begin((unsigned int[]){5, 9, 5, 20, 9, 20, 5, 0, 30}, 9);
	EXPECT_EQ(groups(KEY), 5);
	EXPECT_STR(wake_order(9), "IDFBEACGH");
}

static void keys_apart(void)
{
	machine_begin(0);
	for (unsigned int i = 0; i < 100; i++) /* more keys than buckets */
		machine_thread(5, 0);
	machine_thread(31, 0);
	machine_enter();
	for (unsigned int i = 0; i < 100; i++) {
		machine_run(&threads[i + 1]);
		machine_block(0x1000 + 8 * i, FOREVER);
	}
	for (unsigned int i = 100; i-- > 0;) {
		EXPECT(waiting(i + 1));
		EXPECT_EQ(machine_wake_one(0x1000 + 8 * i), 1);
		EXPECT(!waiting(i + 1));
		EXPECT_EQ(machine_wake_one(0x1000 + 8 * i), 0);
	}
}

/* From the head, the middle and the end of a queue and of its groups. */
static void cancelling(void)
{
	for (unsigned int first = 1; first <= 6; first++) {
		for (unsigned int second = 1; second <= 6; second++) {
			char wanted[8] = "CDABEF";
			char *at;

			if (first == second)
				continue;
			begin((unsigned int[]){7, 7, 9, 9, 7, 3}, 6);
			wait_cancel(&cores[0], &threads[first], PETRI_EKILLED);
			wait_cancel(&cores[0], &threads[second], PETRI_ETIMEDOUT);
			EXPECT_EQ(threads[first].frame.result, PETRI_EKILLED);
			EXPECT_EQ(threads[second].frame.result, PETRI_ETIMEDOUT);
			EXPECT_EQ(threads[first].state, THREAD_READY);
			at = strchr(wanted, 'A' + (int)first - 1);
			memmove(at, at + 1, strlen(at));
			at = strchr(wanted, 'A' + (int)second - 1);
			memmove(at, at + 1, strlen(at));
			EXPECT_STR(wake_order(6), wanted);
		}
	}
}

static void new_priority_is_its_tail(void)
{
	begin((unsigned int[]){7, 7, 9, 9, 7, 3}, 6);
	set_priority(1, 9); /* A behind D */
	set_priority(4, 3); /* D behind F */
	set_priority(2, 7); /* B behind E: its own priority again */
	EXPECT_STR(wake_order(6), "CAEBFD");
}

static void timeouts(void)
{
	begin((unsigned int[]){5, 5}, 2);
	machine_thread(31, 0); /* 3 and 4 take turns */
	machine_run(&threads[4]);
	machine_block(KEY, machine_now + 500);
	machine_pass(499);
	EXPECT(waiting(4));
	machine_pass(1);
	EXPECT(!waiting(4));
	EXPECT_EQ(threads[4].frame.result, PETRI_ETIMEDOUT);
	EXPECT_EQ(threads[4].timeout_up, 0);
	EXPECT(waiting(1) && waiting(2));
	/* woken in time: the deadline is forgotten */
	machine_run(&threads[4]);
	machine_block(KEY, machine_now + 500);
	machine_wake_one(KEY);
	EXPECT(!waiting(4));
	EXPECT_EQ(threads[4].frame.result, PETRI_OK);
	EXPECT_EQ(threads[4].timeout_up, 0);
	machine_pass(1000);
	EXPECT_EQ(threads[4].frame.result, PETRI_OK);
}

static void restart(void)
{
	struct wait_bucket *b = wait_lock(KEY);

	wait_restart(&cores[0], b, KEY, FOREVER);
	wait_unlock(b);
	machine_enter();
}

static void restarts(void)
{
	machine_begin(0);
	machine_thread(9, 0);
	machine_thread(5, 0);
	machine_enter();
	restart();
	EXPECT(waiting(1));
	machine_wake_one(KEY);
	EXPECT(threads[1].frame.restarted);
	EXPECT_EQ(threads[1].marks & THREAD_RESTART, 0);
	restart();
	threads[1].frame.restarted = false;
	wait_cancel(&cores[0], &threads[1], PETRI_EKILLED); /* an error is told, not tried again */
	EXPECT(!threads[1].frame.restarted);
	EXPECT_EQ(threads[1].frame.result, PETRI_EKILLED);
}

static unsigned int how_many_wait(unsigned int count)
{
	unsigned int n = 0;

	for (unsigned int i = 1; i <= count; i++)
		n += waiting(i);
	return n;
}

/* All are woken at once, and run by priority, in each by arrival. */
static void waking_all(void)
{
	unsigned int priorities[150];

	for (unsigned int i = 0; i < 150; i++)
		priorities[i] = 5 + i % 3;
	begin(priorities, 150);
	EXPECT_EQ(wait_length(KEY), 150);
	EXPECT_EQ(machine_wake_all(KEY), 150);
	EXPECT_EQ(machine_wake_all(KEY), 0);
	EXPECT_EQ(wait_length(KEY), 0);
	EXPECT_EQ(how_many_wait(150), 0);
	machine_block(KEY, FOREVER);             /* out of the way */
	for (unsigned int i = 0; i < 150; i++) { /* 3 * 50: those of 7 first, by arrival */
		unsigned int wanted = i < 50 ? 3 + 3 * i : i < 100 ? 2 + 3 * (i - 50) : 1 + 3 * (i - 100);

		EXPECT_EQ(machine_number(machine_current()), wanted);
		EXPECT_EQ(machine_current()->frame.result, PETRI_OK);
		if (i < 149)
			machine_block(KEY + 8, FOREVER);
	}
}

static void waking_all_preempts(void)
{
	machine_begin(0);
	machine_thread(5, 0);
	machine_thread(8, 0);
	machine_thread(6, 0);
	machine_enter();
	machine_block(KEY, FOREVER);
	machine_block(KEY, FOREVER);
	EXPECT_EQ(machine_number(machine_current()), 1);
	EXPECT_EQ(machine_wake_all(KEY), 2);
	EXPECT_EQ(machine_number(machine_current()), 2);
	EXPECT_EQ(cores[0].preemptions, 1);
}

/* The woken go behind those who are ready already, and before those who come later. */
static void waking_all_to_the_tail(void)
{
	begin((unsigned int[]){5, 5, 5}, 3);
	machine_thread(5, 0);
	EXPECT_EQ(machine_wake_all(KEY), 3);
	machine_thread(5, 0);
	machine_block(KEY, FOREVER);
	for (unsigned int i = 0; i < 10; i++) {
		EXPECT_EQ(machine_number(machine_current()), ((unsigned int[]){5, 1, 2, 3, 6})[i % 5]);
		machine_yield();
	}
}

/* Who waits again after being woken belongs to the next time, although others of the first have not run yet. */
static void waiting_again(void)
{
	unsigned int priorities[60];

	for (unsigned int i = 0; i < 60; i++)
		priorities[i] = 5;
	begin(priorities, 60);
	EXPECT_EQ(machine_wake_all(KEY), 60);
	machine_block(KEY, FOREVER); /* 61 itself waits on the same key */
	EXPECT_EQ(machine_number(machine_current()), 1);
	machine_block(KEY, FOREVER);
	EXPECT(waiting(61) && waiting(1) && !waiting(2) && !waiting(60));
	EXPECT_EQ(wait_length(KEY), 2);
	EXPECT_EQ(machine_wake_one(KEY), 1);
	EXPECT(!waiting(61) && waiting(1));
	EXPECT_EQ(machine_wake_all(KEY), 1);
	EXPECT(!waiting(1));
	EXPECT_EQ(machine_wake_one(KEY), 0);
}

/* Woken but not yet run: a kill or a timeout comes too late, the wakeup counts. */
static void cancelling_the_woken(void)
{
	unsigned int priorities[60];

	for (unsigned int i = 0; i < 60; i++)
		priorities[i] = 5;
	begin(priorities, 60);
	machine_wake_all(KEY);
	wait_cancel(&cores[0], &threads[60], PETRI_ETIMEDOUT);
	set_priority(50, 8);
	EXPECT_EQ(threads[50].priority, 8);
	EXPECT_EQ(machine_call(sys_thread_kill, threads[55].id, 0, 0), PETRI_OK);
	machine_block(KEY + 8, FOREVER);
	EXPECT_EQ(machine_number(machine_current()), 50); /* the most urgent now */
	for (unsigned int i = 0; i < 58; i++) {
		EXPECT_EQ(machine_current()->frame.result, PETRI_OK);
		machine_block(KEY + 8, FOREVER);
	}
	EXPECT_EQ(machine_number(machine_current()), 60);
	EXPECT_EQ(machine_current()->frame.result, PETRI_OK);
	EXPECT_EQ(threads[55].state, THREAD_ZOMBIE);
}

/* Woken before its deadline, run after it. */
static void woken_in_time_run_late(void)
{
	begin((unsigned int[]){5}, 1);
	machine_thread(5, 0);
	machine_run(&threads[3]);
	machine_block(KEY, machine_now + 500);
	EXPECT_EQ(machine_number(machine_current()), 2);
	EXPECT_EQ(machine_wake_all(KEY), 2);
	machine_pass(1000);
	machine_block(KEY, FOREVER);
	machine_yield();
	EXPECT_EQ(machine_number(machine_current()), 3);
	EXPECT_EQ(threads[3].frame.result, PETRI_OK);
	EXPECT_EQ(threads[3].timeout_up, 0);
	machine_pass(1000);
	EXPECT_EQ(threads[3].frame.result, PETRI_OK);
}

/* ---- a model ------------------------------------------------------------------------------------------------------------ */

#define THREADS 120
#define KEYS 3

static struct {
	bool waits;
	unsigned int key, priority;
	uint64_t arrived;
} model[THREADS + 1];
static uint64_t arrivals;

static uint64_t key_of(unsigned int k) { return 0x5000 + 64 * 8 * k; /* some share a bucket */ }

/* Who is next on key k; 0: nobody. */
static unsigned int model_first(unsigned int k)
{
	unsigned int best = 0;

	for (unsigned int i = 1; i <= THREADS; i++) {
		if (!model[i].waits || model[i].key != k)
			continue;
		if (best == 0 || model[i].priority > model[best].priority ||
		    (model[i].priority == model[best].priority && model[i].arrived < model[best].arrived))
			best = i;
	}
	return best;
}

static unsigned int model_wake_all(unsigned int k)
{
	unsigned int n = 0;

	for (unsigned int i = 1; i <= THREADS; i++) {
		if (model[i].waits && model[i].key == k) {
			model[i].waits = false;
			n++;
		}
	}
	return n;
}

/* Every thread is where the model says: waiting, or exactly once in the run queue of its priority, or running. */
static void check_states(void)
{
	unsigned int seen[THREADS + 2] = {0};

	for (unsigned int p = 0; p < THREAD_PRIORITIES; p++) {
		struct list *queue = &cores[0].runq.queues[p];

		EXPECT_EQ(runq_ready_bits(&cores[0]) >> p & 1, !list_alone(queue));
		for (struct list *l = queue->next; l != queue; l = l->next) {
			struct thread *t = list_entry(l, struct thread, link);

			EXPECT_EQ(t->priority, p);
			seen[machine_number(t)]++;
		}
	}
	seen[machine_number(machine_current())]++;
	for (unsigned int i = 1; i <= THREADS; i++) {
		EXPECT_EQ(waiting(i), model[i].waits);
		EXPECT_EQ(seen[i], !model[i].waits);
	}
}

static void block_current(void)
{
	unsigned int i = machine_number(machine_current());
	unsigned int k = tap_below(KEYS);

	EXPECT(machine_current()->frame.result != 77); /* every wait has ended with a result */

	if (i > THREADS)
		return; /* the one that keeps the core busy */
	model[i].waits = true;
	model[i].key = k;
	model[i].priority = machine_current()->priority;
	model[i].arrived = arrivals++;
	machine_block(key_of(k), FOREVER);
}

static void wake_first(void)
{
	unsigned int k = tap_below(KEYS);
	unsigned int wanted = model_first(k);

	EXPECT_EQ(machine_wake_one(key_of(k)), wanted != 0);
	if (wanted != 0) {
		EXPECT(!waiting(wanted));
		EXPECT_EQ(threads[wanted].frame.result, PETRI_OK);
		model[wanted].waits = false;
	}
}

static void wake_many(void)
{
	unsigned int k = tap_below(KEYS);
	unsigned int wanted = model_wake_all(k);

	EXPECT_EQ(machine_wake_all(key_of(k)), wanted);
}

static void cancel_some(void)
{
	unsigned int i = 1 + tap_below(THREADS);

	if (threads[i].state != THREAD_BLOCKED)
		return;
	if (!model[i].waits) { /* woken with others: this comes too late */
		wait_cancel(&cores[0], &threads[i], PETRI_EKILLED);
		EXPECT_EQ(threads[i].state, THREAD_BLOCKED);
		return;
	}
	wait_cancel(&cores[0], &threads[i], PETRI_EKILLED);
	EXPECT_EQ(threads[i].frame.result, PETRI_EKILLED);
	model[i].waits = false;
	machine_enter();
}

static void reprioritise_some(void)
{
	unsigned int i = 1 + tap_below(THREADS);
	unsigned int priority = 1 + tap_below(5) * 6;

	if (threads[i].state != THREAD_BLOCKED)
		return;
	model[i].priority = priority;
	model[i].arrived = arrivals++;
	set_priority(i, priority);
}

static void against_a_model(void)
{
	machine_begin(0);
	memset(model, 0, sizeof(model));
	for (unsigned int i = 1; i <= THREADS; i++)
		machine_thread(1 + tap_below(5) * 6, 0);
	machine_thread(0, 0);
	machine_enter();
	for (unsigned int step = 0; step < 60000; step++) {
		unsigned int what = tap_below(100);

		if (what < 55)
			block_current();
		else if (what < 80)
			wake_first();
		else if (what < 83)
			wake_many();
		else if (what < 90)
			cancel_some();
		else if (what < 96)
			reprioritise_some();
		else
			machine_enter();
		check_states();
	}
}

static const struct tap_test tests[] = {
	{"waitq: first come, first served", first_come},
	{"waitq: priority comes first", priority_first},
	{"waitq: keys do not mix", keys_apart},
	{"waitq: cancelling anywhere in a queue", cancelling},
	{"waitq: a new priority means its tail", new_priority_is_its_tail},
	{"waitq: deadlines", timeouts},
	{"waitq: calls that are issued again", restarts},
	{"waitq: waking 150 at once, and in order", waking_all},
	{"waitq: waking all preempts", waking_all_preempts},
	{"waitq: waking all puts them behind the ready", waking_all_to_the_tail},
	{"waitq: who waits again is not woken twice", waiting_again},
	{"waitq: those woken and not yet run cannot be cancelled", cancelling_the_woken},
	{"waitq: woken in time and run late", woken_in_time_run_late},
	{"waitq: 60,000 random steps against a model", against_a_model},
};
TAP_MAIN(tests)
