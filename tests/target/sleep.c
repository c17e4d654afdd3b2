/*
 * Sleep: 200 threads with shuffled deadlines wake in the order of these, never early and soon after; a sleeper uses no CPU time;
 * and an idle machine wakes at the right moment.
 */
#include "common/test.h"

#define SLEEPERS 200
#define STEP_US 40
/* How late is fine: the time of some switches under icount; free-running QEMU depends on its host. */
#define LATE_US_ICOUNT 30
#define LATE_US_FREE 200000

static petri_time base;
static int order[SLEEPERS], ordered, early;
static uint64_t latest;

static void *sleep_to(void *arg)
{
	int i = (int)(intptr_t)arg;
	petri_time deadline = base + PETRI_US(STEP_US) * (uint64_t)i, now;

	must(thread_sleep_until(deadline));
	now = petri_now();
	early += now < deadline;
	latest = now - deadline > latest ? now - deadline : latest;
	order[ordered++] = i;
	return NULL;
}

static void shuffle(int *a, int n)
{
	uint64_t state = 9;

	for (int i = 0; i < n; i++)
		a[i] = i;
	for (int i = n - 1; i > 0; i--) {
		int j = (int)(draw(&state) % (uint64_t)(i + 1)), t = a[i];

		a[i] = a[j];
		a[j] = t;
	}
}

static void check_order(void)
{
	thread_id ids[SLEEPERS];
	int wish[SLEEPERS], wrong = 0;
	uint64_t allowed = time_is_exact() ? PETRI_US(LATE_US_ICOUNT) : PETRI_US(LATE_US_FREE);

	shuffle(wish, SLEEPERS);
	base = in_us(100000);
	for (int i = 0; i < SLEEPERS; i++)
		ids[i] = start_steady("sleeper", sleep_to, (void *)(intptr_t)wish[i], 20);
	check(ordered == 0 && petri_now() < base, "all %d sleep before the first deadline", SLEEPERS);
	for (int i = 0; i < SLEEPERS; i++)
		join(ids[i]);
	for (int i = 0; i < SLEEPERS; i++)
		wrong += order[i] != i;
	check(wrong == 0, "they wake in the order of their deadlines (%d wrong)", wrong);
	check(early == 0, "none wakes early (%d did)", early);
	check(latest <= allowed, "none is later than %lu us: %lu ns", allowed / 1000, latest);
}

static void *sleep_equal(void *arg)
{
	must(thread_sleep_until(base));
	order[ordered++] = (int)(intptr_t)arg;
	return NULL;
}

/* One deadline for all: the most urgent runs first. */
static void check_same_deadline(void)
{
	thread_id ids[8];
	int wrong = 0;

	base = in_us(20000);
	ordered = 0;
	for (int i = 0; i < 8; i++)
		ids[i] = start_steady("equal", sleep_equal, (void *)(intptr_t)i, 17 + (unsigned int)i);
	thread_set_priority(thread_self(), 31, NULL);
	while (petri_now() < base + PETRI_US(200))
		; /* all of them fall due while main is more urgent */
	thread_set_priority(thread_self(), THREAD_PRIORITY_DEFAULT, NULL);
	for (int i = 0; i < 8; i++)
		join(ids[i]);
	for (int i = 0; i < 8; i++)
		wrong += order[i] != 7 - i;
	check(wrong == 0, "of those that fall due together the most urgent runs first (%d wrong)", wrong);
}

static void check_alone(void)
{
	struct system_info before, after;
	petri_time began = petri_now(), ended;

	expect(thread_sleep_until(0), PETRI_OK); /* past: back at once */
	expect(thread_sleep(0), PETRI_OK);
	before = info_now();
	began = petri_now();
	expect(thread_sleep(PETRI_MS(20)), PETRI_OK);
	ended = petri_now();
	after = info_now();
	check(ended - began >= PETRI_MS(20), "asleep for 20 ms: %lu us", (ended - began) / 1000);
	check(after.idle_ns - before.idle_ns >= (time_is_exact() ? PETRI_MS(19) : PETRI_MS(1)),
	      "and the core was idle meanwhile: %lu us", (after.idle_ns - before.idle_ns) / 1000);
	for (int i = 0; i < 300; i++) {
		petri_time deadline = petri_now() + PETRI_US(3) * (uint64_t)(i % 7);

		must(thread_sleep_until(deadline));
		early += petri_now() < deadline;
	}
	check(early == 0, "300 short sleeps: none early");
}

static petri_time woken;

static void *note_when(void *arg)
{
	must(thread_sleep((uint64_t)(uintptr_t)arg));
	woken = petri_now();
	return NULL;
}

/* The alarm is set for somebody's distant deadline; one that is nearer comes in between, while the core is busy. */
static void check_nearer_alarm(void)
{
	thread_id late = start_steady("late", note_when, (void *)PETRI_MS(60), 20), soon;
	petri_time began;

	burn(PETRI_US(500));
	began = petri_now();
	soon = start_steady("soon", note_when, (void *)PETRI_MS(2), 20);
	while (woken == 0 && petri_now() < began + PETRI_MS(50))
		;
	check(woken != 0 && (!time_is_exact() || woken < began + PETRI_MS(2) + PETRI_US(LATE_US_ICOUNT)),
	      "a nearer deadline moves the alarm: woken after %lu us", woken ? (woken - began) / 1000 : 0);
	join(soon);
	join(late);
}

int main(void)
{
	stay_on_one_core();
	check_order();
	check_nearer_alarm();
	check_same_deadline();
	check_alone();
	return test_end();
}
