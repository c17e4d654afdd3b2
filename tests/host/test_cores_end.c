/*
 * What one core does to threads of another: ending them and changing their priority, in whatever state they are, by the very calls.
 */
#include "machine/machine.h"

#include "kernel/syscalls.h"
#include "kernel/timeout.h"
#include "kernel/waitq.h"

#include "tap.h"

#define KEY 0x1000
#define FOREVER UINT64_MAX
#define US 1000ull

/* Each core runs a thread of its own (core n: number n + 1) of priority 10. */
static void begin(void)
{
	machine_begin_cores(4);
	for (uint32_t n = 0; n < 4; n++)
		machine_thread_on(n, 10);
	machine_turn(0);
	machine_tells = 0;
}

/* A new thread of that core, put by a call of its own to where it is to be ended. */
static struct thread *extra(uint32_t core)
{
	struct thread *t;

	machine_turn(core);
	t = machine_thread(10, 0);
	machine_run(t);
	return t;
}

/* The thread of core 0 kills; true: at once. */
static bool kill(struct thread *t)
{
	machine_turn(0);
	machine_call(sys_thread_kill, t->id, 0, 0);
	EXPECT_EQ(machine_current()->frame.result, PETRI_OK);
	return !machine_current()->frame.restarted;
}

/* The same call, issued again. */
static bool kill_again(struct thread *t)
{
	uint64_t asked;

	machine_turn(0);
	asked = machine_current()->frame.argument[1];
	machine_call(sys_thread_kill, t->id, asked, 0);
	EXPECT_EQ(machine_current()->frame.result, PETRI_OK);
	return !machine_current()->frame.restarted;
}

/* It has ended, is in no queue, and can be joined. */
static void expect_ended(const struct thread *t)
{
	EXPECT_EQ(t->state, THREAD_ZOMBIE);
	EXPECT_EQ(t->how, PETRI_EKILLED);
	EXPECT_EQ(t->timeout_up, 0);
	EXPECT(domains[0].ended.next == &t->link && domains[0].ended.prev == &t->link);
	for (uint32_t n = 0; n < 4; n++) {
		EXPECT(cores[n].current != t);
		EXPECT_EQ(machine_deadlines(n), 0);
		for (unsigned int p = 0; p < THREAD_PRIORITIES; p++)
			for (struct list *l = cores[n].runq.queues[p].next; l != &cores[n].runq.queues[p]; l = l->next)
				EXPECT(l != &t->link);
	}
	EXPECT_EQ(wait_length(KEY), 0);
}

/* ---- ending ------------------------------------------------------------------------------------------------------------------------- */

static void ready_elsewhere(void)
{
	struct thread *t;

	begin();
	machine_turn(2);
	t = machine_thread(10, 0);
	EXPECT(kill(t));
	expect_ended(t);
	EXPECT_EQ(runq_ready_bits(&cores[2]), 0);
	EXPECT_EQ(domains[0].live, 4);
}

static void blocked(void)
{
	for (uint32_t n = 0; n < 4; n++) {
		struct thread *t;

		begin();
		t = extra(n);
		machine_block(KEY, machine_now + 500 * US);
		EXPECT(kill(t));
		expect_ended(t);
		EXPECT_EQ(timeout_next(&cores[n]), FOREVER);
	}
}

/* Woken with others, and not yet run: it is in a run queue. */
static void blocked_and_woken(void)
{
	struct thread *t, *u;

	begin();
	t = extra(2);
	machine_block(KEY, machine_now + 500 * US);
	u = extra(2);
	machine_block(KEY, machine_now + 500 * US);
	machine_turn(0);
	EXPECT_EQ(machine_wake_all(KEY), 2);
	EXPECT(kill(t));
	EXPECT_EQ(t->state, THREAD_ZOMBIE);
	machine_turn(2);
	machine_yield();
	EXPECT(machine_current() == u);
	EXPECT_EQ(u->frame.result, PETRI_OK);
	EXPECT_EQ(u->timeout_up, 0);
	machine_yield();
	EXPECT_EQ(machine_runs(2), 3);
}

/* As one of many woken, it had a deadline: nothing of it may stay in the heap, for the place will be another thread's. */
static void woken_with_a_deadline(void)
{
	struct thread *t;

	begin();
	t = extra(2);
	machine_block(KEY, machine_now + 500 * US);
	machine_turn(0);
	EXPECT_EQ(machine_wake_all(KEY), 1);
	EXPECT(kill(t));
	expect_ended(t);
	machine_pass(1000 * US);
	EXPECT_EQ(t->state, THREAD_ZOMBIE);
}

static void asleep(void)
{
	for (int for_ever = 0; for_ever < 2; for_ever++) {
		struct thread *t;

		begin();
		t = extra(3);
		machine_sleep(for_ever ? FOREVER : machine_now + 500 * US);
		EXPECT_EQ(t->state, THREAD_SLEEPING);
		EXPECT(kill(t));
		expect_ended(t);
	}
}

static void running_elsewhere(void)
{
	begin();
	EXPECT(!kill(&threads[3]));
	EXPECT_EQ(machine_told, 1u << 2);
	EXPECT(cores[2].current == &threads[3]);
	EXPECT(!kill_again(&threads[3])); /* it has not heard of it */
	machine_settle();
	expect_ended(&threads[3]);
	EXPECT(machine_asleep(2));
	EXPECT_EQ(cores[2].running, 0);
	EXPECT(kill_again(&threads[3])); /* that it has ended is what was wanted */
	machine_turn(0);
	EXPECT_EQ(machine_call(sys_thread_kill, threads[3].id, 0, 0), PETRI_ESTALE);
}

/* It goes to sleep, or waits, before it hears of it. */
static void running_and_gone(void)
{
	for (int way = 0; way < 3; way++) {
		begin();
		EXPECT(!kill(&threads[3]));
		machine_turn(2);
		if (way == 0)
			machine_block(KEY, FOREVER);
		else if (way == 1)
			machine_sleep(machine_now + 500 * US);
		else
			machine_call(sys_thread_exit, 0, 0, 0);
		EXPECT(way == 2 || threads[3].state != THREAD_ZOMBIE);
		machine_settle();
		EXPECT(kill_again(&threads[3]));
		expect_ended(&threads[3]);
	}
}

/* Two that kill each other: the first wins, or both end; nobody hangs. */
static void each_other(void)
{
	begin();
	machine_turn(1);
	machine_call(sys_thread_kill, threads[3].id, 0, 0);
	machine_turn(2);
	machine_call(sys_thread_kill, threads[2].id, 0, 0);
	machine_settle();
	EXPECT(threads[2].state == THREAD_ZOMBIE && threads[3].state == THREAD_ZOMBIE);
	EXPECT(machine_asleep(1) && machine_asleep(2));
	EXPECT_EQ(domains[0].live, 2);
}

static void inside_a_section(void)
{
	struct thread *t;

	/* running there */
	begin();
	threads[3].frame.user = threads[3].frame.atomic = true;
	EXPECT(!kill(&threads[3]));
	machine_settle();
	EXPECT(cores[2].current == &threads[3]);
	EXPECT(threads[3].frame.switch_due);
	machine_turn(2);
	machine_leave_section();
	expect_ended(&threads[3]);
	/* preempted inside: it may go on, and ends at its section's end */
	begin();
	t = extra(2);
	t->frame.user = t->frame.atomic = true;
	machine_thread(20, 0);
	machine_enter();
	machine_pass(60 * US);
	EXPECT_EQ(t->state, THREAD_READY);
	EXPECT_EQ(machine_runs(2), 6);
	t->frame.switch_due = false;
	EXPECT(kill(t));
	EXPECT_EQ(t->state, THREAD_READY);
	EXPECT(t->frame.switch_due);
	machine_turn(2);
	machine_block(KEY, FOREVER);
	machine_run(t);
	EXPECT(machine_current() == t);
	machine_leave_section();
	EXPECT_EQ(t->state, THREAD_ZOMBIE);
	EXPECT_EQ(t->how, PETRI_EKILLED);
}

/* In a handler nobody can try again: however many there are, each ends, and only those. */
static void many_to_end_later(void)
{
	enum { MANY = 40 };
	struct thread *doomed[MANY];

	begin();
	for (int i = 0; i < MANY; i++) {
		doomed[i] = extra(2);
		machine_turn(0);
		spin_lock(&lives);
		EXPECT_EQ(thread_end_other(&cores[0], doomed[i], PETRI_EKILLED, true), ENDING_RETRY);
		thread_end_later(&cores[0], doomed[i], PETRI_EKILLED);
		spin_unlock(&lives);
		machine_turn(2);
		machine_block(KEY, FOREVER); /* before it has heard of it */
	}
	machine_turn(2);
	machine_enter();
	for (int i = 0; i < MANY; i++)
		EXPECT_EQ(doomed[i]->state, THREAD_BLOCKED);
	machine_pass(1000 * US);
	for (int i = 0; i < MANY; i++) {
		EXPECT_EQ(doomed[i]->state, THREAD_ZOMBIE);
		EXPECT_EQ(doomed[i]->how, PETRI_EKILLED);
	}
	EXPECT_EQ(domains[0].live, 4);
	EXPECT_EQ(machine_alarm(), FOREVER);
}

/* It ended otherwise meanwhile, and somebody else has its control block: nobody wants that one's end. */
static void ended_before_later(void)
{
	static const struct thread_spec spec = {.attr = {.priority = 10}};
	struct thread *t, *next = NULL;

	begin();
	t = extra(2);
	t->flags |= THREAD_DETACHED;
	machine_turn(0);
	spin_lock(&lives);
	thread_end_later(&cores[0], t, PETRI_EKILLED);
	spin_unlock(&lives);
	machine_turn(2);
	machine_call(sys_thread_exit, 0, 0, 0);
	EXPECT_EQ(thread_make(&domains[0], &spec, false, &next), PETRI_OK);
	EXPECT(next == t);
	runq_start(machine_at, next);
	machine_pass(1000 * US);
	EXPECT(next->state == THREAD_RUNNING || next->state == THREAD_READY);
	EXPECT_EQ(next->doomed_next, 0);
}

/* Somebody waits for its end on a third core: he is told, and it is gone. */
static void joined(void)
{
	uint64_t value = 1;

	begin();
	machine_turn(1);
	machine_thread(10, 0);
	machine_call(sys_thread_join, threads[3].id, (uint64_t)&value, FOREVER);
	EXPECT_EQ(threads[2].state, THREAD_JOINING);
	EXPECT(!kill(&threads[3]));
	machine_settle();
	EXPECT_EQ(threads[3].state, THREAD_FREE);
	EXPECT_EQ(value, 0);
	EXPECT(threads[2].state == THREAD_RUNNING || threads[2].state == THREAD_READY);
	EXPECT_EQ(threads[2].frame.result, PETRI_EKILLED);
	EXPECT(!threads[2].frame.restarted);
}

/* The joiner has another priority and may run on other cores, while he waits in no queue; then he is killed, and it is for others. */
static void joiner_changed(void)
{
	begin();
	machine_turn(1);
	machine_thread(10, 0);
	machine_call(sys_thread_join, threads[3].id, 0, FOREVER);
	machine_turn(0);
	EXPECT_EQ(machine_call(sys_thread_priority, threads[2].id, 17, 0), 10);
	EXPECT_EQ(machine_call(sys_thread_affinity, threads[2].id, 1, 0), PETRI_OK);
	EXPECT_EQ(threads[2].state, THREAD_JOINING);
	EXPECT(threads[2].priority == 17 && threads[2].affinity == 1);
	EXPECT(thread_is_joined(&threads[3]));
	EXPECT(kill(&threads[2]));
	EXPECT(!thread_is_joined(&threads[3]));
	EXPECT(!kill(&threads[3]));
	machine_settle();
	EXPECT_EQ(threads[3].state, THREAD_ZOMBIE);
}

/* The same with a deadline: he is woken, and looks himself. */
static void joined_until(void)
{
	begin();
	machine_turn(1);
	machine_thread(10, 0);
	machine_call(sys_thread_join, threads[3].id, 0, 1000000 * US);
	EXPECT_EQ(threads[2].state, THREAD_BLOCKED);
	EXPECT(!kill(&threads[3]));
	machine_settle();
	expect_ended(&threads[3]);
	EXPECT(threads[2].state == THREAD_RUNNING || threads[2].state == THREAD_BLOCKED); /* woken as a group of one */
	machine_turn(threads[2].core);
	if (threads[2].state == THREAD_BLOCKED)
		machine_yield();
	EXPECT_EQ(threads[2].state, THREAD_RUNNING);
	EXPECT(threads[2].frame.restarted);
	machine_turn(threads[2].core);
	EXPECT_EQ(machine_call(sys_thread_join, threads[3].id, 0, FOREVER), PETRI_EKILLED);
	EXPECT_EQ(threads[3].state, THREAD_FREE);
}

/* ---- priorities ---------------------------------------------------------------------------------------------------------------------- */

/* The thread of core 0 sets it; the error. */
static uint64_t give(struct thread *t, unsigned int priority)
{
	uint64_t again = 0;

	machine_turn(0);
	for (int i = 0; i < 5; i++) {
		uint64_t answer = machine_call(sys_thread_priority, t->id, priority, 0);

		if (!machine_current()->frame.restarted)
			return answer >> 8;
		again++;
		machine_settle();
	}
	return PETRI_EAGAIN;
}

static void of_a_running_one(void)
{
	begin();
	machine_turn(2);
	machine_thread(8, 0);
	EXPECT_EQ(give(&threads[3], 5), PETRI_OK); /* less urgent than what waits behind it */
	machine_settle();
	EXPECT_EQ(threads[3].priority, 5);
	EXPECT_EQ(machine_runs(2), 5);
	EXPECT_EQ(cores[2].running, 9);
	EXPECT_EQ(threads[3].state, THREAD_READY);
	EXPECT_EQ(threads[3].wish, 0);
}

static void of_a_ready_one(void)
{
	struct thread *t;

	begin();
	machine_turn(2);
	t = machine_thread(8, 0);
	EXPECT_EQ(give(t, 12), PETRI_OK);
	machine_settle();
	EXPECT_EQ(t->state, THREAD_RUNNING);
	EXPECT_EQ(t->priority, 12);
	EXPECT_EQ(cores[t->core].preemptions, 1);
}

static void of_a_waiting_one(void)
{
	struct thread *t, *u;

	begin();
	t = extra(1);
	machine_block(KEY, FOREVER);
	u = extra(2);
	machine_block(KEY, FOREVER);
	EXPECT_EQ(give(t, 12), PETRI_OK);
	EXPECT_EQ(give(u, 13), PETRI_OK);
	EXPECT_EQ(wait_length(KEY), 2);
	machine_turn(0);
	machine_wake_one(KEY);
	machine_settle();
	EXPECT_EQ(u->state, THREAD_RUNNING);
	EXPECT_EQ(t->state, THREAD_BLOCKED);
	/* woken with others, not run: it moves to the front of those that are ready */
	begin();
	t = extra(1);
	machine_block(KEY, FOREVER);
	machine_turn(0);
	machine_wake_all(KEY);
	EXPECT_EQ(t->state, THREAD_BLOCKED);
	EXPECT_EQ(give(t, 12), PETRI_OK);
	machine_settle();
	EXPECT_EQ(t->state, THREAD_RUNNING);
	EXPECT_EQ(t->frame.result, PETRI_OK);
}

/* It stopped before it heard of a wish, and got another priority then: the wish is out of date. */
static void of_one_that_stopped(void)
{
	for (int way = 0; way < 3; way++) {
		begin();
		machine_turn(0);
		machine_call(sys_thread_priority, threads[3].id, 5, 0);
		EXPECT(machine_current()->frame.restarted);
		machine_turn(2);
		if (way == 0)
			machine_block(KEY, FOREVER);
		else if (way == 1)
			machine_sleep(machine_now + 50 * US);
		else
			machine_run(machine_thread(10, 0));
		EXPECT_EQ(threads[3].state, ((int[]){THREAD_BLOCKED, THREAD_SLEEPING, THREAD_READY})[way]);
		EXPECT_EQ(give(&threads[3], 15), PETRI_OK);
		EXPECT_EQ(threads[3].priority, 15);
		machine_wake_one(KEY);
		machine_pass(50 * US);
		EXPECT_EQ(threads[3].state, THREAD_RUNNING);
		runq_tell(&cores[threads[3].core]);
		machine_settle();
		EXPECT_EQ(threads[3].priority, 15);
	}
}

static const struct tap_test tests[] = {
	{"cores: killed while ready on another core", ready_elsewhere},
	{"cores: killed while waiting", blocked},
	{"cores: killed after being woken with others", blocked_and_woken},
	{"cores: killed so with a deadline: it goes, too", woken_with_a_deadline},
	{"cores: killed while asleep", asleep},
	{"cores: killed while running elsewhere", running_elsewhere},
	{"cores: killed while running, and gone before it heard of it", running_and_gone},
	{"cores: two that kill each other", each_other},
	{"cores: killed inside an atomic section", inside_a_section},
	{"cores: many that end as soon as they can", many_to_end_later},
	{"cores: one that ended before it could be ended", ended_before_later},
	{"cores: killed and joined, on three cores", joined},
	{"cores: a joiner that waits in no queue, changed and killed", joiner_changed},
	{"cores: killed and joined with a deadline", joined_until},
	{"cores: another priority for one that runs elsewhere", of_a_running_one},
	{"cores: another priority for one that is ready elsewhere", of_a_ready_one},
	{"cores: another priority for one that waits", of_a_waiting_one},
	{"cores: another priority for one that stopped meanwhile", of_one_that_stopped},
};
TAP_MAIN(tests)
