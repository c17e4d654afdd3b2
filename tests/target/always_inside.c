/*
 * A thread that claims to be in an atomic section all the time gets its turn like any other, and no more: the grace of 50 us is given once, and the next
 * only after it has told of its end. So at a quantum far shorter than the grace.
 *
 * test: mode user
 * test: exact
 * test: says 1 thread greedy .*an atomic section lasts longer than 50 us
 */
#include "common/test.h"

static bool stop;

static bool stopped(void) { return __atomic_load_n(&stop, __ATOMIC_RELAXED); }

/* Steps of uneven length, and many instructions: a thread that is preempted where it went on is given longer quanta. */
static void *work(void *counter)
{
	uint64_t state = (uintptr_t)counter;

	while (!stopped()) {
		for (uint64_t n = draw(&state) % 16; n > 0; n--)
			__asm__ volatile(".rept 32\n\tnop\n\t.endr");
		++*(volatile uint64_t *)counter;
	}
	return NULL;
}

static void *work_inside(void *counter)
{
	arch_user_block()->preempt_off = 1;
	work(counter);
	arch_user_block()->preempt_off = 0;
	return NULL;
}

static void check_share(uint64_t quantum_ns)
{
	uint64_t honest = 0, greedy = 0;
	thread_id ids[2];

	__atomic_store_n(&stop, false, __ATOMIC_RELAXED);
	ids[0] = start_with("honest", work, &honest, 10, quantum_ns);
	ids[1] = start_with("greedy", work_inside, &greedy, 10, quantum_ns);
	thread_sleep(PETRI_US(4000));
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(ids[0]);
	join(ids[1]);
	check(honest > 0 && greedy > 0 && greedy * 4 <= honest * 5,
	      "at a quantum of %lu ns: %lu steps, beside %lu of one outside", quantum_ns, greedy, honest);
}

int main(void)
{
	stay_on_one_core();
	must(thread_set_priority(thread_self(), 20, NULL));
	check_share(PETRI_US(2));
	check_share(PETRI_US(5));
	check_share(PETRI_US(40));
	return test_end();
}
