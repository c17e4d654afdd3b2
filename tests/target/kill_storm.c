/*
 * Kill storms: threads of every kind and in every state - running, ready, asleep, blocked on each primitive, in an atomic section, in the heap,
 * holding mutexes - are killed by other threads at moments drawn from the seed, and replaced, a few thousand times. Afterwards there are as many
 * threads, control blocks and pages as before, the heap is sound, every mutex can be had, what an atomic section or a mutex protects is whole
 * (or its next owner was told), and nobody has been woken by a ghost.
 *
 * test: mode both
 * test: seeds 4
 * test: seconds 120
 */
#include <petri/atomic.h>
#include <petri/barrier.h>
#include <petri/cond.h>
#include <petri/heap.h>
#include <petri/mutex.h>
#include <petri/semaphore.h>
#include <petri/syscall.h>

#include "common/test.h"

#define KILLS 1000
#define MUTEXES 4
#define EACH 2 /* victims of each kind */
#define KILLERS 2
#define KILLER_PRIORITY 20
#define BLOCKS 6 /* of the heap: what a victim has in hand at most */

/* ---- what they fight over ---------------------------------------------------------------------------------------------------- */

/* Two numbers that are equal whenever nobody is inside. */
struct pair {
	uint64_t first, second;
};

static struct mutex mutexes[MUTEXES];
static struct pair guarded[MUTEXES]; /* each by its mutex */
static struct pair atomic, greedy;   /* by atomic sections, from who is on the same core */
static bool one_core;
static uint64_t torn, told, bad; /* guarded pairs found unequal; heirs who were told; answers that must not be */
static struct semaphore never = SEMAPHORE_INIT(0), units = SEMAPHORE_INIT(2);
static struct cond condition = COND_INIT;
static struct mutex condition_mutex = MUTEX_INIT;
static struct barrier barrier = BARRIER_INIT(1000);
static uint64_t word = 1;
static thread_id sleeper;

static void count(uint64_t *n) { __atomic_fetch_add(n, 1, __ATOMIC_RELAXED); }

/* In an atomic section: nobody is inside as well, but on other cores. */
static void count_inside(uint64_t *n)
{
	if (one_core)
		(*n)++;
	else
		count(n);
}

static void must_be(bool good)
{
	if (!good)
		count(&bad);
}

/* Takes a mutex in whatever state the last owner has left what it protects; says whether it has it. */
static bool lock(unsigned int i)
{
	enum petri_error error = mutex_lock(&mutexes[i]);

	must_be(error == PETRI_OK || error == PETRI_EOWNERDIED);
	if (guarded[i].first != guarded[i].second) {
		count(&torn);
		must_be(error == PETRI_EOWNERDIED);
		guarded[i].second = guarded[i].first;
	}
	if (error == PETRI_EOWNERDIED)
		count(&told);
	return error == PETRI_OK || error == PETRI_EOWNERDIED;
}

/* ---- the victims: each goes on for ever ------------------------------------------------------------------------------------------- */

static void *run_on(void *arg)
{
	for (;;)
		__asm__ volatile("");
	return arg;
}

static void *yield_on(void *arg)
{
	for (;;)
		thread_yield();
	return arg;
}

static void *hold_one(void *arg)
{
	uint64_t state = (uintptr_t)arg + 1;

	for (;;) {
		unsigned int i = draw(&state) % MUTEXES;

		if (!lock(i))
			continue;
		guarded[i].first++;
		burn(draw(&state) % PETRI_US(4));
		guarded[i].second++;
		must_be(mutex_unlock(&mutexes[i]) == PETRI_OK);
	}
	return arg;
}

/* In order, so they do not wait for each other in a circle. */
static void *hold_all(void *arg)
{
	for (;;) {
		for (unsigned int i = 0; i < MUTEXES; i++)
			lock(i);
		for (unsigned int i = 0; i < MUTEXES; i++)
			guarded[i].first++;
		thread_yield();
		for (unsigned int i = 0; i < MUTEXES; i++)
			guarded[i].second++;
		for (unsigned int i = MUTEXES; i-- > 0;)
			must_be(mutex_unlock(&mutexes[i]) == PETRI_OK);
	}
	return arg;
}

static void *be_atomic(void *arg)
{
	uint64_t state = (uintptr_t)arg + 7;

	for (;;)
		ATOMIC_SECTION {
			count_inside(&atomic.first);
			ATOMIC_SECTION
				burn(draw(&state) % PETRI_US(3));
			count_inside(&atomic.second);
		}
	return arg;
}

/* Longer than a user thread may: it is cut inside, and killed there now and then; so much is left that it gets to the end. */
static void *be_greedy(void *arg)
{
	for (;;)
		ATOMIC_SECTION {
			count(&greedy.first);
			burn(PETRI_US(70));
			count(&greedy.second);
		}
	return arg;
}

static void *use_heap(void *arg)
{
	uint64_t state = (uintptr_t)arg + 3;
	char *blocks[BLOCKS] = {NULL};

	for (;;) {
		unsigned int i = draw(&state) % BLOCKS;

		if (blocks[i] != NULL)
			must_be(blocks[i][0] == (char)i);
		heap_free(blocks[i]);
		blocks[i] = heap_alloc(1 + draw(&state) % 600);
		if (blocks[i] != NULL)
			blocks[i][0] = (char)i;
	}
	return arg;
}

static void *use_private_pages(void *arg)
{
	uint64_t address = 0;

	for (int i = 0; i < 20; i++) {
		must_be(arch_syscall(SYS_heap_private, 4096, (uintptr_t)&address, 0, 0) == PETRI_OK);
		*(volatile uint64_t *)address = 1;
	}
	return yield_on(arg);
}

static void *create_and_join(void *arg)
{
	static const struct thread_attr attr = {.stack = THREAD_GUARDED, .priority = 12, .flags = THREAD_DETACHED};

	for (;;) {
		enum petri_error error = thread_create(NULL, &attr, (thread_entry)(uintptr_t)thread_sleep, (void *)10);

		must_be(error == PETRI_OK);
		thread_sleep(PETRI_US(200));
	}
	return arg;
}

static void *sleep_short(void *arg)
{
	for (;;)
		thread_sleep(PETRI_US(3));
	return arg;
}

static void *sleep_long(void *arg) { return thread_sleep(PETRI_S(1000)) == PETRI_OK ? NULL : arg; }
static void *wait_park(void *arg) { return park(&word, 1, PETRI_FOREVER) == PETRI_OK ? NULL : arg; }
static void *wait_park_until(void *arg) { return park(&word, 1, petri_now() + PETRI_S(1000)) == PETRI_OK ? NULL : arg; }
static void *wait_semaphore(void *arg) { return semaphore_wait(&never) == PETRI_OK ? NULL : arg; }
static void *wait_barrier(void *arg) { return barrier_wait(&barrier) == PETRI_OK ? NULL : arg; }
static void *wait_join(void *arg) { return thread_join(sleeper, NULL) == PETRI_OK ? NULL : arg; }

static void *pass_units(void *arg)
{
	for (;;) {
		ATOMIC_SECTION /* so that no unit is lost with its owner */
			if (semaphore_trywait(&units) == PETRI_OK)
				semaphore_post(&units);
		thread_yield();
	}
	return arg;
}

static void *wait_condition(void *arg)
{
	enum petri_error error = mutex_lock(&condition_mutex);

	while (error == PETRI_OK || error == PETRI_EOWNERDIED)
		error = cond_wait(&condition, &condition_mutex);
	return arg;
}

static void *signal_condition(void *arg)
{
	for (;;) {
		cond_broadcast(&condition);
		thread_sleep(PETRI_US(40));
	}
	return arg;
}

static const thread_entry kinds[] = {
	run_on,     yield_on,       hold_one,        hold_one,          hold_all,        be_atomic,
	be_atomic,  use_heap,       use_heap,        use_private_pages, create_and_join, sleep_short,
	sleep_long, wait_park,      wait_park_until, wait_semaphore,    wait_barrier,    wait_join,
	pass_units, wait_condition, wait_condition,  signal_condition,  be_greedy,
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))
#define VICTIMS (KINDS * EACH)

/* ---- the storm -------------------------------------------------------------------------------------------------------------------- */

static thread_id victims[VICTIMS];
static uint64_t states_hit; /* a bit for each enum thread_state */
static uint32_t kills;
static bool calm;

static thread_id start_victim(unsigned int i)
{
	return start_with("victim", kinds[i % KINDS], (void *)(uintptr_t)(i + kills), 10, PETRI_US(5));
}

static void kill_one(unsigned int i)
{
	thread_id id = victims[i];
	struct thread_info info = {0};
	enum petri_error error;

	if (thread_info(id, &info) == PETRI_OK)
		__atomic_fetch_or(&states_hit, 1ull << info.state, __ATOMIC_RELAXED);
	error = thread_kill(id);
	/* another killer may have been faster, and one that waits for something may have got it */
	must_be(error == PETRI_OK || error == PETRI_ESTALE);
}

static void *killer(void *arg)
{
	uint64_t state = (uintptr_t)arg * 77 + info_now().seed + 1;

	while (!__atomic_load_n(&calm, __ATOMIC_RELAXED)) {
		thread_sleep(PETRI_US(1) + draw(&state) % PETRI_US(400));
		for (uint64_t n = draw(&state) % 4; n > 0; n--)
			kill_one(draw(&state) % VICTIMS);
	}
	return arg;
}

/* Joins the dead and puts new ones in their places. */
static void replace(void)
{
	for (unsigned int i = 0; i < VICTIMS; i++) {
		enum petri_error error = thread_join_until(victims[i], NULL, 1);

		if (error == PETRI_ETIMEDOUT)
			continue;
		must_be(error == PETRI_EKILLED || error == PETRI_OK);
		kills += error == PETRI_EKILLED;
		victims[i] = start_victim(i);
	}
}

static void storm(void)
{
	thread_id killers[KILLERS];

	sleeper = start("sleeper", sleep_long, NULL, 5);
	for (unsigned int i = 0; i < VICTIMS; i++)
		victims[i] = start_victim(i);
	for (uintptr_t i = 0; i < KILLERS; i++)
		killers[i] = start_with("killer", killer, (void *)i, KILLER_PRIORITY, 0);
	while (kills < KILLS) {
		thread_sleep(PETRI_US(100));
		replace();
	}
	__atomic_store_n(&calm, true, __ATOMIC_RELAXED);
	for (uintptr_t i = 0; i < KILLERS; i++)
		join(killers[i]);
	for (unsigned int i = 0; i < VICTIMS; i++) {
		kill_one(i);
		(void)!thread_join(victims[i], NULL);
	}
	thread_kill(sleeper);
	(void)!thread_join(sleeper, NULL);
	thread_sleep(PETRI_US(500)); /* those whom create_and_join has made */
}

/* ---- after it -------------------------------------------------------------------------------------------------------------------- */

/* Those of a user thread are bounded, and a host that takes the machine away for long breaks them. */
static bool sections_hold(void) { return arch_thread_register() & 1 || time_is_exact(); }

static void check_locks(void)
{
	unsigned int had = 0;

	for (unsigned int i = 0; i < MUTEXES; i++)
		had += lock(i) && mutex_unlock(&mutexes[i]) == PETRI_OK && mutex_trylock(&mutexes[i]) == PETRI_OK &&
		       mutex_unlock(&mutexes[i]) == PETRI_OK;
	check(had == MUTEXES, "every mutex can be had (%u of %u)", had, MUTEXES);
	(void)!mutex_lock(&condition_mutex);
	expect(mutex_unlock(&condition_mutex), PETRI_OK);
	check(told > 0, "who took a lock from the dead was told (%lu times; %lu times it was half-way)", told, torn);
	check(atomic.first == atomic.second || !sections_hold(), "an atomic section is done or not done: %lu, %lu", atomic.first,
	      atomic.second);
	check(greedy.first == greedy.second || !sections_hold(), "so a long one: %lu, %lu", greedy.first, greedy.second);
	expect(semaphore_trywait(&units), PETRI_OK);
	expect(semaphore_trywait(&units), PETRI_OK);
	expect(semaphore_trywait(&units), PETRI_EBUSY);
	semaphore_post(&never);
	expect(semaphore_trywait(&never), PETRI_OK);
	check(unpark(&word, UNPARK_ALL) == 0, "nobody waits any more");
}

static void check_heap(void)
{
	static char *blocks[100];
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < 100; i++) {
		blocks[i] = heap_calloc(1, 100 + i * 37);
		wrong += blocks[i] == NULL;
		for (unsigned int b = 0; blocks[i] != NULL && b < 100 + i * 37; b++)
			wrong += blocks[i][b] != 0;
	}
	for (unsigned int i = 0; i < 100; i++)
		heap_free(blocks[i * 37 % 100]);
	check(wrong == 0, "the heap is sound (%u wrong)", wrong);
}

/* The dead are hit now and then; who runs, on several cores only. */
static uint64_t states_to_hit(void)
{
	return 1u << THREAD_READY | 1u << THREAD_BLOCKED | 1u << THREAD_SLEEPING | 1u << THREAD_ZOMBIE |
	       (one_core ? 0 : 1u << THREAD_RUNNING);
}

int main(void)
{
	struct system_info before, after;
	struct heap_stats heap_before, heap_after;

	one_core = info_now().cores == 1;
	thread_set_priority(thread_self(), KILLER_PRIORITY + 2, NULL);
	burn(0);
	storm();
	check(atomic.first > 100 && guarded[0].first > 10, "%lu atomic sections, %lu times the first mutex", atomic.first,
	      guarded[0].first);
	check((states_hit | 1u << THREAD_ZOMBIE) == states_to_hit(), "killed when ready, blocked, asleep: 0x%lx", states_hit);
	before = info_now();
	heap_stats(&heap_before);
	calm = false;
	kills = 0;
	storm();
	after = info_now();
	heap_stats(&heap_after);
	check(bad == 0, "no call gave an answer that must not be (%lu did)", bad);
	check(after.threads_alive == 1 && after.threads_resident <= before.threads_resident + 2,
	      "threads: %u alive, %u in memory after the first storm, %u now", after.threads_alive, before.threads_resident,
	      after.threads_resident);
	/* A table; and who is killed right after the kernel has mapped it more heap takes those 64 KiB along. */
	check(before.memory_free - after.memory_free <= heap_after.from_kernel - heap_before.from_kernel + 4096ul + 2 * 65536ul,
	      "pages: %lu free before, %lu after, %lu bytes are the heap's", before.memory_free / 4096, after.memory_free / 4096,
	      heap_after.from_kernel - heap_before.from_kernel);
	check_locks();
	check_heap();
	return test_end();
}
