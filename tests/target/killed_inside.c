/*
 * Who is killed inside an atomic section and leaves it by hand, without telling the kernel of it, ends all the same: at its next call outside, or when
 * its quantum is over. So does one that goes back in before that, again and again. Who leaves late is not ended before.
 * (That is counted in turns, and a busy host gives a thread on another core a hundred of them before main can say that it has killed it.)
 *
 * test: cores 1
 * test: mode user
 * test: seeds 3
 */
#include "common/test.h"

static struct undead {
	bool inside, killed;
	uint64_t calls, steps; /* after the kill */
} u;

static bool is(const bool *what) { return __atomic_load_n(what, __ATOMIC_RELAXED); }

static void add(uint64_t *counter) { __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED); }

static void go_in_and_be_killed(struct user_block *block)
{
	block->preempt_off = 1;
	__atomic_store_n(&u.inside, true, __ATOMIC_RELAXED);
	while (!is(&u.killed))
		;
}

static void *call_outside(void *arg)
{
	go_in_and_be_killed(arch_user_block());
	arch_user_block()->preempt_off = 0;
	for (;;) {
		add(&u.calls);
		thread_sleep(PETRI_US(5)); /* it is nobody's quantum while it sleeps */
	}
	return arg;
}

static void *run_outside(void *arg)
{
	go_in_and_be_killed(arch_user_block());
	arch_user_block()->preempt_off = 0;
	for (;;)
		add(&u.steps);
	return arg;
}

static void *go_in_again(void *arg)
{
	struct user_block *block = arch_user_block();

	go_in_and_be_killed(block);
	for (;;) {
		block->preempt_off = 0;
		block->preempt_off = 1;
		add(&u.steps);
	}
	return arg;
}

/* Longer than one turn; what follows would not be reached if it were ended at the end of that. */
static void *stay_long(void *arg)
{
	arch_user_block()->preempt_off = 1;
	__atomic_store_n(&u.inside, true, __ATOMIC_RELAXED);
	while (!is(&u.killed))
		;
	for (uint64_t end = petri_now() + PETRI_US(400); petri_now() < end;)
		;
	add(&u.steps);
	arch_preempt_restore(0);
	add(&u.calls);
	return arg;
}

static void check_ends(const char *how, thread_entry entry)
{
	thread_id id;
	enum petri_error error;

	u = (struct undead){0};
	id = start("undead", entry, NULL, THREAD_PRIORITY_DEFAULT - 1);
	for (int i = 0; i < 1000 && !is(&u.inside); i++)
		thread_sleep(PETRI_US(20));
	error = thread_kill(id);
	__atomic_store_n(&u.killed, true, __ATOMIC_RELAXED);
	check(is(&u.inside) && error == PETRI_OK, "%s: killed inside", how);
	expect(thread_join_until(id, NULL, in_us(50000)), PETRI_EKILLED);
	check(u.calls <= 1, "%s: it ended at its first call (%lu)", how, u.calls);
}

int main(void)
{
	check_ends("calls outside", call_outside);
	check_ends("calls nobody", run_outside);
	check_ends("goes in again", go_in_again);
	check_ends("stays long", stay_long);
	check(u.steps == 1 && u.calls == 0, "stays long: it ended where it left (%lu inside, %lu behind)", u.steps, u.calls);
	return test_end();
}
