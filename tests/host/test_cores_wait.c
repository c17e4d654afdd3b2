/*
 * Waiting on several cores: first come, first served across them; waking all goes group by group to where each ran; deadlines are those of
 * the core on which the wait began, whoever ends it.
 */
#include "machine/machine.h"

#include "kernel/syscalls.h"
#include "kernel/timeout.h"
#include "kernel/waitq.h"

#include "tap.h"

#define KEY 0x40000010
#define FOREVER UINT64_MAX
#define US 1000ull

/* Each core runs a thread of its own (core n: number n + 1) of this priority. */
static void begin(unsigned int priority)
{
	machine_begin_cores(4);
	for (uint32_t n = 0; n < 4; n++)
		machine_thread_on(n, priority);
	machine_tells = 0;
}

/* A new thread of this core waits on KEY from now on; what ran there goes on. */
static struct thread *waiter(uint32_t core, unsigned int priority, uint64_t deadline)
{
	struct thread *before = cores[core].current;
	struct thread *t;

	machine_turn(core);
	t = machine_thread(priority, 0);
	machine_run(t);
	machine_block(KEY, deadline);
	EXPECT(machine_current() == before);
	machine_forget_tells(); /* it had been offered to who is idle */
	return t;
}

static bool waits(const struct thread *t) { return t->state == THREAD_BLOCKED && wait_is_live(t); }

/* ---- one by one ------------------------------------------------------------------------------------------------------------------ */

/* Number of the thread that this wakes. */
static unsigned int wake_one(uint32_t core)
{
	struct wait_bucket *b = wait_lock(KEY);
	struct thread *t = wait_pop(b, KEY);

	wait_unlock(b);
	if (t == NULL)
		return 0;
	EXPECT_EQ(t->state, THREAD_WAKING);
	wait_wake(&cores[core], t, PETRI_OK);
	EXPECT_EQ(t->frame.result, PETRI_OK);
	return machine_number(t);
}

static void first_come(void)
{
	static const uint32_t places[] = {0, 3, 1, 1, 2, 0, 3, 3, 0, 2};

	begin(20);
	for (unsigned int i = 0; i < 10; i++)
		waiter(places[i], 10, FOREVER);
	EXPECT_EQ(wait_length(KEY), 10);
	for (unsigned int i = 0; i < 10; i++)
		EXPECT_EQ(wake_one(i % 4), 5 + i);
	EXPECT_EQ(wake_one(0), 0);
}

static void priority_first(void)
{
	static const unsigned int priorities[] = {5, 9, 5, 12, 9, 12, 5, 12};
	static const unsigned int order[] = {4, 6, 8, 2, 5, 1, 3, 7};

	begin(20);
	for (unsigned int i = 0; i < 8; i++)
		waiter((i + i / 4) % 4, priorities[i], FOREVER);
	for (unsigned int i = 0; i < 8; i++)
		EXPECT_EQ(wake_one(i % 4), 4 + order[i]);
}

/* From within the groups of several cores, some are taken out. */
static void taken_out(void)
{
	struct thread *t[12];

	for (unsigned int gone = 0; gone < 12; gone++) {
		begin(20);
		for (unsigned int i = 0; i < 12; i++)
			t[i] = waiter(i % 3, 10, FOREVER);
		wait_cancel(&cores[3], t[gone], PETRI_ETIMEDOUT);
		wait_cancel(&cores[3], t[(gone + 3) % 12], PETRI_EKILLED);
		EXPECT_EQ(t[gone]->frame.result, PETRI_ETIMEDOUT);
		EXPECT_EQ(wait_length(KEY), 10);
		for (unsigned int i = 0; i < 12; i++)
			if (i != gone && i != (gone + 3) % 12)
				EXPECT_EQ(wake_one(0), machine_number(t[i]));
		EXPECT_EQ(wake_one(0), 0);
	}
}

/* ---- all ----------------------------------------------------------------------------------------------------------------------------- */

/* Numbers of those ready on this core, in the order in which they will run. */
static unsigned int ready_on(uint32_t core, unsigned int *numbers)
{
	unsigned int n = 0;

	for (unsigned int p = THREAD_PRIORITIES; p-- > 0;) {
		struct list *queue = &cores[core].runq.queues[p];

		EXPECT_EQ(runq_ready_bits(&cores[core]) >> p & 1, !list_alone(queue));
		for (struct list *l = queue->next; l != queue; l = l->next)
			numbers[n++] = machine_number(list_entry(l, struct thread, link));
	}
	return n;
}

static void all_go_home(void)
{
	unsigned int numbers[64];

	begin(20);
	for (unsigned int i = 0; i < 40; i++)
		waiter(i % 4, 10 + i % 2 * 2, FOREVER); /* cores 0 and 2: 10, cores 1 and 3: 12 */
	machine_turn(0);
	machine_tells = 0;
	EXPECT_EQ(machine_wake_all(KEY), 40);
	EXPECT_EQ(machine_tells, 0); /* all run something more urgent */
	EXPECT_EQ(wait_length(KEY), 0);
	for (uint32_t core = 0; core < 4; core++) {
		EXPECT_EQ(ready_on(core, numbers), 10);
		for (unsigned int i = 0; i < 10; i++) {
			EXPECT_EQ(numbers[i], 5 + core + 4 * i);
			EXPECT_EQ(threads[numbers[i]].state, THREAD_BLOCKED); /* until it runs */
			EXPECT(!waits(&threads[numbers[i]]));
			EXPECT_EQ(threads[numbers[i]].frame.result, 77);
		}
	}
	machine_turn(2);
	machine_block(KEY, FOREVER); /* two cores have more urgent ones */
	EXPECT_EQ(machine_number(machine_current()), 6);
	EXPECT_EQ(machine_current()->frame.result, PETRI_OK);
	EXPECT(waits(&threads[3]));
}

/* No core is told more often than there are groups, nor one that has no reason; and then all run the most urgent. */
static void all_are_told(void)
{
	begin(11);
	for (unsigned int i = 0; i < 24; i++)
		waiter(i % 3, i < 12 ? 10 : 12, FOREVER);
	machine_turn(3);
	machine_tells = 0;
	EXPECT_EQ(machine_wake_all(KEY), 24);
	EXPECT_EQ(machine_told, 7);
	EXPECT(machine_tells <= 3 * 4);
	machine_settle();
	for (uint32_t core = 0; core < 4; core++) {
		EXPECT_EQ(cores[core].current->priority, 12);
		EXPECT_EQ(cores[core].preemptions, 1);
	}
}

/* Nobody has a reason, for all run something as urgent. */
static void nobody_is_told(void)
{
	begin(11);
	for (unsigned int i = 0; i < 12; i++)
		waiter(3, 10, FOREVER);
	machine_turn(3);
	machine_tells = 0;
	EXPECT_EQ(machine_wake_all(KEY), 12);
	EXPECT_EQ(machine_tells, 0);
}

/* Idle cores come and take from a group that is too large for its own: the first half of it, and the others from him. */
static void the_idle_help(void)
{
	unsigned int numbers[64];

	machine_begin_cores(4);
	machine_thread_on(1, 20);
	for (unsigned int i = 0; i < 8; i++)
		waiter(1, 10, FOREVER);
	EXPECT(machine_asleep(0) && machine_asleep(2) && machine_asleep(3));
	EXPECT_EQ(machine_wake_all(KEY), 8);
	EXPECT_EQ(machine_told, 1u << 0 | 1u << 2 | 1u << 3);
	machine_settle();
	EXPECT_EQ(ready_on(1, numbers), 4);
	EXPECT_EQ(ready_on(0, numbers), 1);
	EXPECT(threads[5].state == THREAD_BLOCKED && threads[5].core == 0); /* as it was when it was woken */
	EXPECT_EQ(machine_runs(0) + machine_runs(2) + machine_runs(3), 2 + 3 + 4);
	for (uint32_t core = 0; core < 4; core++) {
		EXPECT_EQ(cores[core].steals, core == 0 ? 4 : core != 1);
		EXPECT(core == 1 || (cores[core].current->state == THREAD_RUNNING &&
				     cores[core].current->frame.result == PETRI_OK && cores[core].current->core == core));
	}
}

/* Between the two queues the loot stands nowhere. Who looked then, and found nothing, is told when it is at home, though the thief turns to nothing more
 * urgent than it ran before. */
static void the_loot_is_offered(void)
{
	machine_begin_cores(4);
	machine_thread_on(1, 20);
	machine_thread_on(0, 10);
	for (unsigned int i = 0; i < 8; i++)
		waiter(1, 10, FOREVER);
	EXPECT_EQ(machine_wake_all(KEY), 8);
	machine_forget_tells(); /* they have looked */
	machine_turn(0);
	machine_block(KEY + 8, FOREVER);
	EXPECT_EQ(cores[0].steals, 4);
	EXPECT_EQ(machine_told, 1u << 2 | 1u << 3);
	machine_settle();
	EXPECT(!machine_asleep(2) && !machine_asleep(3));
}

/* Who takes several leaves those behind that may not come. */
static void the_pinned_stay(void)
{
	unsigned int numbers[64];

	machine_begin_cores(2);
	machine_thread_on(1, 20);
	for (unsigned int i = 0; i < 8; i++)
		waiter(1, 10, FOREVER)->affinity = i % 2 == 0 ? 3 : 2;
	EXPECT_EQ(machine_wake_all(KEY), 8);
	machine_settle();
	EXPECT_EQ(cores[0].steals, 2); /* of the first half */
	EXPECT_EQ(ready_on(0, numbers), 1);
	EXPECT_EQ(numbers[0], 4);
	EXPECT_EQ(ready_on(1, numbers), 6);
}

static void the_idle_stay_away(void)
{
	machine_begin_cores(4);
	machine_thread_on(1, 20);
	for (unsigned int i = 0; i < 8; i++)
		waiter(1, 10, FOREVER);
	machine_no_stealing();
	EXPECT_EQ(machine_wake_all(KEY), 8);
	EXPECT_EQ(machine_told, 0);
	machine_settle();
	EXPECT(machine_asleep(0) && machine_asleep(2) && machine_asleep(3));
}

/* Who waits again, on another core, is not of those that were woken. */
static void waiting_again(void)
{
	begin(20);
	for (unsigned int i = 0; i < 12; i++)
		waiter(i % 4, 10, FOREVER);
	machine_turn(0);
	EXPECT_EQ(machine_wake_all(KEY), 12);
	machine_block(KEY + 8, FOREVER); /* 1 makes room for 5 */
	EXPECT_EQ(machine_runs(0), 5);
	machine_block(KEY, FOREVER);
	for (unsigned int i = 5; i < 17; i++)
		EXPECT_EQ(waits(&threads[i]), i == 5);
	machine_turn(3);
	machine_block(KEY, FOREVER); /* 4, the first there */
	EXPECT_EQ(wait_length(KEY), 2);
	EXPECT_EQ(wake_one(1), 4);
	EXPECT_EQ(wake_one(1), 5);
	EXPECT_EQ(wake_one(1), 0);
}

/* ---- deadlines -------------------------------------------------------------------------------------------------------------------- */

static uint64_t alarm_of(uint32_t core)
{
	machine_turn(core);
	return machine_alarm();
}

static void on_its_core(void)
{
	uint64_t start;
	struct thread *t;

	machine_begin_cores(4);
	t = machine_thread_on(2, 10);
	start = machine_now;
	machine_sleep(start + 50 * US);
	EXPECT(machine_asleep(2));
	EXPECT_EQ(alarm_of(2), start + 50 * US);
	for (uint32_t core = 0; core < 4; core++) {
		EXPECT_EQ(machine_deadlines(core), core == 2);
		EXPECT(core == 2 || alarm_of(core) == UINT64_MAX);
	}
	machine_pass(50 * US - 1);
	EXPECT_EQ(t->state, THREAD_SLEEPING);
	machine_pass(1);
	EXPECT(cores[2].current == t);
	EXPECT_EQ(machine_deadlines(2), 0);
	EXPECT_EQ(t->frame.result, PETRI_OK);
}

/* It wakes on a core that is busy with something as urgent, and finds another. */
static void wakes_elsewhere(void)
{
	struct thread *t;

	machine_begin_cores(4);
	t = machine_thread_on(2, 10);
	machine_sleep(machine_now + 50 * US);
	machine_thread_on(2, 10);
	machine_pass(50 * US);
	EXPECT(t->core != 2 && cores[t->core].current == t);
	machine_turn(t->core);
	machine_sleep(machine_now + 20 * US); /* that is of the new core now */
	EXPECT_EQ(machine_deadlines(t->core), 1);
	EXPECT_EQ(machine_deadlines(2), 0);
	EXPECT_EQ(t->timeout_core, t->core);
	machine_pass(20 * US);
	EXPECT_EQ(t->state, THREAD_RUNNING);
}

static void gives_up(void)
{
	struct thread *t, *u;

	begin(20);
	t = waiter(1, 10, machine_now + 30 * US);
	u = waiter(3, 10, machine_now + 40 * US);
	EXPECT_EQ(alarm_of(1), machine_now + 30 * US);
	EXPECT_EQ(alarm_of(3), machine_now + 40 * US);
	machine_pass(30 * US);
	EXPECT_EQ(t->frame.result, PETRI_ETIMEDOUT);
	EXPECT(t->state == THREAD_READY && t->core == 1);
	EXPECT(waits(u));
	EXPECT_EQ(wait_length(KEY), 1);
	machine_pass(10 * US);
	EXPECT_EQ(u->frame.result, PETRI_ETIMEDOUT);
	EXPECT_EQ(wake_one(0), 0);
	EXPECT_EQ(wait_length(KEY), 0);
}

/* Woken by another core in time: the deadline is gone, and the alarm of that core finds nothing. */
/* Who has become more urgent since, waiting or asleep, wakes before those who are due sooner. */
static void more_urgent_since(void)
{
	struct thread *late[2], *soon[3];
	uint64_t start;

	begin(20);
	start = machine_now;
	for (unsigned int i = 0; i < 3; i++)
		soon[i] = waiter(1, 10, start + (30 + i) * US);
	late[0] = waiter(1, 10, start + 40 * US);
	machine_turn(1);
	late[1] = machine_thread(10, 0);
	machine_run(late[1]);
	machine_sleep(start + 41 * US);
	machine_turn(0);
	for (unsigned int i = 0; i < 2; i++)
		EXPECT_EQ(machine_call(sys_thread_priority, late[i]->id, 15, 0), 10);
	EXPECT_EQ(machine_deadlines(1), 5);
	EXPECT_EQ(timeout_next(&cores[1]), start + 30 * US);
	machine_now = start + 50 * US;
	machine_turn(1);
	timeout_expire(&cores[1], machine_now);
	EXPECT(late[0]->state == THREAD_READY && late[1]->state == THREAD_READY && waits(soon[0]));
	machine_pass(50 * US);
	EXPECT(soon[0]->state == THREAD_READY && soon[2]->state == THREAD_READY);
	EXPECT_EQ(machine_deadlines(1), 0);
}

static void woken_in_time(void)
{
	for (unsigned int all = 0; all < 2; all++) {
		struct thread *t;

		begin(20);
		t = waiter(1, 10, machine_now + 30 * US);
		machine_turn(0);
		EXPECT_EQ(all ? machine_wake_all(KEY) : machine_wake_one(KEY), 1);
		EXPECT_EQ(machine_deadlines(1), all); /* one of many keeps it until it runs */
		EXPECT_EQ(t->state, all ? THREAD_BLOCKED : THREAD_READY);
		if (!all)
			EXPECT_EQ(timeout_next(&cores[1]), FOREVER);
		machine_pass(100 * US);
		EXPECT_EQ(t->state, all ? THREAD_BLOCKED : THREAD_READY);
		EXPECT_EQ(machine_deadlines(1), 0);
		machine_turn(2);
		machine_block(KEY, FOREVER);
		EXPECT(machine_current() == t); /* run by a third core */
		EXPECT_EQ(t->frame.result, PETRI_OK);
		EXPECT_EQ(t->timeout_up, 0);
	}
}

static const struct tap_test tests[] = {
	{"cores: first come, first served, wherever", first_come},
	{"cores: priority comes before arrival", priority_first},
	{"cores: taken out of groups of several cores", taken_out},
	{"cores: waking all sends each home, in order of arrival", all_go_home},
	{"cores: waking all tells who has a reason", all_are_told},
	{"cores: waking all tells nobody else", nobody_is_told},
	{"cores: who takes several offers them to the idle", the_loot_is_offered},
	{"cores: idle cores help after waking all", the_idle_help},
	{"cores: who takes several leaves those that may not come", the_pinned_stay},
	{"cores: without stealing they do not", the_idle_stay_away},
	{"cores: who waits again on another core is not woken twice", waiting_again},
	{"cores: a sleeper's deadline is with its core", on_its_core},
	{"cores: a sleeper that wakes elsewhere", wakes_elsewhere},
	{"cores: giving up on its core", gives_up},
	{"cores: woken by another core in time", woken_in_time},
	{"cores: who has become more urgent wakes before those who are due sooner", more_urgent_since},
};
TAP_MAIN(tests)
