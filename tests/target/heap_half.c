/*
 * heap_grow works piece by piece, and may stop half-way: because memory runs out meanwhile, or because its caller is killed. Either way no page is lost:
 * what was mapped goes back, or serves whoever grows the heap next. More than there is is refused at once.
 *
 * test: mode both
 */
#include <petri/syscall.h>

#include "common/test.h"

#define PAGE 4096ull
#define GROWTH 8192u /* pages: many of the kernel's pieces */
#define KILLS 4
#define HOARDERS 8
#define ROUNDS 8
#define TABLES 8u /* pages of tables, which stay */

static enum petri_error grow(uint64_t bytes)
{
	uint64_t address = 0;

	return (enum petri_error)arch_syscall(SYS_heap_grow, bytes, (uintptr_t)&address, 0, 0);
}

static uint64_t free_pages(void) { return info_now().memory_free / PAGE; }

static void *grow_by(void *bytes) { return (void *)(uintptr_t)grow((uintptr_t)bytes); }

static thread_id start_grower(uint64_t bytes) { return start("grower", grow_by, (void *)(uintptr_t)bytes, 10); }

/* Until somebody has taken so many pages more. */
static bool taken(uint64_t before, uint64_t pages)
{
	for (int i = 0; i < 10000 && free_pages() + pages > before; i++)
		thread_sleep(PETRI_US(10));
	return free_pages() + pages <= before;
}

static void *give_back(void *arg) { return arg; }

/* Each has a stack of a mebibyte, from before it runs until it is joined. */
static void hoard(thread_id ids[HOARDERS])
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;

	attr.stack_size = THREAD_GUARDED_MAX;
	attr.priority = 5;
	for (int i = 0; i < HOARDERS; i++)
		must(thread_create(&ids[i], &attr, give_back, NULL));
}

static void release(const thread_id ids[HOARDERS])
{
	for (int i = 0; i < HOARDERS; i++)
		join(ids[i]);
}

static void check_too_much(void)
{
	uint64_t before = free_pages();

	for (uint64_t less = 0; less < 3; less++)
		expect(grow((before - less * 50) * PAGE), PETRI_ENOMEM);
	check(free_pages() == before, "as much as there is, for which tables are wanting: nothing is lost (%lu, %lu)", before,
	      free_pages());
}

static void run_out(void)
{
	thread_id ids[HOARDERS], grower;
	uint64_t before = free_pages();
	bool begun;

	grower = start_grower((before - before / 256 - 512) * PAGE); /* it fits, with its tables, but not beside them */
	begun = taken(before, 100);
	hoard(ids);
	check(begun && (uintptr_t)join(grower) == PETRI_ENOMEM, "memory runs out half-way");
	release(ids);
}

static void check_runs_out(void)
{
	uint64_t before = free_pages(), after;

	for (int i = 0; i < ROUNDS; i++)
		run_out();
	after = free_pages();
	/* On another core the grower goes on while the stacks are taken: then there are tables for what it maps meanwhile. They are there once. */
	check(after + TABLES + (time_is_exact() && info_now().cores == 1 ? 0 : before / 512) >= before,
	      "and what was mapped goes back, each time (%lu pages free, then %lu)", before, after);
}

/* Kills a thread that grows the heap by so many pages, half-way. False: it was through by then. */
static bool kill_grower(uint64_t pages)
{
	uint64_t before = free_pages();
	thread_id grower = start_grower(pages * PAGE);

	taken(before, 100);
	(void)!thread_kill(grower);
	return thread_join(grower, NULL) == PETRI_EKILLED;
}

static void check_killed(void)
{
	uint64_t before = free_pages(), given = 0, pages, taken_pages;
	int half_way = 0;

	for (int i = 0; i < KILLS; i++) {
		pages = GROWTH + (uint64_t)i * 256; /* each begins with what the one before had */
		if (kill_grower(pages))
			half_way++;
		else
			given += pages;
	}
	check(half_way == KILLS || (half_way > 0 && !time_is_exact()), "%d are killed between two pieces", half_way);
	check(free_pages() < before - given, "what they had taken is still there (%lu pages)", before - given - free_pages());
	expect(grow((GROWTH + KILLS * 256) * PAGE), PETRI_OK);
	given += GROWTH + KILLS * 256;
	taken_pages = before - free_pages();
	check(taken_pages >= given && taken_pages <= given + TABLES + given / 512,
	      "and is given to the next: %lu pages taken for %lu", taken_pages, given);
}

int main(void)
{
	thread_id ids[HOARDERS];

	hoard(ids); /* what stays of such threads is there from now on */
	release(ids);
	must(grow(PAGE));
	join(start_grower(PAGE));
	check_too_much();
	check_runs_out();
	check_killed();
	return test_end();
}
