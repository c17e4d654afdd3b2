/*
 * Threads with private heaps that end in every way, at any moment: returning, killed while they allocate, asleep, or in the middle of the
 * call that maps pages, faulting, and refused when memory is short. Afterwards as many pages are free as before; and nobody finds in
 * fresh memory what another left there.
 *
 * test: fault 1 f* x120
 * test: mode both
 * test: quantum 0.7
 * test: seeds 3
 * test: seconds 120
 */
#include <petri/heap.h>
#include <petri/string.h>
#include <petri/syscall.h>

#include "common/test.h"

#define PAGE 4096u
#define SLOT_PAGES (PRIVATE_HEAP_SIZE / PAGE)
#define THREADS 30
#define PATTERN 0x5ec2e75ec2e75ec2ull

static uint64_t seed = 1, stale, odd;

static enum petri_error map_pages(uint64_t bytes, uint64_t **at)
{
	return (enum petri_error)arch_syscall(SYS_heap_private, bytes, (uintptr_t)at, 0, 0);
}

/* Counts what is not zero in fresh pages, and fills them for who comes next. */
static void look_and_fill(uint64_t *at, uint64_t pages)
{
	for (uint64_t i = 0; i < pages * PAGE / 8; i += 1 + i % 5) {
		stale += at[i] != 0;
		at[i] = PATTERN;
	}
}

/* ---- what they do ------------------------------------------------------------------------------------------------------------ */

static void *map_and_fill(void *arg)
{
	uint64_t *at = NULL, pages = 1 + (uintptr_t)arg % 40;

	if (map_pages(pages * PAGE, &at) != PETRI_OK || (uintptr_t)at % PRIVATE_HEAP_SIZE != 0)
		odd++;
	else
		look_and_fill(at, pages);
	return NULL;
}

static void *fill_and_fault(void *arg)
{
	map_and_fill(arg);
	*(volatile uint64_t *)(PRIVATE_HEAPS + (thread_self() & 0xffffff) * PRIVATE_HEAP_SIZE + 511 * PAGE) = 1;
	return arg;
}

static void *fill_and_sleep(void *arg)
{
	map_and_fill(arg);
	thread_sleep_until(PETRI_FOREVER);
	return arg;
}

/* Uses the library for ever: killed at any point of it. */
static void *churn(void *arg)
{
	uint64_t state = (uintptr_t)arg + 1;
	void *blocks[8] = {NULL};

	for (;;) {
		unsigned int i = draw(&state) % 8;

		if (draw(&state) % 3 == 0) {
			private_free(blocks[i]);
			blocks[i] = NULL;
		} else {
			blocks[i] = private_realloc(blocks[i], draw(&state) % 30000);
		}
	}
	return NULL;
}

/* Maps for ever, little and much. */
static void *map_on(void *arg)
{
	uint64_t state = (uintptr_t)arg + 1, *at;

	while (map_pages((1 + draw(&state) % 100) * PAGE, &at) == PETRI_OK)
		;
	thread_sleep_until(PETRI_FOREVER);
	return NULL;
}

/* ---- storms ------------------------------------------------------------------------------------------------------------------ */

static void start_all(thread_id *ids, thread_entry entry, const char *name)
{
	for (int i = 0; i < THREADS; i++)
		ids[i] = i % 2 ? start_compact(name, entry, (void *)(draw(&seed) % 1000), 10)
			       : start(name, entry, (void *)(draw(&seed) % 1000), 10);
}

static void join_all(const thread_id *ids, enum petri_error how)
{
	for (int i = 0; i < THREADS; i++)
		odd += thread_join(ids[i], NULL) != how;
}

/* In any order, at any moment. */
static void kill_all(thread_id *ids)
{
	for (int n = THREADS; n > 0; n--) {
		int i = (int)(draw(&seed) % (unsigned int)n);
		thread_id victim = ids[i];

		thread_sleep(draw(&seed) % 40000);
		odd += thread_kill(victim) != PETRI_OK;
		odd += thread_join(victim, NULL) != PETRI_EKILLED;
		ids[i] = ids[n - 1];
	}
}

static void storm(void)
{
	thread_id ids[THREADS];

	start_all(ids, map_and_fill, "returns");
	join_all(ids, PETRI_OK);
	start_all(ids, fill_and_fault, "faults");
	join_all(ids, PETRI_EFAULTED);
	start_all(ids, fill_and_sleep, "sleeps");
	kill_all(ids);
	start_all(ids, churn, "churns");
	kill_all(ids);
	start_all(ids, map_on, "maps");
	kill_all(ids);
}

/* ---- no memory left ------------------------------------------------------------------------------------------------------------ */

#define TAKERS_MAX 600

static uint64_t taken[TAKERS_MAX];
static unsigned int finished;

/* Takes all it can have. The others take, too: memory that was there when a call began is gone half-way, and its pages are given back. */
static void *take_all(void *arg)
{
	uint64_t *at = NULL, had = 0;

	for (uint64_t pages = SLOT_PAGES; pages > 0; pages /= 2)
		while (map_pages(pages * PAGE, &at) == PETRI_OK) {
			odd += (uintptr_t)at % PRIVATE_HEAP_SIZE != had * PAGE;
			had += pages;
			at[0] = at[pages * PAGE / 8 - 1] = PATTERN;
		}
	*(uint64_t *)arg = had;
	__atomic_fetch_add(&finished, 1, __ATOMIC_RELAXED);
	thread_sleep_until(PETRI_FOREVER);
	return NULL;
}

/* All at once, less urgent than main: their stacks are made before they begin. Returns how many pages they got. */
static uint64_t use_up(uint64_t *left)
{
	static thread_id ids[TAKERS_MAX];
	unsigned int n = (unsigned int)(info_now().memory_free / PRIVATE_HEAP_SIZE) + 4;
	uint64_t sum = 0;

	finished = 0;
	for (unsigned int i = 0; i < n && i < TAKERS_MAX; i++)
		ids[i] = start_compact("takes", take_all, &taken[i], 10);
	while (__atomic_load_n(&finished, __ATOMIC_RELAXED) < n)
		thread_sleep(PETRI_MS(1));
	*left = info_now().memory_free;
	for (unsigned int i = 0; i < n; i++) {
		sum += taken[i];
		odd += thread_kill(ids[i]) != PETRI_OK || thread_join(ids[i], NULL) != PETRI_EKILLED;
	}
	return sum;
}

/* ---- the call ------------------------------------------------------------------------------------------------------------------ */

static enum petri_error raw(uint64_t bytes, uint64_t at, uint64_t done)
{
	return (enum petri_error)arch_syscall(SYS_heap_private, bytes, at, done, 0);
}

static void *ask_wrongly(void *arg)
{
	uint64_t *at = NULL, place = (uintptr_t)&at, free = info_now().memory_free;
	uint64_t wrong = 0;

	wrong += raw(0, place, 0) != PETRI_EINVAL;
	wrong += raw(PAGE + 8, place, 0) != PETRI_EINVAL;
	wrong += raw(PAGE, place, PAGE) != PETRI_EINVAL;
	wrong += raw(2 * PAGE, place, PAGE) != PETRI_EINVAL;
	wrong += raw(2 * PAGE, place, 8) != PETRI_EINVAL;
	wrong += raw(0 - (uint64_t)PAGE, place, 0) != PETRI_ENOMEM;
	wrong += raw(PRIVATE_HEAP_SIZE + PAGE, place, 0) != PETRI_ENOMEM;
	wrong += raw(PAGE, 0, 0) != PETRI_EADDRESS;
	wrong += raw(PAGE, PRIVATE_HEAPS - PAGE, 0) != PETRI_EADDRESS;
	wrong += raw(PAGE, (uintptr_t)arg, 0) != PETRI_EADDRESS;
	wrong += info_now().memory_free != free;
	wrong += raw(PRIVATE_HEAP_SIZE, place, 0) != PETRI_OK;
	wrong += raw(PAGE, place, 0) != PETRI_ENOMEM;
	look_and_fill(at, SLOT_PAGES);
	return (void *)(uintptr_t)wrong;
}

int main(void)
{
	uint64_t free, left, got;

	storm(); /* makes control blocks and stacks, which stay */
	free = info_now().memory_free;
	for (int i = 0; i < 2; i++)
		storm();
	check(info_now().memory_free == free, "after the storms as much is free as before: %lu, and %lu",
	      info_now().memory_free / PAGE, free / PAGE);
	check(join(start("wrong", ask_wrongly, (void *)main, 20)) == NULL, "wrong arguments are told, and take nothing");
	use_up(&left);
	free = info_now().memory_free;
	got = use_up(&left);
	note("%lu of %lu free pages went into private heaps, %lu were left", got, free / PAGE, left / PAGE);
	/* Each has a table of pages besides, and a share of a few others for its control block and stack. */
	check(left < 8 * PAGE && got + got / SLOT_PAGES * 3 / 2 + 30 > free / PAGE, "the last pages are used");
	check(info_now().memory_free == free, "and all come back: %lu, and %lu", info_now().memory_free / PAGE, free / PAGE);
	storm();
	check(info_now().memory_free == free, "and again: %lu, and %lu", info_now().memory_free / PAGE, free / PAGE);
	check(stale == 0, "no word of another's old heap: %lu", stale);
	check(odd == 0, "everybody ends as expected: %lu do not", odd);
	return test_end();
}
