/*
 * What the system tells of itself and of its threads: names, states, priorities, stacks, what a thread waits for; counters that
 * grow; a clock that never goes back.
 */
#include <petri/park.h>
#include <petri/string.h>

#include "common/test.h"

static uint64_t word;

static void *wait_here(void *arg)
{
	must(park(&word, 0, PETRI_FOREVER));
	return arg;
}

static void *sleep_here(void *arg)
{
	must(thread_sleep(PETRI_MS(30)));
	return arg;
}

static struct thread_info of(thread_id id)
{
	struct thread_info info;

	memset(&info, 0xee, sizeof(info));
	must(thread_info(id, &info));
	return info;
}

static void check_main(void)
{
	struct thread_info info = of(thread_self());

	check(info.id == thread_self() && info.state == THREAD_RUNNING && info.priority == THREAD_PRIORITY_DEFAULT &&
		      info.stack == THREAD_GUARDED,
	      "main: running, priority %u, guarded stack of %u", info.priority, info.stack_size);
	expect(thread_set_name(thread_self(), "0123456789abcdefghij"), PETRI_OK);
	check(strcmp(of(thread_self()).name, "0123456789abcde") == 0, "names are cut at 15 bytes");
	expect(thread_set_name(thread_self(), ""), PETRI_OK);
	check(strcmp(of(thread_self()).name, "") == 0, "and may be empty");
}

static void check_states(void)
{
	thread_id parked = start_compact("parked", wait_here, NULL, 20), asleep = start("asleep", sleep_here, NULL, 20),
		  ready = start("ready", wait_here, NULL, 3);
	struct thread_info info = of(parked);

	check(strcmp(info.name, "parked") == 0 && info.state == THREAD_BLOCKED && info.waits_for == (uintptr_t)&word &&
		      info.priority == 20 && info.stack == THREAD_COMPACT && info.stack_size >= THREAD_COMPACT_SIZE,
	      "a parked one, on its word, compact stack of %u", info.stack_size);
	check(of(asleep).state == THREAD_SLEEPING && of(asleep).waits_for == 0, "one asleep");
	check(of(ready).state == THREAD_READY && of(ready).waits_for == 0, "one ready");
	check(reaches(asleep, THREAD_ZOMBIE), "one ended and not yet joined");
	check(reaches(ready, THREAD_BLOCKED), "the ready one got its turn");
	unpark(&word, UNPARK_ALL);
	join(parked);
	join(asleep);
	join(ready);
}

static void check_system(void)
{
	struct system_info a = info_now(), b;

	join(start("x", sleep_here, NULL, 20));
	b = info_now();
	note("%s, %u core(s), timer %u Hz, quantum %lu ns, seed %lu, %lu MiB, %lu free, checked %u", a.board, a.cores, a.timer_hz,
	     a.quantum_ns, a.seed, a.memory >> 20, a.memory_free >> 20, a.checked);
	check(a.board[0] && a.board[15] == '\0', "the board has a name: %s", a.board);
	check(a.cores >= 1 && a.cores <= 4, "%u core(s)", a.cores);
	check(a.timer_hz == arch_counter_hz() && a.timer_hz > 1000000, "timer frequency %u", a.timer_hz);
	check(a.memory_free < a.memory && a.memory_free > a.memory / 2, "more than half of the memory is free: %lu of %lu KiB",
	      a.memory_free >> 10, a.memory >> 10);
	check(b.threads_created == a.threads_created + 1 && b.switches > a.switches && b.idle_ns > a.idle_ns, "counters count");
	check(b.threads_alive == 1 && a.threads_alive == 1 && b.threads_resident >= 1, "main is alone");
	check(a.quantum_ns >= 200, "default quantum %lu ns", a.quantum_ns);
}

static void check_clock(void)
{
	petri_time last = petri_now(), now;
	uint64_t back = 0, ticks = arch_counter(), passed;

	for (int i = 0; i < 20000; i++) {
		now = petri_now();
		back += now < last;
		last = now;
	}
	check(back == 0, "the clock never goes back");
	now = petri_now();
	thread_sleep(PETRI_MS(5));
	passed = (arch_counter() - ticks) * 1000 / (arch_counter_hz() / 1000000);
	check(petri_now() - now >= PETRI_MS(5) && petri_now() - now <= passed + 2000, "and counts what the counter counts");
}

int main(void)
{
	stay_on_one_core(); /* for who is ready and does not run */
	check_main();
	check_states();
	check_system();
	check_clock();
	return test_end();
}
