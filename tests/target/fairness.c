/*
 * A mutex is fair: two threads that do nothing but take it get it equally often, within one per cent; and so do five. Contended (the
 * holder lets the others run into it) this does not depend on time at all; left alone, it does.
 */
#include <petri/barrier.h>
#include <petri/mutex.h>

#include "common/test.h"

#define CONTENDERS_MAX 5
#define WARM_UP_US 5000 /* until then some may still have had no turn */
#define RUN_US 80000

static struct mutex lock = MUTEX_INIT;
static struct barrier line;
static bool stop;
static uint64_t inside; /* under the lock */

struct contender {
	uint64_t count, before, intruders;
	bool contended;
};

static void *contend(void *arg)
{
	struct contender *c = arg;

	barrier_wait(&line);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		LOCK_GUARD(&lock);
		c->intruders += inside++ != 0;
		c->count++;
		if (c->contended)
			thread_yield();
		inside--;
	}
	return NULL;
}

static void contest(int n, bool contended)
{
	struct contender contenders[CONTENDERS_MAX] = {0};
	thread_id ids[CONTENDERS_MAX];
	uint64_t least = UINT64_MAX, most = 0, intruders = 0;

	stop = false;
	line = (struct barrier)BARRIER_INIT((uint64_t)n);
	for (int i = 0; i < n; i++) {
		contenders[i].contended = contended;
		ids[i] = start_with("contender", contend, &contenders[i], 10, PETRI_US(50));
	}
	thread_sleep(PETRI_US(WARM_UP_US));
	for (int i = 0; i < n; i++)
		contenders[i].before = contenders[i].count;
	thread_sleep(PETRI_US(RUN_US));
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < n; i++) {
		join(ids[i]);
		contenders[i].count -= contenders[i].before;
		least = contenders[i].count < least ? contenders[i].count : least;
		most = contenders[i].count > most ? contenders[i].count : most;
		intruders += contenders[i].intruders;
	}
	check(least > 100, "%d contenders: at least %lu times each", n, least);
	check((most - least) * 100 <= most, "%d contenders: %lu to %lu times, within 1 %%", n, least, most);
	check(intruders == 0, "%d contenders: never two inside", n);
}

int main(void)
{
	contest(2, true);
	contest(5, true);
	if (time_is_exact())
		contest(2, false);
	return test_end();
}
