/*
 * Runs the benches, and prints their results. Words: keys to run (none: all but the large ones), `large` (those too), `rounds=N` (at most so
 * many rounds of each), `shares` (Life tells which core made how many steps).
 */
#include "bench.h"

#include <petri/console.h>
#include <petri/string.h>
#include <petri/system.h>

#define EMPTY_ROUNDS 100000u

static uint64_t empty_ns; /* of EMPTY_ROUNDS empty rounds */
static uint64_t most_rounds = UINT64_MAX;
bool bench_wants_shares;

uint64_t bench_rounds(uint64_t usual) { return usual < most_rounds ? usual : most_rounds; }

__attribute__((noinline)) petri_time bench_begin(void) { return petri_now(); }

__attribute__((noinline)) uint64_t bench_end(petri_time began) { return petri_now() - began; }

/* The compiler is not to know how many, here as in the others. */
static void measure_empty(void)
{
	uint64_t rounds = bench_rounds(EMPTY_ROUNDS);
	petri_time began = petri_now();

	REPEAT(rounds);
	empty_ns = petri_now() - began;
}

__attribute__((noinline)) void bench_result(const struct bench *self, uint64_t ns, uint64_t operations)
{
	uint64_t tenths = ns * 10 / operations;

	console_printf("bench %s %llu.%llu\n", self->key, (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10));
}

void bench_loop(const struct bench *self, uint64_t ns, uint64_t rounds)
{
	uint64_t empty = empty_ns * rounds / EMPTY_ROUNDS;

	bench_result(self, ns > empty ? ns - empty : 0, rounds);
}

uint64_t bench_pair(thread_entry first, thread_entry second)
{
	struct thread_attr attr = BENCH_ATTR;
	thread_id a, b;
	void *ns;

	attr.name = "first";
	must(thread_create(&a, &attr, first, NULL));
	attr.name = "second";
	must(thread_create(&b, &attr, second, NULL));
	must(thread_join(a, &ns));
	must(thread_join(b, NULL));
	return (uint64_t)(uintptr_t)ns;
}

void must_work(enum petri_error error, const char *what)
{
	if (error == PETRI_OK)
		return;
	console_printf("bench: %s: %s\n", what, petri_strerror(error));
	system_exit(1);
}

static bool take_rounds(const char *word)
{
	uint64_t n = 0;

	if (strncmp(word, "rounds=", 7) != 0)
		return false;
	for (word += 7; *word >= '0' && *word <= '9'; word++)
		n = n * 10 + (uint64_t)(*word - '0');
	most_rounds = n ? n : 1;
	return true;
}

static bool run_named(const char *key)
{
	for (uint32_t i = 0; i < benches_count; i++)
		if (strcmp(benches[i].key, key) == 0) {
			benches[i].run(&benches[i]);
			return true;
		}
	return false;
}

static void run_all(bool large_too)
{
	for (uint32_t i = 0; i < benches_count; i++)
		if (large_too || !benches[i].large)
			benches[i].run(&benches[i]);
}

/* What each word asks for; the first is the app's name. */
int main(const char *words, size_t size)
{
	const char *end = words + size;
	bool named = false, large = false;

	must(thread_set_priority(thread_self(), BENCH_PRIORITY, NULL));
	must(thread_set_affinity(thread_self(), BENCH_CORE));
	measure_empty();
	for (words += strlen(words) + 1; words < end; words += strlen(words) + 1) {
		if (strcmp(words, "large") == 0)
			large = true;
		else if (strcmp(words, "shares") == 0)
			bench_wants_shares = true;
		else if (!take_rounds(words)) {
			named = true;
			if (!run_named(words)) {
				console_printf("bench: there is no key %s\n", words);
				return 2;
			}
		}
	}
	if (!named)
		run_all(large);
	return 0;
}
