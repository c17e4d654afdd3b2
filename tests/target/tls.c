/*
 * Thread-local variables: with a value, cleared, aligned to 64; of main, of guarded threads, and of compact ones, whose stacks grow by what
 * the variables take. Constructors have run before main.
 *
 * test: mode both
 * test: seeds 3
 */
#include "common/test.h"

#define THREADS 40u
#define ROUNDS 50u

static _Thread_local uint64_t counter = 1000;
static _Thread_local char word[3] = {'x', 'y', 0};
static _Thread_local uint64_t cleared[3];
static _Thread_local _Alignas(64) uint64_t aligned;
static uint32_t constructed, wrong;

__attribute__((constructor(102))) static void second(void) { constructed = constructed == 1 ? 12 : 99; }
__attribute__((constructor(101))) static void first(void) { constructed = 1; }

/* Out of line: the address is to be made anew after each switch. */
static __attribute__((noinline)) void step(uint64_t number)
{
	counter += number;
	cleared[2] += number;
	aligned = counter;
	word[0] = (char)number;
}

static void *work(void *arg)
{
	uint64_t number = (uint64_t)arg;

	if (counter != 1000 || word[0] != 'x' || word[1] != 'y' || cleared[0] != 0 || cleared[2] != 0 || aligned != 0 ||
	    (uint64_t)&aligned % 64 != 0)
		__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		step(number);
		if (i % 8 == 0)
			thread_yield();
	}
	return (void *)(uintptr_t)(counter == 1000 + ROUNDS * number && cleared[2] == ROUNDS * number && aligned == counter &&
				   word[0] == (char)number);
}

static void threads_of(const struct thread_attr *attr, const char *kind)
{
	thread_id ids[THREADS];
	uint32_t good = 0;

	for (uint64_t i = 0; i < THREADS; i++)
		must(thread_create(&ids[i], attr, work, (void *)(i + 1)));
	for (uint32_t i = 0; i < THREADS; i++) {
		void *value = NULL;

		must(thread_join(ids[i], &value));
		good += value != NULL;
	}
	check(good == THREADS, "%s threads: each changes its own (%u of %u)", kind, good, THREADS);
	check(wrong == 0, "%s threads: each finds them as they were declared (%u did not)", kind, wrong);
}

int main(void)
{
	static const struct thread_attr guarded = THREAD_ATTR_DEFAULT, compact = THREAD_ATTR_COMPACT;
	static const struct thread_attr narrow = {.stack = THREAD_COMPACT, .priority = 16, .stack_size = THREAD_COMPACT_MIN};

	check(constructed == 12, "constructors ran, in order");
	step(1);
	threads_of(&guarded, "guarded");
	threads_of(&compact, "compact");
	threads_of(&narrow, "compact, of a size that was asked for,");
	threads_of(&guarded, "guarded, on stacks of others,");
	threads_of(&compact, "compact, on stacks of others,");
	check(counter == 1001 && cleared[2] == 1 && word[0] == 1 && aligned == 1001, "main's are as main left them");
	return test_end();
}
