/*
 * Who is pinned runs on that core and nowhere else, from the call's return or from its beginning on; what is asked for is what is told; a set
 * without a core that is there is refused.
 *
 * std: seeds 2
 * std: cores 4
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

#define STEPS 3000

static int cores;
static volatile int over;

static cpu_set_t only(int core)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(core, &set);
	return set;
}

static void sets(void)
{
	cpu_set_t a = only(3), b = only(3);

	CHECK(CPU_ISSET(3, &a) && !CPU_ISSET(2, &a) && CPU_COUNT(&a) == 1 && CPU_EQUAL(&a, &b));
	CPU_SET(700, &a);
	CHECK(CPU_ISSET(700, &a) && CPU_COUNT(&a) == 2 && !CPU_EQUAL(&a, &b));
	CPU_CLR(3, &a);
	CPU_SET(CPU_SETSIZE + 3, &a);
	CHECK(!CPU_ISSET(3, &a) && CPU_COUNT(&a) == 1 && !CPU_ISSET(CPU_SETSIZE + 700, &a));
}

/* Gives way again and again: others may take it then. */
static int always_on(int core)
{
	int there = 0;

	for (int i = 0; i < STEPS; i++) {
		there += sched_getcpu() == core;
		if (i % 16 == 0)
			sched_yield();
	}
	return there == STEPS;
}

static void *pinned_from_the_beginning(void *arg)
{
	CHECK(always_on((int)(long)arg));
	return NULL;
}

static void *pins_itself(void *arg)
{
	int core = (int)(long)arg;
	cpu_set_t set = only(core), told;

	CHECK(sched_setaffinity(0, sizeof set, &set) == 0 && sched_getaffinity(0, sizeof told, &told) == 0 &&
	      CPU_EQUAL(&set, &told));
	CHECK(always_on(core));
	return NULL;
}

static void *runs(void *arg)
{
	while (!over)
		continue;
	return arg;
}

static void each_on_its_core(void)
{
	pthread_t t[8];
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	for (int i = 0; i < 2 * cores; i++) {
		cpu_set_t set = only(i % cores), told;

		CHECK(pthread_attr_setaffinity_np(&attr, sizeof set, &set) == 0);
		CHECK(pthread_attr_getaffinity_np(&attr, sizeof told, &told) == 0 && CPU_EQUAL(&set, &told));
		CHECK(pthread_create(&t[i], i < cores ? &attr : NULL, i < cores ? pinned_from_the_beginning : pins_itself,
				     (void *)(long)(i % cores)) == 0);
	}
	for (int i = 0; i < 2 * cores; i++)
		pthread_join(t[i], NULL);
}

/* One that never blocks is moved from core to core. */
static void moved_about(void)
{
	pthread_t t;
	cpu_set_t told;

	pthread_create(&t, NULL, runs, NULL);
	for (int i = 0; i < 20; i++) {
		cpu_set_t set = only(i % cores);

		CHECK(pthread_setaffinity_np(t, sizeof set, &set) == 0);
		CHECK(pthread_getaffinity_np(t, sizeof told, &told) == 0 && CPU_EQUAL(&set, &told));
	}
	over = 1;
	pthread_join(t, NULL);
	CHECK(pthread_getaffinity_np(t, sizeof told, &told) == ESRCH);
	CHECK(pthread_setaffinity_np(t, sizeof told, &told) == ESRCH);
}

static void refused(void)
{
	pthread_attr_t attr;
	cpu_set_t none, far = only(700), many = only(700), told;
	unsigned char small = 1;

	CPU_ZERO(&none);
	CPU_SET(0, &many);
	pthread_attr_init(&attr);
	CHECK(pthread_setaffinity_np(pthread_self(), sizeof none, &none) == EINVAL);
	CHECK(pthread_setaffinity_np(pthread_self(), sizeof far, &far) == EINVAL);
	CHECK(pthread_attr_setaffinity_np(&attr, sizeof far, &far) == EINVAL);
	CHECK(pthread_getaffinity_np(pthread_self(), 0, &told) == EINVAL);
	CHECK(sched_setaffinity(5, sizeof many, &many) == -1 && errno == ESRCH);
	CHECK(pthread_getaffinity_np(pthread_self(), sizeof told, &told) == 0 && CPU_COUNT(&told) == cores);
	CHECK(pthread_attr_getaffinity_np(&attr, sizeof told, &told) == 0 && CPU_COUNT(&told) == cores);
	CHECK(pthread_setaffinity_np(pthread_self(), sizeof many, &many) == 0);
	CHECK(pthread_getaffinity_np(pthread_self(), sizeof told, &told) == 0 && CPU_COUNT(&told) == 1 && CPU_ISSET(0, &told));
	CHECK(pthread_getaffinity_np(pthread_self(), 1, (cpu_set_t *)(void *)&small) == 0 && small == 1);
}

int main(void)
{
	cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
	sets();
	each_on_its_core();
	moved_about();
	refused();
	return finish();
}
