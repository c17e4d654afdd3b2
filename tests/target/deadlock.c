/*
 * Deadlocks called by name: a cycle of two, of three and of many is found the moment it closes, whatever else is going on; with
 * `refuse` the call that would close it gets the error and the program goes on. A wait with a deadline, a long chain and a lock
 * that is merely busy are no deadlock.
 */
#include <petri/deadlock.h>
#include <petri/mutex.h>
#include <petri/semaphore.h>

#include "common/test.h"

#define MANY 200

static struct mutex locks[MANY];
static enum petri_error second[MANY];
static unsigned int ring; /* threads in the ring: thread i takes lock i, then lock i+1 */
static struct semaphore go = SEMAPHORE_INIT(0);

static uint64_t reports(void)
{
	uint64_t count = 0;

	/* One more than there can be is not awaited for long: this tells how many there are. */
	while (deadlock_await(count, &count, petri_now() + PETRI_MS(1)) == PETRI_OK)
		;
	return count;
}

static void *take_two(void *arg)
{
	unsigned int i = (unsigned int)(uintptr_t)arg;

	must(mutex_lock(&locks[i]));
	must(semaphore_wait(&go));
	second[i] = mutex_lock(&locks[(i + 1) % ring]);
	if (second[i] == PETRI_OK || second[i] == PETRI_EOWNERDIED)
		mutex_unlock(&locks[(i + 1) % ring]);
	mutex_unlock(&locks[i]);
	return NULL;
}

static void start_ring(unsigned int n, thread_id *ids)
{
	ring = n;
	for (unsigned int i = 0; i < n; i++) {
		locks[i] = (struct mutex)MUTEX_INIT;
		second[i] = PETRI_ERRORS;
		ids[i] = start_compact("ring", take_two, (void *)(uintptr_t)i, 18);
		reaches(ids[i], THREAD_BLOCKED);
	}
}

static void close_ring(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		semaphore_post(&go);
}

/* Closes a cycle of n; it is reported once; killing one member lets the others go on. */
static void check_report(unsigned int n)
{
	static thread_id ids[MANY];
	uint64_t before = reports(), count = 0;
	unsigned int fine = 0;

	start_ring(n, ids);
	close_ring(n);
	expect(deadlock_await(before, &count, petri_now() + PETRI_S(5)), PETRI_OK);
	check(reports() == before + 1, "a cycle of %u is reported once", n);
	must(thread_kill(ids[0]));
	for (unsigned int i = 0; i < n; i++)
		fine += thread_join(ids[i], NULL) == (i == 0 ? PETRI_EKILLED : PETRI_OK);
	check(fine == n, "and opened by killing one: %u of %u end", fine, n);
}

static void check_refuse(void)
{
	thread_id ids[3];
	uint64_t before = reports();
	unsigned int refused = 0, had = 0;

	expect(deadlock_react(DEADLOCK_REFUSE), PETRI_OK);
	start_ring(3, ids);
	close_ring(3);
	for (unsigned int i = 0; i < 3; i++)
		join(ids[i]);
	for (unsigned int i = 0; i < 3; i++) {
		refused += second[i] == PETRI_EDEADLOCK;
		had += second[i] == PETRI_OK;
	}
	check(refused == 1 && had == 2, "refuse: one call has the error, the others their lock (%u, %u)", refused, had);
	check(reports() == before + 1, "and it is reported");
	expect(deadlock_react(DEADLOCK_REPORT), PETRI_OK);
	expect(deadlock_react((enum deadlock_reaction)4), PETRI_EINVAL);
}

static bool patient[2]; /* who waits without a deadline */

static void *take_two_briefly(void *arg)
{
	unsigned int i = (unsigned int)(uintptr_t)arg;

	must(mutex_lock(&locks[i]));
	must(semaphore_wait(&go));
	second[i] = mutex_lock_until(&locks[1 - i], patient[i] ? PETRI_FOREVER : petri_now() + PETRI_MS(5));
	if (second[i] == PETRI_OK)
		mutex_unlock(&locks[1 - i]);
	mutex_unlock(&locks[i]);
	return NULL;
}

/* Nobody waits for ever here, though one may be ready to: no report, though for 5 ms it looks like one. */
static void check_deadline(bool a_is_patient, bool b_is_patient)
{
	uint64_t before = reports();
	thread_id a, b;

	patient[0] = a_is_patient;
	patient[1] = b_is_patient;
	locks[0] = locks[1] = (struct mutex)MUTEX_INIT;
	a = start("a", take_two_briefly, (void *)0, 18);
	b = start("b", take_two_briefly, (void *)1, 18);
	reaches(a, THREAD_BLOCKED);
	reaches(b, THREAD_BLOCKED);
	close_ring(2);
	join(a);
	join(b);
	check(second[0] == PETRI_ETIMEDOUT || second[1] == PETRI_ETIMEDOUT, "one gave up");
	check(reports() == before, "a wait with a deadline is no deadlock (%d %d)", a_is_patient, b_is_patient);
}

/* A chain: each waits for the next, the last one runs. */
static void check_chain(void)
{
	static thread_id ids[MANY];
	uint64_t before = reports();

	start_ring(MANY, ids);
	ring = MANY + 1; /* the last one's second lock is nobody's: it stays with its wait at the semaphore */
	for (unsigned int i = 0; i < MANY - 1; i++)
		semaphore_post(&go);
	thread_sleep(PETRI_MS(2));
	check(reports() == before, "a chain of %u is no deadlock", MANY);
	ring = MANY;
	must(thread_kill(ids[MANY - 1]));
	for (unsigned int i = 0; i < MANY; i++)
		(void)!thread_join(ids[i], NULL);
	check(reports() == before, "nor its end");
}

int main(void)
{
	must(thread_set_priority(thread_self(), 20, NULL));
	check_report(2);
	check_report(3);
	check_report(MANY);
	check_refuse();
	check_deadline(false, false);
	check_deadline(true, false);
	check_deadline(false, true); /* the cycle is closed by one who would wait for ever */
	check_chain();
	return test_end();
}
