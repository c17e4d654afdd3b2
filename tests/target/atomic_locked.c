/*
 * Atomic sections with a lock, on as many cores as there are: one at a time is inside, whichever way the section is left, nested or not; and whoever dies
 * inside does not take the lock away. Sections without a lock keep nobody out who runs on another core.
 *
 * test: mode both
 * test: seeds 3
 * test: seconds 120
 * test: fault 10 twice
 * test: fault 1 faults
 */
#include <petri/atomic.h>
#include <petri/barrier.h>

#include "common/test.h"

#define THREADS 8
#define ROUNDS 6000

static struct atomic_lock lock = ATOMIC_LOCK_INIT, other = ATOMIC_LOCK_INIT;
static struct barrier line = BARRIER_INIT(THREADS);
static uint64_t counter, one, two;
static bool stop;

static bool off(void) { return arch_preempt_is_off(); }
static bool is_free(void) { return !off() && __atomic_load_n(&lock.owner, __ATOMIC_RELAXED) == 0; }
static bool held(void) { return off() && __atomic_load_n(&lock.owner, __ATOMIC_RELAXED) == thread_self(); }

/* Two threads for each core, so that there is somebody to take turns with as well. */
static thread_id start_spread(const char *name, thread_entry entry, void *arg, unsigned int n)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;
	thread_id id = 0;

	attr.name = name;
	attr.priority = 10;
	attr.quantum_ns = PETRI_US(20);
	attr.affinity = (uint8_t)(1u << n % system_cores());
	must(thread_create(&id, &attr, entry, arg));
	return id;
}

/* ---- one at a time ------------------------------------------------------------------------------------------------------------ */

/* Not one instruction: between the two somebody else might come. */
static void add_one(void)
{
	uint64_t before = __atomic_load_n(&counter, __ATOMIC_RELAXED);

	for (int i = 0; i < 10; i++)
		__asm__ volatile("");
	__atomic_store_n(&counter, before + 1, __ATOMIC_RELAXED);
}

static void *add_locked(void *arg)
{
	barrier_wait(&line);
	for (int i = 0; i < ROUNDS; i++)
		ATOMIC_SECTION_LOCKED(&lock)
	add_one();
	return arg;
}

static void *add_unlocked(void *arg)
{
	barrier_wait(&line);
	for (int i = 0; i < ROUNDS; i++)
		ATOMIC_SECTION
			add_one();
	return arg;
}

static uint64_t count_with(thread_entry entry)
{
	thread_id ids[THREADS];

	counter = 0;
	for (unsigned int i = 0; i < THREADS; i++)
		ids[i] = start_spread("adds", entry, NULL, i);
	for (unsigned int i = 0; i < THREADS; i++)
		join(ids[i]);
	return counter;
}

static void check_exact(void)
{
	uint64_t all = THREADS * ROUNDS, got = count_with(add_locked);

	check(got == all, "with the lock: %lu of %lu", got, all);
	check(is_free() && lock.died == 0, "which is free then");
	got = count_with(add_unlocked);
	if (system_cores() == 1) {
		check(got == all, "without it, on one core: %lu of %lu", got, all);
		return;
	}
	/* A host with other work may run QEMU's cores one after the other. */
	for (int again = 0; again < 100 && got == all; again++)
		got = count_with(add_unlocked);
	check(got < all, "without it, on %u cores: some are lost, %lu of %lu", system_cores(), got, all);
}

/* ---- the ways out -------------------------------------------------------------------------------------------------------------- */

static bool leave_by_return(void)
{
	ATOMIC_SECTION_LOCKED(&lock)
	return held();
	return false;
}

static bool leave_by_break_and_continue(void)
{
	int right = 0;

	for (int i = 0; i < 3; i++) {
		ATOMIC_SECTION_LOCKED(&lock)
		{
			right += held();
			if (i == 1)
				break;
			continue;
		}
		right += is_free();
	}
	return right == 6;
}

static bool leave_by_goto(void)
{
	bool inside = false;

	ATOMIC_SECTION_LOCKED(&other)
	{
		ATOMIC_SECTION_LOCKED(&lock)
		{
			inside = held() && other.owner == thread_self();
			goto out;
		}
	}
out:
	return inside && is_free() && other.owner == 0;
}

static bool nest(void)
{
	bool between = false, inner = false;

	ATOMIC_SECTION {
		ATOMIC_SECTION_LOCKED(&lock)
		ATOMIC_SECTION
			inner = held();
		between = off() && lock.owner == 0;
	}
	return inner && between && is_free();
}

static void check_ways_out(void)
{
	check(leave_by_return() && is_free(), "return leaves the section and the lock");
	check(leave_by_break_and_continue(), "so do break and continue");
	check(leave_by_goto(), "goto leaves two at once");
	check(nest(), "sections with and without a lock nest");
	ATOMIC_SECTION_LOCKED(&lock)
	expect(thread_sleep(PETRI_US(1)), PETRI_EATOMIC);
}

/* ---- those who die inside --------------------------------------------------------------------------------------------------------- */

static void *take_twice(void *arg)
{
	ATOMIC_SECTION_LOCKED(&lock)
	ATOMIC_SECTION_LOCKED(&lock)
	counter = 0;
	return arg;
}

static void *fault_inside(void *arg)
{
	ATOMIC_SECTION_LOCKED(&lock)
	*(volatile uint64_t *)arg = 1;
	return arg;
}

static void *try_it(void *arg)
{
	ATOMIC_SECTION_LOCKED(&lock)
	__atomic_store_n((uint64_t *)arg, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void check_deaths(void)
{
	uint64_t reached = 0;
	thread_id id;

	expect(thread_join(start("twice", take_twice, NULL, 20), NULL), PETRI_EFAULTED);
	check(lock.owner != 0, "who takes it twice dies inside");
	ATOMIC_SECTION_LOCKED(&lock)
	reached += held();
	check(reached == 1 && is_free() && lock.died == 1, "and the next has it, and can see that (%lu)", lock.died);
	expect(thread_join(start("faults", fault_inside, (void *)8, 20), NULL), PETRI_EFAULTED);
	id = start("tries", try_it, &reached, 20);
	ATOMIC_SECTION_LOCKED(&lock)
	reached += held();
	join(id);
	check(reached >= 1 && is_free() && lock.died == 2, "after a fault inside too: one of two takes it over (%lu)", lock.died);
}

/* The two are always equal outside. */
static void *change_both(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		ATOMIC_SECTION_LOCKED(&lock)
		{
			one++;
			for (int i = 0; i < 20; i++)
				__asm__ volatile("");
			two++;
		}
	return arg;
}

static void check_killed(void)
{
	thread_id ids[THREADS];
	unsigned int torn = 0, kills = 0;
	uint64_t died = lock.died;

	for (unsigned int i = 0; i < THREADS; i++)
		ids[i] = start_spread("changes", change_both, NULL, i);
	for (unsigned int i = 0; i < 10 * THREADS; i++) {
		uint64_t before = __atomic_load_n(&one, __ATOMIC_RELAXED);

		thread_sleep(PETRI_US(30 + i % 7));
		/* On a busy host that may be no time at all for those who are to be inside. */
		for (int n = 0; !time_is_exact() && n < 100 && __atomic_load_n(&one, __ATOMIC_RELAXED) == before; n++)
			thread_sleep(PETRI_US(100));
		kills += thread_kill(ids[i % THREADS]) == PETRI_OK;
		(void)!thread_join(ids[i % THREADS], NULL);
		ids[i % THREADS] = start_spread("changes", change_both, NULL, i);
		ATOMIC_SECTION_LOCKED(&lock)
		torn += one != two;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < THREADS; i++)
		join(ids[i]);
	check(kills == 10 * THREADS && torn == 0 && one == two && one > 0,
	      "%u are killed, none between the two steps (%u torn; %lu, %lu)", kills, torn, one, two);
	check(lock.died == died && is_free(), "and none takes the lock along");
}

/* ---- one that stays ----------------------------------------------------------------------------------------------------------------- */

static void *stay_inside(void *arg)
{
	ATOMIC_SECTION_LOCKED(&lock)
	{
		__atomic_store_n((uint64_t *)arg, 1, __ATOMIC_RELEASE);
		burn(PETRI_US(300));
		__atomic_store_n((uint64_t *)arg, 2, __ATOMIC_RELEASE);
	}
	return NULL;
}

/* More urgent, and on the same core: spinning alone would never end, where the owner can be preempted. */
static void check_overstayed(void)
{
	uint64_t where = 0, seen = 0;
	thread_id id;

	stay_on_one_core();
	must(thread_set_priority(thread_self(), 20, NULL));
	burn(0);
	id = start("stays", stay_inside, &where, 10);
	while (__atomic_load_n(&where, __ATOMIC_ACQUIRE) == 0)
		thread_sleep(PETRI_US(20));
	ATOMIC_SECTION_LOCKED(&lock)
	seen = __atomic_load_n(&where, __ATOMIC_ACQUIRE);
	check(seen == 2, "a more urgent thread of the same core comes inside when the owner has left, though that overstays");
	join(id);
	check(is_free(), "and leaves it free");
}

int main(void)
{
	check_exact();
	check_ways_out();
	check_deaths();
	check_killed();
	check_overstayed();
	return test_end();
}
