/*
 * The scheduler on a machine that is only played: turns, priorities, quanta, preemption, sleep, and when the timer is armed.
 */
#include "machine/machine.h"

#include "kernel/sched.h"

#include "tap.h"

#define US 1000ull
#define KEY 0x1000

static unsigned int current(void) { return machine_current() != NULL ? machine_number(machine_current()) : 0; }

/* Notes who runs at the next n yields, as letters: thread 1 is A. */
static const char *turns(unsigned int n)
{
	static char text[64];
	unsigned int i;

	for (i = 0; i < n && i < sizeof(text) - 1; i++) {
		text[i] = (char)('A' + current() - 1);
		machine_yield();
	}
	text[i] = 0;
	return text;
}

/* The same, for each quantum that passes. */
static const char *quanta(unsigned int n, uint64_t ticks)
{
	static char text[64];
	unsigned int i;

	for (i = 0; i < n && i < sizeof(text) - 1; i++) {
		text[i] = (char)('A' + current() - 1);
		machine_pass(ticks);
	}
	text[i] = 0;
	return text;
}

static void begin(unsigned int count, unsigned int priority, uint64_t quantum)
{
	machine_begin(0);
	while (count-- > 0)
		machine_thread(priority, quantum);
	machine_enter();
}

static void yields_take_turns(void)
{
	begin(3, 10, 100 * US);
	EXPECT_STR(turns(9), "ABCABCABC");
	begin(1, 10, 100 * US);
	EXPECT_STR(turns(3), "AAA");
	begin(5, 31, 100 * US);
	EXPECT_STR(turns(12), "ABCDEABCDEAB");
	EXPECT_EQ(cores[0].switches, 12);
	EXPECT_EQ(cores[0].preemptions, 0);
}

static void quanta_take_turns(void)
{
	begin(3, 10, 100 * US);
	EXPECT_STR(quanta(9, 100 * US), "ABCABCABC");
	EXPECT_EQ(cores[0].preemptions, 9);
	begin(4, 0, 100 * US);
	EXPECT_STR(quanta(8, 50 * US), "AABBCCDD");
}

static void each_its_own_quantum(void)
{
	machine_begin(0);
	machine_thread(5, 100 * US);
	machine_thread(5, 300 * US);
	machine_enter();
	EXPECT_STR(quanta(8, 100 * US), "ABBBABBB");
}

/* A quantum is CPU time: what is used before blocking counts. */
static void quantum_across_blocking(void)
{
	begin(2, 5, 100 * US);
	machine_pass(60 * US);
	EXPECT_EQ(current(), 1);
	machine_block(KEY, UINT64_MAX); /* A used 60 */
	EXPECT_EQ(current(), 2);
	machine_wake_one(KEY);
	machine_yield();
	EXPECT_EQ(current(), 1);
	machine_pass(39 * US);
	EXPECT_EQ(current(), 1);
	machine_pass(2 * US); /* 101 in all */
	EXPECT_EQ(current(), 2);
	EXPECT_EQ(cores[0].preemptions, 1);
}

static void priorities(void)
{
	machine_begin(0);
	machine_thread(3, 100 * US);  /* A */
	machine_thread(20, 100 * US); /* B */
	machine_thread(31, 100 * US); /* C */
	machine_thread(20, 100 * US); /* D */
	machine_enter();
	EXPECT_STR(turns(2), "CC"); /* nobody else of its priority */
	machine_block(KEY, UINT64_MAX);
	EXPECT_STR(turns(4), "BDBD");
	machine_block(KEY, UINT64_MAX);
	machine_block(KEY, UINT64_MAX);
	EXPECT_EQ(current(), 1);
	machine_wake_one(KEY); /* C: runs at once */
	EXPECT_EQ(current(), 3);
	machine_enter(); /* and that was that */
	EXPECT_EQ(current(), 3);
	EXPECT_EQ(cores[0].preemptions, 1);
}

/* Preempted by something more urgent, a thread goes on before its peers, with what was left of its quantum. */
static void preempted_keeps_its_place(void)
{
	machine_begin(0);
	machine_thread(9, 100 * US); /* A: urgent, sleeps */
	machine_thread(5, 100 * US); /* B */
	machine_thread(5, 100 * US); /* C */
	machine_thread(5, 100 * US); /* D */
	machine_enter();
	machine_sleep(machine_now + 30 * US);
	EXPECT_EQ(current(), 2);
	machine_pass(31 * US);
	EXPECT_EQ(current(), 1); /* woke, and preempts B */
	machine_block(KEY, UINT64_MAX);
	EXPECT_EQ(current(), 2); /* not C */
	machine_pass(68 * US);
	EXPECT_EQ(current(), 2);
	machine_pass(3 * US);
	EXPECT_EQ(current(), 3);
	EXPECT_STR(quanta(6, 100 * US), "CDBCDB");
}

static void woken_go_to_the_tail(void)
{
	begin(4, 5, 100 * US);
	machine_block(KEY, UINT64_MAX); /* A */
	EXPECT_EQ(current(), 2);
	machine_wake_one(KEY);
	EXPECT_EQ(current(), 2); /* an equal does not preempt */
	EXPECT_STR(turns(8), "BCDABCDA");
}

static void atomic_section(void)
{
	begin(2, 5, 100 * US);
	machine_current()->frame.atomic = true;
	machine_pass(101 * US); /* the timer cannot interrupt; it is pending */
	machine_enter();
	EXPECT_EQ(current(), 1);
	EXPECT(machine_alarm() <= machine_now);
	machine_current()->frame.atomic = false;
	machine_pass(0);
	EXPECT_EQ(current(), 2);
}

/* A wakeup inside an atomic section is not lost: the switch happens at its end. */
static void wakeup_inside_atomic_section(void)
{
	machine_begin(0);
	machine_thread(9, 100 * US); /* A */
	machine_thread(5, 100 * US); /* B */
	machine_enter();
	machine_block(KEY, UINT64_MAX);
	machine_current()->frame.atomic = true;
	machine_wake_one(KEY);
	EXPECT_EQ(current(), 2);
	EXPECT(machine_alarm() <= machine_now);
	machine_current()->frame.atomic = false;
	machine_pass(0);
	EXPECT_EQ(current(), 1);
}

/* A user thread only asks: it is let alone for 50 us after the switch became due, told so, and gives way at its section's end. */
static void user_section(void)
{
	begin(2, 5, 100 * US);
	machine_current()->frame.user = machine_current()->frame.atomic = true;
	machine_pass(140 * US);
	EXPECT_EQ(current(), 1);
	EXPECT(machine_current()->frame.switch_due);
	machine_leave_section();
	EXPECT_EQ(current(), 2);
	EXPECT_EQ(machine_lines, 0);
	EXPECT(!threads[1].frame.switch_due);
}

/* Who does not leave it is preempted all the same, every time, and told of once. */
static void user_section_too_long(void)
{
	begin(2, 5, 100 * US);
	machine_current()->frame.user = machine_current()->frame.atomic = true;
	machine_pass(149 * US);
	EXPECT_EQ(current(), 1);
	machine_pass(2 * US);
	EXPECT_EQ(current(), 2);
	EXPECT_EQ(machine_lines, 1);
	machine_yield();
	machine_pass(151 * US);
	EXPECT_EQ(current(), 2);
	EXPECT_EQ(machine_lines, 1);
}

/* Who was killed inside ends at the end of its section, or when it has had a hundred turns of 50 us. */
static void killed_inside_a_section(void)
{
	for (int leaves = 0; leaves < 2; leaves++) {
		begin(2, 5, 100 * US);
		machine_current()->frame.user = machine_current()->frame.atomic = true;
		EXPECT_EQ(thread_end_other(&cores[0], &threads[1], PETRI_EKILLED, true), ENDING_SOON);
		EXPECT(machine_current()->frame.switch_due);
		machine_enter();
		EXPECT_EQ(current(), 1);
		machine_pass(20 * US);
		EXPECT_EQ(current(), 1);
		if (leaves)
			machine_leave_section();
		else
			machine_pass(31 * US);
		for (int turns = 1; !leaves && turns < 100;) {
			EXPECT(threads[1].state != THREAD_ZOMBIE);
			turns += current() == 1;
			machine_pass((current() == 1 ? 50 : 100) * US);
		}
		EXPECT_EQ(current(), 2);
		EXPECT_EQ(threads[1].state, THREAD_ZOMBIE);
		EXPECT_EQ(threads[1].how, PETRI_EKILLED);
	}
}

/* A core that was stopped for long (by a debugger, or a long section) does not make up for missed turns. */
static void after_a_long_stop(void)
{
	begin(2, 5, 100 * US);
	machine_current()->frame.atomic = true;
	machine_pass(100000 * US);
	machine_current()->frame.atomic = false;
	machine_pass(0);
	EXPECT_STR(quanta(6, 100 * US), "BABABA");
	EXPECT(cores[0].preemptions <= 7);
	EXPECT(machine_alarm() > machine_now);
}

static void tickless(void)
{
	begin(1, 5, 100 * US);
	EXPECT(machine_alarm() == UINT64_MAX); /* alone: no quantum needs to end */
	machine_thread(4, 100 * US);
	machine_enter();
	EXPECT(machine_alarm() == UINT64_MAX); /* less urgent: waits for its turn anyway */
	machine_thread(5, 100 * US);
	machine_enter();
	EXPECT_EQ(machine_alarm(), machine_now + 100 * US);
	begin(1, 5, 100 * US);
	machine_thread(7, 100 * US);
	machine_enter();
	machine_sleep(machine_now + 12345);
	EXPECT_EQ(machine_alarm(), machine_now + 12345);
}

static void sleepers(void)
{
	begin(4, 5, 100 * US);
	uint64_t start = machine_now;

	machine_sleep(start + 50 * US);     /* A */
	machine_sleep(start + 20 * US);     /* B */
	machine_sleep(start + 70 * US);     /* C */
	machine_sleep(start + 20 * US + 1); /* D: now all sleep, and time passes until the first is due */
	EXPECT_EQ(current(), 2);
	EXPECT_EQ(machine_now - start, 20 * US);
	machine_block(KEY, UINT64_MAX);
	EXPECT_EQ(current(), 4);
	EXPECT_EQ(machine_now - start, 20 * US + 1);
	machine_block(KEY, UINT64_MAX);
	EXPECT_EQ(current(), 1);
	EXPECT_EQ(machine_now - start, 50 * US);
	machine_block(KEY, UINT64_MAX);
	EXPECT_EQ(current(), 3);
	EXPECT_EQ(machine_waits, 4);
	EXPECT_EQ(cores[0].idle, 70 * US);
}

/* One that never blocks does not hold up the others, for any mix of quanta. */
static void nobody_starves(void)
{
	uint64_t ran[6] = {0};

	machine_begin(0);
	for (unsigned int i = 1; i <= 5; i++)
		machine_thread(7, i * 20 * US);
	machine_enter();
	for (unsigned int i = 0; i < 30000; i++) {
		ran[current()]++;
		machine_pass(1 * US);
	}
	for (unsigned int i = 1; i <= 5; i++) /* each in proportion to its quantum */
		EXPECT(ran[i] >= 2000 * i - 150 && ran[i] <= 2000 * i + 150);
}

/* With a seed: quanta from half to one and a half, on average one; the same seed gives the same. */
static void seeded_quanta(void)
{
	uint64_t sums[2] = {0, 0};
	uint64_t first[3];
	unsigned int varied = 0;

	for (unsigned int round = 0; round < 3; round++) {
		machine_begin(round < 2 ? 7 : 8);
		machine_thread(5, 100 * US);
		machine_thread(5, 100 * US);
		machine_enter();
		first[round] = machine_alarm() - machine_now;
		for (unsigned int i = 0; round < 2 && i < 2000; i++) {
			uint64_t quantum = machine_alarm() - machine_now;

			EXPECT(quantum >= 50 * US && quantum <= 150 * US);
			varied += quantum != 100 * US;
			sums[round] += quantum;
			machine_pass(quantum);
		}
	}
	EXPECT_EQ(sums[0], sums[1]);
	EXPECT_EQ(first[0], first[1]);
	EXPECT(first[2] != first[0]);
	EXPECT(varied > 3900);
	EXPECT(sums[0] > 2000 * 97 * US && sums[0] < 2000 * 103 * US);
}

static void quantum_limits(void)
{
	machine_begin(0);
	EXPECT_EQ(sched_quantum(0), sched_default_quantum_ns);
	EXPECT_EQ(sched_quantum(1), 200);
	EXPECT_EQ(sched_quantum(200), 200);
	EXPECT_EQ(sched_quantum(250 * US), 250 * US);
	EXPECT(sched_quantum(UINT64_MAX) >= 1000000 * US); /* no wrapping */
}

/* Preempted again and again before its first instruction, a thread gets longer quanta until it gets on. */
static void progress_is_guaranteed(void)
{
	uint64_t longest = 0;

	machine_begin(0);
	machine_thread(5, 200);
	machine_thread(5, 200);
	machine_enter();
	for (unsigned int i = 0; i < 40; i++) {
		if (machine_alarm() - machine_now > longest)
			longest = machine_alarm() - machine_now;
		machine_now = machine_alarm();
		sched_timer(&cores[0]);
		EXPECT(sched_leave(&cores[0]) != NULL); /* the program counter stays */
	}
	EXPECT(longest >= 10 * US && longest <= 100 * US); /* some limit */
	machine_pass(machine_alarm() - machine_now);       /* now it got somewhere */
	machine_pass(machine_alarm() - machine_now);
	EXPECT(machine_alarm() - machine_now <= 1000);
}

static const struct tap_test tests[] = {
	{"sched: yields take turns", yields_take_turns},
	{"sched: quanta take turns", quanta_take_turns},
	{"sched: each thread has its own quantum", each_its_own_quantum},
	{"sched: a quantum is used up across blockings", quantum_across_blocking},
	{"sched: the most urgent runs", priorities},
	{"sched: a preempted thread keeps its place and the rest of its quantum", preempted_keeps_its_place},
	{"sched: the woken go to the tail", woken_go_to_the_tail},
	{"sched: an atomic section puts a switch off", atomic_section},
	{"sched: a wakeup inside an atomic section is not lost", wakeup_inside_atomic_section},
	{"sched: a user thread's section is a request", user_section},
	{"sched: a user thread's section is bounded", user_section_too_long},
	{"sched: killed inside a section", killed_inside_a_section},
	{"sched: a long stop is not made up for", after_a_long_stop},
	{"sched: the timer is armed only for a reason", tickless},
	{"sched: sleepers wake in time, and the core idles meanwhile", sleepers},
	{"sched: nobody starves", nobody_starves},
	{"sched: seeded quanta", seeded_quanta},
	{"sched: limits of the quantum", quantum_limits},
	{"sched: progress under quanta that are too short", progress_is_guaranteed},
};
TAP_MAIN(tests)
