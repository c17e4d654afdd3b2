/*
 * What a private heap costs at its thread's end: the same for one page as for five hundred, in instructions. And while a large one is
 * mapped, somebody more urgent waits no longer than for one piece of it.
 *
 * On one core: under icount the cores share one clock, so what one of them uses is not to be told apart from what the others do.
 *
 * test: cores 1
 * test: exact
 * test: mode both
 * test: quantum 1000
 */
#include <petri/heap.h>
#include <petri/semaphore.h>
#include <petri/syscall.h>

#include "common/test.h"

#define PAGE 4096u
#define ROUNDS 30
#define LITTLE 32 /* instructions: two ticks of the clock */

static struct semaphore is_set_up = SEMAPHORE_INIT(0);
static petri_time left_at;

static void take_pages(uint64_t pages)
{
	void *at;

	if (pages)
		must((enum petri_error)arch_syscall(SYS_heap_private, pages * PAGE, (uintptr_t)&at, 0, 0));
}

static void *exits(void *arg)
{
	take_pages((uintptr_t)arg);
	left_at = petri_now();
	return NULL;
}

static void *waits(void *arg)
{
	take_pages((uintptr_t)arg);
	semaphore_post(&is_set_up);
	thread_sleep_until(PETRI_FOREVER);
	return arg;
}

/* From the last thing it does to the joiner running. */
static uint64_t exit_of(uint64_t pages)
{
	uint64_t sum = 0;

	for (int i = 0; i < ROUNDS; i++) {
		join(start_steady("exits", exits, (void *)(uintptr_t)pages, 20));
		sum += petri_now() - left_at;
	}
	return sum / ROUNDS;
}

/* From the call to its return: the victim sleeps. */
static uint64_t kill_of(uint64_t pages)
{
	uint64_t sum = 0;

	for (int i = 0; i < ROUNDS; i++) {
		thread_id id = start_steady("waits", waits, (void *)(uintptr_t)pages, 20);
		petri_time began;

		must(semaphore_wait(&is_set_up));
		began = petri_now();
		must(thread_kill(id));
		sum += petri_now() - began;
		(void)!thread_join(id, NULL);
	}
	return sum / ROUNDS;
}

static void check_same(const char *what, uint64_t none, uint64_t one, uint64_t many)
{
	check(one - none < 400, "%s: a heap of 1 page costs %lu instructions more than none (%lu)", what, one - none, none);
	check(many <= one + LITTLE && one <= many + LITTLE, "%s: 1 page %lu instructions, 500 pages %lu", what, one, many);
}

/* ---- while it grows ------------------------------------------------------------------------------------------------------------ */

static uint64_t latest;
static bool growing;

static void *urgent(void *arg)
{
	uint64_t state = 7;

	while (__atomic_load_n(&growing, __ATOMIC_RELAXED)) {
		petri_time at = petri_now() + 800 + draw(&state) % 5000;
		uint64_t late;

		thread_sleep_until(at);
		late = petri_now() - at;
		latest = late > latest ? late : latest;
	}
	return arg;
}

static void *grow(void *arg)
{
	take_pages((uintptr_t)arg);
	return arg;
}

static uint64_t latency(uint64_t pages)
{
	latest = 0;
	for (int i = 0; i < ROUNDS; i++) {
		thread_id id;

		growing = true;
		id = start("urgent", urgent, NULL, 25);
		join(start("grow", grow, (void *)(uintptr_t)pages, 20));
		growing = false;
		join(id);
	}
	return latest;
}

int main(void)
{
	uint64_t one, many;

	exit_of(512); /* whatever is made once is made */
	check_same("exit", exit_of(0), exit_of(1), exit_of(500));
	check_same("kill", kill_of(0), kill_of(1), kill_of(500));
	one = latency(16);
	many = latency(512);
	note("somebody more urgent is late by at most %lu ns while 16 pages are mapped, %lu while 512 are", one, many);
	check(many < 2 * one, "one piece at a time: the longest wait does not grow with the heap");
	return test_end();
}
