/*
 * The condition variable: what it refuses, deadlines, order, broadcast; and no lost wakeup, in a bounded buffer between producers
 * and consumers and in a hand-shake where each signal counts.
 *
 * test: quantum 0.5
 * test: seeds 4
 */
#include <petri/cond.h>
#include <petri/string.h>

#include "common/test.h"

static struct mutex m = MUTEX_INIT;
static struct cond c = COND_INIT;
static int woken, tickets;

static void *wait_for_ticket(void *arg)
{
	LOCK_GUARD(&m);
	while (!tickets)
		must(cond_wait(&c, &m));
	tickets--;
	*(int *)arg = ++woken;
	return NULL;
}

static void check_refusals(void)
{
	expect(cond_wait(&c, &m), PETRI_EOWNER);
	expect(mutex_lock(&m), PETRI_OK);
	expect(cond_wait_until(&c, &m, in_us(200)), PETRI_ETIMEDOUT);
	check(mutex_owner(&m) == thread_self(), "the mutex is held after a time-out");
	cond_signal(&c);
	cond_broadcast(&c);
	expect(cond_wait_until(&c, &m, in_us(200)), PETRI_ETIMEDOUT); /* signals before count for nothing */
	expect(mutex_unlock(&m), PETRI_OK);
}

static void give(int n)
{
	LOCK_GUARD(&m);
	tickets += n;
}

#define WAITERS 5

static void check_order(void)
{
	static const unsigned int priorities[WAITERS] = {18, 20, 18, 22, 20};
	static const int places[WAITERS] = {4, 2, 5, 1, 3};
	int place[WAITERS] = {0}, wrong = 0;
	thread_id ids[WAITERS];

	for (int i = 0; i < WAITERS; i++) {
		ids[i] = start_steady("waiter", wait_for_ticket, &place[i], priorities[i]);
		reaches(ids[i], THREAD_BLOCKED);
	}
	for (int i = 0; i < 2; i++) {
		give(1);
		cond_signal(&c);
		wrong += woken != i + 1;
	}
	check(wrong == 0, "each signal wakes one, which runs at once");
	give(WAITERS - 2);
	cond_broadcast(&c);
	for (int i = 0; i < WAITERS; i++)
		join(ids[i]);
	for (int i = 0; i < WAITERS; i++)
		wrong += place[i] != places[i];
	check(wrong == 0 && tickets == 0, "by priority, then by arrival: %d %d %d %d %d", place[0], place[1], place[2], place[3],
	      place[4]);
}

/* ---- a bounded buffer ---- */

#define ROOM 3
#define ITEMS 2000 /* of each producer */
#define PAIRS 3

static struct cond not_full = COND_INIT, not_empty = COND_INIT;
static uint64_t buffer[ROOM], put_at, taken_at;

static void *produce(void *arg)
{
	for (uint64_t i = 1; i <= ITEMS; i++) {
		LOCK_GUARD(&m);
		while (put_at - taken_at == ROOM)
			must(cond_wait(&not_full, &m));
		buffer[put_at++ % ROOM] = i;
		cond_signal(&not_empty);
	}
	return arg;
}

static void *consume(void *arg)
{
	uint64_t *sum = arg;

	for (int i = 0; i < ITEMS; i++) {
		LOCK_GUARD(&m);
		while (put_at == taken_at)
			must(cond_wait(&not_empty, &m));
		*sum += buffer[taken_at++ % ROOM];
		cond_signal(&not_full);
	}
	return NULL;
}

static void check_buffer(bool one_core)
{
	static uint64_t sums[PAIRS];
	thread_id producers[PAIRS], consumers[PAIRS];
	struct system_info before = info_now();
	uint64_t sum = 0;

	memset(sums, 0, sizeof(sums));
	for (int i = 0; i < PAIRS; i++) {
		producers[i] = start("producer", produce, NULL, 10);
		consumers[i] = start("consumer", consume, &sums[i], 10 + (unsigned int)i % 2);
	}
	for (int i = 0; i < PAIRS; i++) {
		join(producers[i]);
		join(consumers[i]);
		sum += sums[i];
	}
	check(sum == PAIRS * (ITEMS * (ITEMS + 1ull) / 2), "a bounded buffer passes each item once: sum %lu", sum);
	if (one_core) /* else there is nobody to take turns with */
		check_preempted(&before, 2 * PAIRS * ITEMS);
}

/* ---- a hand-shake: one lost signal and it hangs; the deadline makes that a failure ---- */

#define SHAKES 5000

static uint64_t ball; /* even: main's turn */
static struct cond moved = COND_INIT;

static bool play(uint64_t side)
{
	for (int i = 0; i < SHAKES; i++) {
		LOCK_GUARD(&m);
		while (ball % 2 != side)
			if (cond_wait_until(&moved, &m, petri_now() + PETRI_S(5)) == PETRI_ETIMEDOUT)
				return false;
		ball++;
		cond_signal(&moved);
	}
	return true;
}

static void *partner(void *arg)
{
	*(bool *)arg = play(1);
	return NULL;
}

static void check_handshake(void)
{
	bool theirs = false;
	thread_id id = start("partner", partner, &theirs, THREAD_PRIORITY_DEFAULT);
	bool ours = play(0);

	join(id);
	check(ours && theirs && ball == 2 * SHAKES, "no signal of a hand-shake is lost: %lu of %d", ball, 2 * SHAKES);
}

int main(void)
{
	stay_on_one_core();
	check_refusals();
	check_order();
	check_buffer(true);
	use_all_cores();
	check_buffer(false);
	check_handshake();
	return test_end();
}
