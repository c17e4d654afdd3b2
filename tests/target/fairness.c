/*
 * A mutex is fair: two threads that do nothing but take it get it equally often, within one per cent; and so do five. If each lets
 * the others run into it, this does not depend on time at all. If not, it depends on equal quanta, and is looked at where time is
 * exact, with different work inside and outside the lock. All that on one core; on several who comes more often gets it more often, but nobody is left out.
 *
 * test: seconds 120
 */
#include <petri/barrier.h>
#include <petri/mutex.h>

#include "common/test.h"

#define CONTENDERS_MAX 5
#define WARM_UP PETRI_MS(5)

static struct mutex lock = MUTEX_INIT;
static struct barrier line;
static bool stop;
static uint64_t work_inside, work_outside;
static uint64_t inside; /* under the lock */

struct contender {
	uint64_t count, before, intruders;
	bool contended;
};

static void work(uint64_t rounds)
{
	for (; rounds; rounds--)
		__asm__ volatile("");
}

static void go_inside(struct contender *c)
{
	LOCK_GUARD(&lock);

	c->intruders += inside++ != 0;
	c->count++;
	work(work_inside);
	if (c->contended)
		thread_yield();
	inside--;
}

static void *contend(void *arg)
{
	struct contender *c = arg;

	barrier_wait(&line);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		go_inside(c);
		work(work_outside);
	}
	return NULL;
}

static void contest(int n, bool contended, uint64_t quantum_ns, uint64_t turns)
{
	bool one_core = the_one_core() != 0;
	struct contender contenders[CONTENDERS_MAX] = {0};
	thread_id ids[CONTENDERS_MAX];
	uint64_t least = UINT64_MAX, most = 0, intruders = 0;

	stop = false;
	line = (struct barrier)BARRIER_INIT((uint64_t)n);
	for (int i = 0; i < n; i++) {
		contenders[i].contended = contended;
		ids[i] = start_with("contender", contend, &contenders[i], 10, quantum_ns);
	}
	thread_sleep(WARM_UP); /* until then some may still have had no turn */
	for (int i = 0; i < n; i++)
		contenders[i].before = contenders[i].count;
	thread_sleep((uint64_t)n * turns * quantum_ns);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < n; i++) {
		join(ids[i]);
		contenders[i].count -= contenders[i].before;
		least = contenders[i].count < least ? contenders[i].count : least;
		most = contenders[i].count > most ? contenders[i].count : most;
		intruders += contenders[i].intruders;
	}
	check(least > 100 && (!one_core || (most - least) * 100 <= most), "%d contenders%s, quantum %lu us: %lu to %lu times%s",
	      n, contended ? " that meet" : "", quantum_ns / 1000, least, most, one_core ? ", within 1 %" : " on all cores");
	check(intruders == 0, "never two inside");
}

int main(void)
{
	static const struct {
		uint64_t inside, outside;
	} works[] = {{0, 0}, {20, 0}, {20, 20}, {5, 100}};

	stay_on_one_core();
	/* quanta are equal where cores do not share one clock. Long quanta: the end of one may let somebody be first twice */
	contest(2, true, PETRI_MS(10), 3);
	contest(5, true, PETRI_MS(10), 3);
	for (unsigned int i = 0;
	     time_is_exact() && system_cores() == 1 && info_now().seed == 0 && i < sizeof(works) / sizeof(works[0]); i++) {
		work_inside = works[i].inside;
		work_outside = works[i].outside;
		contest(2, false, PETRI_US(50), 400);
		contest(2, false, PETRI_US(300), 200);
	}
	use_all_cores();
	contest(2, true, PETRI_MS(10), 3);
	contest(5, true, PETRI_MS(10), 3);
	return test_end();
}
