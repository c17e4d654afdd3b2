/* See test.h. The counters belong to the main thread. */
#include "test.h"

#include <petri/atomic.h>
#include <petri/console.h>

static unsigned int checks, failures;

bool check(bool condition, const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	petri_vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	checks++;
	failures += !condition;
	console_printf("%sok %u - %s\n", condition ? "" : "not ", checks, text);
	return condition;
}

bool check_error(enum petri_error got, enum petri_error wanted, const char *text)
{
	if (got == wanted)
		return check(true, "%s", text);
	return check(false, "%s; but it is %d, %s", text, got, petri_strerror(got));
}

void note(const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	petri_vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	console_printf("# %s\n", text);
}

int test_end(void)
{
	console_printf("1..%u\n", checks);
	return failures ? 1 : 0;
}

void must_error(enum petri_error error, const char *text, const char *file, int line)
{
	if (error == PETRI_OK)
		return;
	console_printf("Bail out! %s:%d: %s: %s\n", file, line, text, petri_strerror(error));
	system_exit(99);
}

static uint8_t cores_of_started; /* 0: all */

void stay_on_one_core(void)
{
	cores_of_started = (uint8_t)(1u << (system_cores() - 1));
	must(thread_set_affinity(thread_self(), cores_of_started));
}

uint8_t the_one_core(void) { return cores_of_started; }

void use_all_cores(void)
{
	cores_of_started = 0;
	must(thread_set_affinity(thread_self(), 0));
}

thread_id start_with(const char *name, thread_entry entry, void *arg, unsigned int priority, uint64_t quantum_ns)
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;
	thread_id id = 0;

	attr.name = name;
	attr.priority = (uint8_t)priority;
	attr.quantum_ns = quantum_ns;
	attr.affinity = cores_of_started;
	must(thread_create(&id, &attr, entry, arg));
	return id;
}

thread_id start(const char *name, thread_entry entry, void *arg, unsigned int priority)
{
	return start_with(name, entry, arg, priority, 0);
}

thread_id start_steady(const char *name, thread_entry entry, void *arg, unsigned int priority)
{
	return start_with(name, entry, arg, priority, PETRI_S(1));
}

thread_id start_compact(const char *name, thread_entry entry, void *arg, unsigned int priority)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;
	thread_id id = 0;

	attr.name = name;
	attr.affinity = cores_of_started;
	attr.priority = (uint8_t)priority;
	must(thread_create(&id, &attr, entry, arg));
	return id;
}

void *join(thread_id id)
{
	void *value = NULL;

	must(thread_join(id, &value));
	return value;
}

/* Who would only be ready on one core may run all the time on another of several. */
static bool is_in(const struct thread_info *info, enum thread_state state)
{
	return info->state == state || (state == THREAD_READY && info->state == THREAD_RUNNING);
}

bool reaches(thread_id id, enum thread_state state)
{
	petri_time give_up = in_us(1000000);
	struct thread_info info;

	while (petri_now() < give_up) {
		if (thread_info(id, &info) == PETRI_OK && is_in(&info, state))
			return true;
		thread_sleep(PETRI_US(20));
	}
	return false;
}

petri_time in_us(uint64_t us) { return petri_now() + PETRI_US(us); }

bool goes_on(const uint64_t *count, uint64_t before, uint64_t every_us, uint64_t at_most_us)
{
	petri_time give_up = in_us(at_most_us);

	while (__atomic_load_n(count, __ATOMIC_RELAXED) == before && petri_now() < give_up)
		thread_sleep(PETRI_US(every_us));
	return __atomic_load_n(count, __ATOMIC_RELAXED) != before;
}

static __attribute__((noinline)) void spin(uint64_t rounds)
{
	for (; rounds; rounds--)
		__asm__ volatile("");
}

/* Rounds of spin() in 64 us, measured once with preemption off: the fastest of some, because a host may stop QEMU any time. */
static uint64_t spin_speed(void)
{
	static uint64_t speed;
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < 8 && !speed; i++)
		ATOMIC_SECTION {
			petri_time began = petri_now();

			spin(20000);
			best = petri_now() - began < best ? petri_now() - began : best;
		}
	if (!speed)
		speed = 20000 * PETRI_US(64) / (best ? best : 1);
	return speed;
}

void burn(uint64_t ns) { spin(ns * spin_speed() / PETRI_US(64)); }

/* With exact time a loop takes as long each time, within a tick. */
static bool measure_exactness(void)
{
	uint64_t least = UINT64_MAX, most = 0;

	for (int i = 0; i < 32; i++)
		ATOMIC_SECTION {
			petri_time began = petri_now(), took;

			spin(1000);
			took = petri_now() - began;
			least = took < least ? took : least;
			most = took > most ? took : most;
		}
	return most - least <= 2000000000ull / arch_counter_hz();
}

bool time_is_exact(void)
{
	static int known = -1;

	if (known < 0)
		known = measure_exactness();
	return known;
}

uint64_t draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * 0x2545f4914f6cdd1dull >> 16;
}

struct system_info info_now(void)
{
	struct system_info info = {0};

	system_info(&info);
	return info;
}

bool check_preempted(const struct system_info *before, uint64_t steps)
{
	uint64_t n = info_now().preemptions - before->preemptions;

	return check(n * 1000 >= steps, "%lu preemptions in %lu steps: at least one in a thousand", n, steps);
}
