/*
 * An atomic section of a user thread is a request with a bound: a switch that falls due inside waits for its end, and then comes at once; after
 * 50 us it comes all the same, and the log says so, once for each app. Who is killed inside ends where it leaves it, or after 100 turns of 50 us. A thread that
 * writes nonsense into its user block gains nothing by it.
 *
 * test: mode user
 * test: exact
 * test: says 1 thread greedy .*an atomic section lasts longer than 50 us
 * test: says 0 thread modest .*an atomic section
 * test: seeds 4
 */
#include <petri/atomic.h>

#include "common/test.h"

#define BOUND PETRI_US(50)
#define TURNS 100u /* of so long, for who is killed inside */
#ifdef __OPTIMIZE__
#define SLACK PETRI_US(8)
#else
#define SLACK PETRI_US(15)
#endif

/* ---- a switch that falls due inside ------------------------------------------------------------------------------------------ */

static petri_time alarm_ran;

static void *ring(void *at)
{
	thread_sleep_until(*(petri_time *)at);
	__atomic_store_n(&alarm_ran, petri_now(), __ATOMIC_RELAXED);
	return NULL;
}

struct section {
	uint64_t length;
	unsigned int depth;
	petri_time alarm, ended;
};

static void stay(struct section *s, unsigned int depth)
{
	ATOMIC_SECTION {
		if (depth > 1)
			stay(s, depth - 1);
		else
			burn(s->length);
		if (depth == s->depth)
			s->ended = petri_now();
	}
}

/* A more urgent thread wakes 10 us after the section's begin: it is started before. */
static void *stay_with_alarm(void *arg)
{
	struct section *s = arg;
	thread_id id;

	alarm_ran = 0;
	s->alarm = in_us(30);
	id = start("alarm", ring, &s->alarm, 25);
	while (petri_now() < s->alarm - PETRI_US(10))
		;
	stay(s, s->depth);
	while (__atomic_load_n(&alarm_ran, __ATOMIC_RELAXED) == 0 && petri_now() < s->ended + PETRI_US(100))
		; /* no call here that would give way by itself */
	join(id);
	return NULL;
}

static struct section with_alarm(const char *name, uint64_t length, unsigned int depth)
{
	struct section s = {.length = length, .depth = depth};

	join(start_steady(name, stay_with_alarm, &s, 20));
	return s;
}

static void check_due(void)
{
	struct section s = with_alarm("modest", PETRI_US(30), 1);

	check(alarm_ran >= s.ended, "a switch that falls due inside waits for the end (%lu ns)", alarm_ran - s.ended);
	check(alarm_ran <= s.ended + SLACK, "and comes at once then (%lu ns)", alarm_ran - s.ended);
	s = with_alarm("modest", PETRI_US(30), 5);
	check(alarm_ran >= s.ended && alarm_ran <= s.ended + SLACK, "so with the outermost of five (%lu ns)", alarm_ran - s.ended);
}

static void check_bound(void)
{
	struct section s = with_alarm("greedy", PETRI_US(300), 1);

	check(alarm_ran < s.ended, "a section that is too long is cut");
	check(alarm_ran - s.alarm >= BOUND - SLACK && alarm_ran - s.alarm <= BOUND + SLACK,
	      "50 us after the switch was due (%lu ns)", alarm_ran - s.alarm);
}

/* ---- one thread that is greedy again and again ---------------------------------------------------------------------------------- */

static uint64_t turns;
static bool stop;

static void *count_turns(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		__atomic_fetch_add(&turns, 1, __ATOMIC_RELAXED);
	return arg;
}

static void *be_greedy(void *arg)
{
	uint64_t *wrong = arg;

	for (int i = 0; i < 3; i++) {
		uint64_t before = __atomic_load_n(&turns, __ATOMIC_RELAXED);

		ATOMIC_SECTION {
			ATOMIC_SECTION
				burn(PETRI_US(400));
			*wrong += !arch_preempt_is_off();
		}
		*wrong += arch_preempt_is_off() || __atomic_load_n(&turns, __ATOMIC_RELAXED) == before;
	}
	return NULL;
}

static void check_again(void)
{
	uint64_t wrong = 0;
	thread_id other = start_with("other", count_turns, NULL, 10, PETRI_US(20));

	join(start_with("hungry", be_greedy, &wrong, 10, PETRI_US(20)));
	check(wrong == 0, "cut three times, each is left as deep as it was entered (%lu wrong)", wrong);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(other);
}

/* ---- killed inside -------------------------------------------------------------------------------------------------------------- */

static struct pair {
	uint64_t length, first, second, after;
} pair;

static void *write_pairs(void *arg)
{
	struct pair *p = arg;

	for (;;) {
		ATOMIC_SECTION {
			__atomic_fetch_add(&p->first, 1, __ATOMIC_RELAXED);
			burn(p->length);
			__atomic_fetch_add(&p->second, 1, __ATOMIC_RELAXED);
		}
		__atomic_fetch_add(&p->after, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* We are more urgent, and wake while it is inside: it is cut there, killed there. */
static petri_time kill_inside(uint64_t length)
{
	thread_id id;
	petri_time killed;

	pair = (struct pair){.length = length};
	id = start_steady("victim", write_pairs, &pair, 10);
	thread_sleep(PETRI_US(10));
	check(pair.first == pair.second + 1, "cut inside: %lu, %lu", pair.first, pair.second);
	expect(thread_kill(id), PETRI_OK);
	killed = petri_now();
	expect(thread_join(id, NULL), PETRI_EKILLED);
	return petri_now() - killed;
}

static void check_kill(void)
{
	petri_time took = kill_inside(PETRI_US(90));

	check(pair.first == 1 && pair.second == 1 && pair.after == 0,
	      "killed inside, it ends where it leaves the section: %lu, %lu, %lu", pair.first, pair.second, pair.after);
	check(took <= BOUND + SLACK, "in less than 50 us (%lu ns)", took);
	took = kill_inside(PETRI_S(2));
	check(pair.first == 1 && pair.second == 0, "one that stays ends inside: %lu, %lu", pair.first, pair.second);
	check(took >= TURNS * BOUND - SLACK && took <= TURNS * (BOUND + SLACK / 4), "after 100 turns of 50 us (%lu ns)", took);
}

/* ---- nonsense ------------------------------------------------------------------------------------------------------------------- */

static void *lie(void *arg)
{
	struct user_block *block = arch_user_block();
	uint64_t *refused = arg;
	thread_id id;

	block->preempt_off = UINT32_MAX;
	block->flags = UINT32_MAX;
	*refused = thread_sleep(1) == PETRI_EATOMIC;
	id = start("alarm", ring, &(petri_time){petri_now() + PETRI_US(10)}, 25);
	burn(PETRI_US(500));
	*refused += __atomic_load_n(&alarm_ran, __ATOMIC_RELAXED) != 0;
	block->preempt_off = 0;
	join(id);
	return NULL;
}

static void check_lies(void)
{
	uint64_t good = 0;

	alarm_ran = 0;
	join(start("liar", lie, &good, 20));
	check(good == 2, "who claims to be inside for ever cannot block, and is cut like any other");
}

int main(void)
{
	stay_on_one_core();
	thread_set_priority(thread_self(), 22, NULL);
	burn(0);
	check_due();
	check_bound();
	check_again();
	check_kill();
	check_lies();
	return test_end();
}
