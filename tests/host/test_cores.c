/*
 * Several cores, which take turns on the played machine: where a thread goes, who is told, who takes from whom.
 */
#include "machine/machine.h"

#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/waitq.h"

#include "tap.h"

#define KEY 0x1000
#define FOREVER UINT64_MAX

/* Core n runs a thread of its own of this priority, numbered n + 1; 0: it stays idle (and the number is left out). */
static void begin(unsigned int p0, unsigned int p1, unsigned int p2, unsigned int p3)
{
	const unsigned int priorities[] = {p0, p1, p2, p3};

	machine_begin_cores(4);
	for (uint32_t n = 0; n < 4; n++)
		if (priorities[n] != 0)
			EXPECT(machine_thread_on(n, priorities[n])->core == n);
	machine_tells = 0;
}

/* A new thread that waits on KEY, and waited last on this core, which is then idle, or runs what it ran before. */
static struct thread *waiter(uint32_t core, unsigned int priority)
{
	struct thread *before = cores[core].current;
	struct thread *t;

	machine_turn(core);
	t = machine_thread(priority, 0);
	if (before == NULL)
		machine_settle();
	else
		machine_run(t);
	EXPECT(machine_current() == t);
	machine_block(KEY, FOREVER);
	EXPECT(machine_current() == before);
	machine_forget_tells(); /* it had been offered to who is idle */
	return t;
}

static void wake_from(uint32_t core)
{
	machine_turn(core);
	EXPECT_EQ(machine_wake_one(KEY), 1);
}

/* ---- placing -------------------------------------------------------------------------------------------------------------------- */

static void home_if_idle(void)
{
	struct thread *t;

	begin(10, 0, 0, 0);
	t = waiter(2, 10);
	wake_from(0);
	EXPECT_EQ(machine_told, 1u << 2);
	EXPECT_EQ(machine_tells, 1);
	EXPECT(machine_asleep(2));
	EXPECT_EQ(t->state, THREAD_READY);
	machine_settle();
	EXPECT(cores[2].current == t);
	EXPECT_EQ(t->core, 2);
	EXPECT_EQ(t->state, THREAD_RUNNING);
	EXPECT_EQ(cores[2].running, 11);
	EXPECT_EQ(cores[2].steals, 0);
	EXPECT_EQ(machine_runs(0), 1);
}

/* Home is busy, even if with something less urgent: an idle core costs nobody anything. */
static void idle_core_first(void)
{
	for (unsigned int theirs = 5; theirs <= 15; theirs += 5) {
		struct thread *t;

		begin(20, 20, theirs, 0);
		t = waiter(2, 10);
		wake_from(0);
		EXPECT_EQ(machine_told, 1u << 3);
		machine_settle();
		EXPECT(cores[3].current == t);
		EXPECT_EQ(t->core, 3);
		EXPECT_EQ(machine_runs(2), 3);
		EXPECT_EQ(cores[2].preemptions, 0);
	}
}

static void busy_with_more_urgent(void)
{
	struct thread *t;

	begin(20, 20, 20, 20);
	t = waiter(2, 10);
	wake_from(1);
	EXPECT_EQ(machine_told, 0); /* nobody has a reason to look */
	EXPECT_EQ(t->core, 2);
	EXPECT_EQ(t->state, THREAD_READY);
	machine_turn(2);
	machine_block(KEY, FOREVER);
	EXPECT(machine_current() == t);
}

/* The least urgent core is preempted, if home runs something that is not less urgent. */
static void less_urgent_core(void)
{
	struct thread *t;

	begin(20, 5, 10, 7);
	t = waiter(2, 8);
	wake_from(0);
	EXPECT_EQ(machine_told, 1u << 1);
	machine_settle();
	EXPECT(cores[1].current == t);
	EXPECT_EQ(cores[1].preemptions, 1);
	EXPECT_EQ(threads[2].state, THREAD_READY);
	EXPECT_EQ(machine_runs(2), 3);
	EXPECT_EQ(machine_runs(3), 4);
}

/* Who is preempted at home looks for a core in turn: the four most urgent run. */
static void preempted_moves_on(void)
{
	struct thread *t;

	begin(20, 5, 10, 7);
	t = waiter(3, 8);
	wake_from(0);
	EXPECT_EQ(machine_told, 1u << 3);
	machine_settle();
	EXPECT(cores[3].current == t);
	EXPECT_EQ(machine_runs(1), 4); /* its 7 is more urgent than the 5 there */
	EXPECT_EQ(threads[2].state, THREAD_READY);
	EXPECT_EQ(machine_runs(0), 1);
	EXPECT_EQ(machine_runs(2), 3);
}

static void equals_stay_home(void)
{
	struct thread *t;

	begin(10, 10, 10, 10);
	t = waiter(3, 10);
	wake_from(0);
	EXPECT_EQ(t->core, 3);
	EXPECT_EQ(machine_told, 1u << 3); /* to end the quantum of its equal some time */
	machine_turn(3);
	machine_settle();
	EXPECT_EQ(machine_runs(3), 4); /* not yet */
	EXPECT_EQ(machine_alarm(), machine_now + sched_default_quantum_ns);
	machine_pass(sched_default_quantum_ns);
	EXPECT(cores[3].current == t);
}

static void own_core_is_not_told(void)
{
	struct thread *t;

	begin(10, 30, 30, 30);
	t = waiter(0, 20);
	wake_from(0);
	EXPECT(cores[0].current == t);
	EXPECT_EQ(machine_tells, 0);
	EXPECT_EQ(cores[0].preemptions, 1);
	begin(10, 30, 30, 30);
	t = waiter(0, 10);
	wake_from(0);
	EXPECT_EQ(machine_runs(0), 1);
	EXPECT_EQ(t->core, 0);
	EXPECT_EQ(machine_tells, 0);
}

/* Threads begin on the cores in turn, and stay there while all are busy. */
static void new_threads(void)
{
	struct thread_spec spec = {.attr = {.stack = THREAD_COMPACT, .priority = 10}};

	machine_begin_cores(4);
	for (uint32_t i = 0; i < 8; i++) {
		struct thread *t = NULL;

		machine_turn(0);
		EXPECT_EQ(thread_make(&domains[0], &spec, false, &t), PETRI_OK);
		EXPECT_EQ(t->core, i % 4);
		EXPECT_EQ(t->affinity, 0xf);
		if (i == 0)
			machine_told = 1; /* core 0 itself sleeps */
		runq_start(&cores[0], t);
		machine_settle();
		EXPECT_EQ(t->state, i < 4 ? THREAD_RUNNING : THREAD_READY);
	}
	for (uint32_t n = 0; n < 4; n++) {
		EXPECT_EQ(machine_runs(n), n + 1);
		EXPECT_EQ(cores[n].steals, 0);
		machine_turn(n);
		machine_yield();
		EXPECT_EQ(machine_runs(n), n + 5);
	}
}

/* Its turn falls on a busy core: an idle one is offered it. */
static void new_and_idle(void)
{
	struct thread *t;

	begin(30, 30, 0, 0);
	machine_turn(0);
	t = machine_thread(10, 0);
	EXPECT(t->core == 0 && t->state == THREAD_READY);
	EXPECT_EQ(machine_told, 1u << 2);
	machine_settle();
	EXPECT(cores[2].current == t);
	EXPECT_EQ(cores[2].steals, 1);
	begin(30, 30, 0, 0);
	machine_no_stealing();
	machine_turn(0);
	machine_thread(10, 0);
	EXPECT_EQ(machine_told, 0);
}

/* Who only gives way, alone or to others, disturbs nobody. */
static void giving_way_is_quiet(void)
{
	begin(10, 10, 0, 0);
	machine_turn(0);
	for (unsigned int i = 0; i < 5; i++)
		machine_yield();
	EXPECT_EQ(machine_tells, 0);
	EXPECT_EQ(machine_runs(0), 1);
}

/* Who becomes less urgent gives way to what waits on another core. */
static void lowered(void)
{
	struct thread *t;

	begin(20, 18, 30, 30);
	t = waiter(0, 15);
	wake_from(2);
	EXPECT(t->state == THREAD_READY && t->core == 0);
	machine_turn(1);
	machine_call(sys_thread_priority, machine_current()->id, 5, 0);
	EXPECT(machine_current() == t);
	EXPECT_EQ(threads[2].state, THREAD_READY);
}

/* Two come to a core that runs something less urgent than both: it takes one, and the other goes where it is the more urgent, too. */
static void two_at_once(void)
{
	struct thread *t, *u;

	begin(30, 8, 10, 30);
	t = waiter(1, 15);
	u = waiter(1, 20);
	machine_turn(0);
	wake_from(0); /* the more urgent: to its core */
	EXPECT_EQ(machine_told, 1u << 1);
	wake_from(0); /* so is the other, for it still runs 8 */
	EXPECT_EQ(t->core, 1);
	machine_settle();
	EXPECT(cores[1].current == u);
	EXPECT(cores[2].current == t);
	EXPECT(threads[2].state == THREAD_READY && threads[3].state == THREAD_READY);
}

/* ---- stealing -------------------------------------------------------------------------------------------------------------------- */

/* Core 0 has three more, of these priorities, in its queue; cores 2 and 3 are busy. */
static void with_plenty(unsigned int a, unsigned int b, unsigned int c)
{
	begin(30, 30, 30, 30);
	machine_turn(0);
	machine_thread(a, 0);
	machine_thread(b, 0);
	machine_thread(c, 0);
	machine_settle();
	machine_tells = 0;
}

static void takes_the_most_urgent(void)
{
	with_plenty(5, 9, 9);
	machine_turn(1);
	machine_block(KEY, FOREVER);
	EXPECT_EQ(machine_runs(1), 6);
	EXPECT_EQ(threads[6].core, 1);
	EXPECT_EQ(cores[1].steals, 1);
	machine_block(KEY, FOREVER);
	EXPECT_EQ(machine_runs(1), 7);
	machine_block(KEY, FOREVER);
	EXPECT_EQ(machine_runs(1), 5);
	EXPECT_EQ(cores[1].steals, 3);
	EXPECT_EQ(runq_ready_bits(&cores[0]), 0);
	machine_block(KEY, FOREVER);
	EXPECT(machine_asleep(1));
	EXPECT_EQ(cores[1].running, 0);
	EXPECT_EQ(machine_runs(0), 1);
}

/* Something more urgent elsewhere comes before what one has oneself; an equal does not. */
static void own_before_equals(void)
{
	with_plenty(9, 9, 9);
	machine_turn(1);
	machine_thread(9, 0); /* 8 */
	machine_block(KEY, FOREVER);
	EXPECT_EQ(machine_runs(1), 8);
	EXPECT_EQ(cores[1].steals, 0);
	with_plenty(9, 10, 9);
	machine_turn(1);
	machine_thread(9, 0);
	machine_block(KEY, FOREVER);
	EXPECT_EQ(machine_runs(1), 6);
	machine_block(KEY, FOREVER);
	EXPECT_EQ(machine_runs(1), 8);
	EXPECT_EQ(cores[1].steals, 1);
}

static void no_stealing(void)
{
	struct thread *t;

	with_plenty(5, 9, 9);
	machine_no_stealing();
	machine_turn(1);
	machine_block(KEY, FOREVER);
	EXPECT(machine_asleep(1));
	EXPECT_EQ(machine_current(), NULL);
	machine_turn(0);
	machine_yield(); /* nor is anybody sent away */
	for (uint32_t i = 5; i <= 7; i++)
		EXPECT(threads[i].state == THREAD_READY && threads[i].core == 0);
	begin(20, 20, 10, 0);
	machine_no_stealing();
	t = waiter(2, 5);
	wake_from(0);
	EXPECT_EQ(machine_told, 0);
	EXPECT(t->state == THREAD_READY && t->core == 2);
	EXPECT(machine_asleep(3));
}

/* ---- affinity --------------------------------------------------------------------------------------------------------------------- */

static void affinity_of_the_woken(void)
{
	struct thread *t;

	begin(20, 0, 20, 5);
	t = waiter(2, 10);
	t->affinity = 1u << 2;
	wake_from(0);
	EXPECT_EQ(machine_told, 0);
	EXPECT(t->state == THREAD_READY && t->core == 2);
	begin(20, 0, 20, 5);
	t = waiter(2, 10);
	t->affinity = 1u << 2 | 1u << 3;
	wake_from(0);
	EXPECT_EQ(machine_told, 1u << 3); /* not the idle one */
	machine_settle();
	EXPECT(cores[3].current == t);
}

static void affinity_against_thieves(void)
{
	with_plenty(9, 5, 5);
	threads[5].affinity = 1u << 0 | 1u << 3;
	machine_turn(1);
	machine_block(KEY, FOREVER);
	EXPECT(machine_current() != &threads[5]);
	EXPECT_EQ(threads[5].core, 0);
	machine_turn(3);
	machine_block(KEY, FOREVER);
	EXPECT(machine_current() == &threads[5]);
	EXPECT_EQ(cores[3].steals, 1);
}

/* What may not come here does not keep a core from what is its own. */
static void affinity_and_own(void)
{
	with_plenty(25, 5, 5);
	threads[5].affinity = 1u << 0;
	machine_turn(1);
	machine_thread(7, 0); /* 8 */
	machine_block(KEY, FOREVER);
	EXPECT_EQ(machine_runs(1), 8);
	EXPECT_EQ(cores[1].steals, 0);
}

/* ---- idle cores --------------------------------------------------------------------------------------------------------------------- */

static void idle_time(void)
{
	begin(10, 0, 0, 0);
	machine_pass(5000);
	EXPECT_EQ(cores[1].idle, 0); /* told of at its end */
	waiter(1, 10);
	EXPECT_EQ(cores[1].idle, 5000);
	machine_pass(300);
	wake_from(0);
	machine_pass(1);
	EXPECT_EQ(cores[1].idle, 5300);
	EXPECT_EQ(machine_runs(1), 2);
	EXPECT_EQ(cores[0].idle, 0);
}

static const struct tap_test tests[] = {
	{"cores: a woken thread goes to its last core, if that is idle", home_if_idle},
	{"cores: to an idle one, if its own is busy", idle_core_first},
	{"cores: it waits where all run something more urgent", busy_with_more_urgent},
	{"cores: it preempts the least urgent core", less_urgent_core},
	{"cores: who is preempted goes on where something less urgent runs", preempted_moves_on},
	{"cores: among equals it stays, and its core arms the timer", equals_stay_home},
	{"cores: nobody interrupts himself", own_core_is_not_told},
	{"cores: new threads begin on the cores in turn", new_threads},
	{"cores: a new thread behind a busy one is offered to an idle core", new_and_idle},
	{"cores: who gives way disturbs no idle core", giving_way_is_quiet},
	{"cores: who becomes less urgent gives way to another core's", lowered},
	{"cores: of two that come at once, one moves on", two_at_once},
	{"cores: who has nothing takes the most urgent", takes_the_most_urgent},
	{"cores: its own come before equals elsewhere", own_before_equals},
	{"cores: without stealing nobody moves", no_stealing},
	{"cores: a woken thread goes only where it may run", affinity_of_the_woken},
	{"cores: nobody takes what may not run there", affinity_against_thieves},
	{"cores: what may not come here is not in the way", affinity_and_own},
	{"cores: idle time is counted by core", idle_time},
};
TAP_MAIN(tests)
