/*
 * Ends of threads: exit values, join once and only once, detach, join of any in the order of ending, stale ids that never name
 * somebody else, and what is refused.
 */
#include <petri/semaphore.h>

#include "common/test.h"

static struct semaphore hold = SEMAPHORE_INIT(0);

static void *give_back(void *arg) { return arg; }

static void *exit_deep(void *arg) { thread_exit((char *)arg + 1); }

static void *wait_then_give(void *arg)
{
	must(semaphore_wait(&hold));
	return arg;
}

static void check_values(void)
{
	void *value = NULL;
	thread_id id = start_steady("value", give_back, (void *)0x123456789abcdef0, 20);

	expect(thread_join(id, &value), PETRI_OK);
	check(value == (void *)0x123456789abcdef0, "the value that the entry returned: %p", value);
	expect(thread_join(id, &value), PETRI_ESTALE);
	id = start_steady("value", exit_deep, (void *)7, 20);
	expect(thread_join(id, &value), PETRI_OK);
	check(value == (void *)8, "the value of thread_exit");
	id = start_steady("value", give_back, NULL, 5);
	expect(thread_join(id, NULL), PETRI_OK); /* it has not run yet; the value is not wanted */
}

static void check_refusals(void)
{
	struct thread_info info;
	thread_id id = start_steady("waits", wait_then_give, NULL, 20);

	expect(thread_join(thread_self(), NULL), PETRI_EDEADLOCK);
	expect(thread_join_until(id, NULL, in_us(200)), PETRI_ETIMEDOUT);
	expect(thread_join_until(id, NULL, 1), PETRI_ETIMEDOUT);
	expect(thread_join(0, NULL), PETRI_ESTALE);
	expect(thread_join(1ull << 63 | id, NULL), PETRI_ESTALE);
	expect(thread_join(id + (1ull << THREAD_ID_INDEX_BITS), NULL), PETRI_ESTALE);
	expect(thread_join((1u << THREAD_ID_INDEX_BITS) - 1, NULL), PETRI_ESTALE);
	semaphore_post(&hold);
	expect(thread_join(id, NULL), PETRI_OK);
	expect(thread_join(id, NULL), PETRI_ESTALE);
	expect(thread_detach(id), PETRI_ESTALE);
	expect(thread_kill(id), PETRI_ESTALE);
	expect(thread_info(id, &info), PETRI_ESTALE);
	expect(thread_set_priority(id, 3, NULL), PETRI_ESTALE);
	expect(thread_set_quantum(id, 1000), PETRI_ESTALE);
	expect(thread_set_name(id, "x"), PETRI_ESTALE);
}

struct joiner {
	thread_id target;
	enum petri_error error;
};

static void *join_other(void *arg)
{
	struct joiner *j = arg;
	void *value = NULL;

	j->error = thread_join(j->target, &value);
	return value;
}

static void check_two_joiners(void)
{
	struct joiner first = {.target = start_steady("target", wait_then_give, (void *)5, 20)};
	thread_id id = start_steady("joiner", join_other, &first, 20);

	reaches(id, THREAD_BLOCKED);
	expect(thread_join(first.target, NULL), PETRI_EBUSY);
	expect(thread_detach(first.target), PETRI_EBUSY);
	semaphore_post(&hold);
	check(join(id) == (void *)5 && first.error == PETRI_OK, "the first joiner has the value");
}

/* A joiner that is killed or gives up leaves the target to others. */
static void check_joiner_gone(void)
{
	struct joiner j = {.target = start_steady("target", wait_then_give, (void *)6, 20)};
	thread_id id = start_steady("joiner", join_other, &j, 20);

	reaches(id, THREAD_BLOCKED);
	expect(thread_kill(id), PETRI_OK);
	expect(thread_join(id, NULL), PETRI_EKILLED);
	expect(thread_join_until(j.target, NULL, in_us(200)), PETRI_ETIMEDOUT);
	semaphore_post(&hold);
	check(join(j.target) == (void *)6, "joined by another after its first joiner died");
}

/* Two that join each other: the second is told. */
static void *join_main_back(void *arg)
{
	*(enum petri_error *)arg = thread_join_until(*(thread_id *)((char *)arg + 8), NULL, in_us(500));
	return NULL;
}

static void check_circle(void)
{
	struct {
		enum petri_error error;
		thread_id main __attribute__((aligned(8)));
	} back = {PETRI_OK, thread_self()};
	thread_id id = start_steady("back", join_main_back, &back, 10);

	_Static_assert(__builtin_offsetof(__typeof__(back), main) == 8, "join_main_back");
	expect(thread_join(id, NULL), PETRI_OK);
	check(back.error == PETRI_EDEADLOCK || back.error == PETRI_ETIMEDOUT, "a circle of joins does not hang: %s",
	      petri_strerror(back.error));
}

static void check_detach(void)
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;
	struct system_info before, after;
	struct thread_info info;
	thread_id id;

	attr.flags |= THREAD_DETACHED;
	attr.priority = 20;
	attr.affinity = the_one_core();
	must(thread_create(&id, &attr, wait_then_give, NULL));
	expect(thread_join(id, NULL), PETRI_EDETACHED);
	expect(thread_detach(id), PETRI_EDETACHED);
	expect(thread_info(id, &info), PETRI_OK);
	semaphore_post(&hold);
	expect(thread_info(id, &info), PETRI_ESTALE);

	id = start_steady("detached", wait_then_give, NULL, 20);
	expect(thread_detach(id), PETRI_OK);
	expect(thread_join(id, NULL), PETRI_EDETACHED);
	semaphore_post(&hold);
	expect(thread_join(id, NULL), PETRI_ESTALE);

	before = info_now();
	id = start_steady("ended", give_back, NULL, 20);
	check(reaches(id, THREAD_ZOMBIE), "a thread that has ended waits for its joiner");
	expect(thread_detach(id), PETRI_OK);
	expect(thread_info(id, &info), PETRI_ESTALE);
	after = info_now();
	check(after.threads_alive == before.threads_alive, "detaching an ended thread buries it");
	must(thread_create(NULL, &attr, give_back, NULL)); /* nobody asks for its id */
	check(info_now().threads_alive == before.threads_alive, "a detached thread disappears at its end");
}

static void check_join_any(void)
{
	struct thread_end end;
	thread_id ids[4], killed;
	int wrong = 0;

	expect(thread_join_any(&end, in_us(200)), PETRI_ETIMEDOUT);
	for (int i = 0; i < 4; i++) /* the more urgent end first */
		ids[i] = start_steady("any", give_back, (void *)(intptr_t)i, (unsigned int)(4 + i));
	for (int i = 3; i >= 0; i--) {
		must(thread_join_any(&end, PETRI_FOREVER));
		wrong += end.id != ids[i] || end.value != (void *)(intptr_t)i || end.how != PETRI_OK;
	}
	check(wrong == 0, "join_any gives them in the order of their end");
	/* a joiner by id that gave up leaves it to join_any */
	ids[0] = start_steady("given up", wait_then_give, (void *)9, 20);
	expect(thread_join_until(ids[0], NULL, in_us(200)), PETRI_ETIMEDOUT);
	semaphore_post(&hold);
	expect(thread_join_any(&end, in_us(10000)), PETRI_OK);
	check(end.id == ids[0] && end.value == (void *)9, "join_any gets one whose joiner gave up");
	killed = start_steady("killed", wait_then_give, NULL, 20);
	thread_kill(killed);
	expect(thread_join_any(&end, in_us(10000)), PETRI_OK);
	check(end.id == killed && end.how == PETRI_EKILLED, "and tells of the killed");
	expect(thread_join(killed, NULL), PETRI_ESTALE);
}

/* The same slot used again and again: an old id is never valid. */
/* Joins, and has no place for the value; then it goes on with something else. */
static void *join_to_nowhere(void *arg)
{
	enum petri_error error = thread_join(*(thread_id *)arg, (void **)8);

	must(thread_sleep(PETRI_MS(5)));
	return (void *)(uintptr_t)error;
}

static void *join_to_nowhere_until(void *arg)
{
	enum petri_error error = thread_join_until(*(thread_id *)arg, (void **)8, in_us(100000));

	must(thread_sleep(PETRI_MS(5)));
	return (void *)(uintptr_t)error;
}

/* Who joined, and could not, does not keep the ended one from others. */
static void check_failed_join(thread_entry joining)
{
	thread_id id = start("ends", wait_then_give, (void *)7, 20);
	thread_id joiner = start("joins", joining, &id, 20);
	struct thread_end end = {0};

	check(reaches(joiner, THREAD_BLOCKED), "somebody joins");
	must(semaphore_post(&hold));
	expect(thread_join_any(&end, in_us(1000)), PETRI_OK);
	check(end.id == id && end.value == (void *)7, "who joined to no place has left it to others");
	check(join(joiner) == (void *)PETRI_EADDRESS, "and was told");
}

static uint32_t turns;

static void *take_a_turn(void *arg)
{
	__atomic_fetch_add(&turns, 1, __ATOMIC_RELAXED);
	return arg;
}

/* Not preempted meanwhile. */
static void *join_the_first(void *unused)
{
	thread_id first = start_steady("first", take_a_turn, NULL, 20), second = start_steady("second", take_a_turn, NULL, 20);

	join(first);
	check(turns == 2, "the second had its turn before who joined the first: %u had one", turns);
	join(second);
	return unused;
}

/* Who is told of an end does not go on before its equals that were ready before it. */
static void check_turns(void) { join(start_steady("joins", join_the_first, NULL, 20)); }

static void check_generations(void)
{
	thread_id first = start_steady("first", give_back, NULL, 20), last = first;
	bool reused = false;
	int wrong = 0;

	join(first);
	for (int i = 0; i < 2000; i++) {
		thread_id id = start_steady("next", wait_then_give, NULL, 20);

		wrong += id == first || id == last || id >> 63;
		reused |= (id ^ first) % (1u << THREAD_ID_INDEX_BITS) == 0;
		wrong += thread_kill(first) != PETRI_ESTALE || thread_join_until(last, NULL, 1) != PETRI_ESTALE;
		semaphore_post(&hold);
		join(id);
		last = id;
	}
	check(reused, "control blocks are used again");
	check(wrong == 0, "but no id comes twice, and an old one names nobody (%d wrong)", wrong);
}

int main(void)
{
	stay_on_one_core();
	check_values();
	check_refusals();
	check_two_joiners();
	check_turns();
	check_joiner_gone();
	check_circle();
	check_detach();
	check_join_any();
	check_failed_join(join_to_nowhere);
	check_failed_join(join_to_nowhere_until);
	check_generations();
	return test_end();
}
