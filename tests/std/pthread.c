/*
 * POSIX threads: values, joining, detaching, attributes, names, clean-up handlers, and what joining one that died gives.
 *
 * std: seeds 4
 * std: fault dies
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include <petri/heap.h>
#include <petri/thread.h>

#include "check.h"

static void *doubles(void *arg) { return (char *)arg + (uintptr_t)arg; }

static void values(void)
{
	pthread_t t[100];
	void *value;
	int right = 0;

	for (uintptr_t i = 0; i < 100; i++)
		CHECK(pthread_create(&t[i], NULL, doubles, (void *)i) == 0);
	for (uintptr_t i = 0; i < 100; i++)
		right += pthread_join(t[i], &value) == 0 && value == (void *)(2 * i);
	CHECK(right == 100);
	CHECK(pthread_join(t[0], NULL) == ESRCH);
	CHECK(pthread_detach(t[0]) == ESRCH);
	CHECK(pthread_join(pthread_self(), NULL) == EDEADLK);
	CHECK(pthread_equal(pthread_self(), pthread_self()) && !pthread_equal(pthread_self(), t[1]));
}

/* What a thread's beginning takes from the heap, it gives back. */
static void leaves_nothing(void)
{
	struct heap_stats before, after;
	pthread_t t;

	heap_stats(&before);
	for (int i = 0; i < 50; i++)
		CHECK(pthread_create(&t, NULL, doubles, NULL) == 0 && pthread_join(t, NULL) == 0);
	heap_stats(&after);
	CHECK(after.blocks == before.blocks && after.in_use == before.in_use);
}

/* Touches all of a stack of that size but for a few KiB. */
static void *wants_stack(void *arg)
{
	size_t size = (size_t)arg - 6144;
	volatile char room[size];

	for (size_t i = 0; i < size; i += 512)
		room[i] = (char)i;
	return (void *)(uintptr_t)(room[512 * 3] == (char)(512 * 3));
}

static void stacks(void)
{
	static const size_t sizes[] = {PTHREAD_STACK_MIN, 100000, 1 << 20};
	pthread_attr_t attr;
	pthread_t t;
	size_t size;
	void *value;

	CHECK(pthread_attr_init(&attr) == 0);
	CHECK(pthread_attr_getstacksize(&attr, &size) == 0 && size >= 65536);
	CHECK(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN - 1) == EINVAL);
	CHECK(pthread_attr_setstacksize(&attr, SIZE_MAX) == EINVAL);
	for (int i = 0; i < 3; i++) {
		CHECK(pthread_attr_setstacksize(&attr, sizes[i]) == 0);
		CHECK(pthread_attr_getstacksize(&attr, &size) == 0 && size == sizes[i]);
		CHECK(pthread_create(&t, &attr, wants_stack, (void *)(sizes[i] - (i == 2 ? 65536 : 0))) == 0);
		CHECK(pthread_join(t, &value) == 0 && value == (void *)1);
	}
	CHECK(pthread_attr_destroy(&attr) == 0);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int arrived;

static void *arrives(void *arg)
{
	pthread_mutex_lock(&lock);
	arrived++;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return arg;
}

static void detached(void)
{
	pthread_attr_t attr;
	pthread_t t;
	int state;

	pthread_attr_init(&attr);
	CHECK(pthread_attr_getdetachstate(&attr, &state) == 0 && state == PTHREAD_CREATE_JOINABLE);
	CHECK(pthread_attr_setdetachstate(&attr, 77) == EINVAL);
	CHECK(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) == 0);
	CHECK(pthread_attr_getdetachstate(&attr, &state) == 0 && state == PTHREAD_CREATE_DETACHED);
	pthread_mutex_lock(&lock);
	CHECK(pthread_create(&t, &attr, arrives, NULL) == 0);
	CHECK(pthread_join(t, NULL) == EINVAL);
	CHECK(pthread_create(&t, NULL, arrives, NULL) == 0);
	CHECK(pthread_detach(t) == 0);
	CHECK(pthread_detach(t) == EINVAL);
	while (arrived < 2)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

#define MOST 2000 /* of 1 MiB: more than any of the machines has */

static void *stays(void *arg)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	return arg;
}

/* EAGAIN when there is no memory for one more; and when they have gone, all of it is there again. */
static void until_there_is_no_more(void)
{
	static pthread_t t[MOST];
	struct heap_stats before, after;
	pthread_attr_t attr;
	int first = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 1 << 20);
	for (int time = 0; time < 2; time++) {
		int n = 0, error = 0;

		heap_stats(&before);
		pthread_mutex_lock(&lock);
		while (n < MOST && (error = pthread_create(&t[n], &attr, stays, NULL)) == 0)
			n++;
		CHECK(error == EAGAIN && n > 50);
		CHECK(time == 0 || n >= first);
		first = n;
		pthread_mutex_unlock(&lock);
		for (int i = 0; i < n; i++)
			CHECK(pthread_join(t[i], NULL) == 0);
		heap_stats(&after);
		CHECK(after.blocks == before.blocks);
	}
}

static char order[8];

static void note(void *letter) { strcat(order, letter); }

static void *cleans(void *arg)
{
	pthread_cleanup_push(note, "a");
	pthread_cleanup_push(note, "b");
	pthread_cleanup_push(note, "c");
	pthread_cleanup_pop(1);
	pthread_cleanup_push(note, "x");
	pthread_cleanup_pop(0);
	if (arg != NULL)
		pthread_exit(arg);
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(1);
	return order;
}

static void clean_up(void)
{
	pthread_t t;
	void *value;

	CHECK(pthread_create(&t, NULL, cleans, order) == 0);
	CHECK(pthread_join(t, &value) == 0 && value == order);
	CHECK(strcmp(order, "cba") == 0);
	order[0] = '\0';
	CHECK(pthread_create(&t, NULL, cleans, NULL) == 0);
	CHECK(pthread_join(t, &value) == 0 && value == order);
	CHECK(strcmp(order, "ca") == 0);
}

static void *dies(void *arg)
{
	pthread_cleanup_push(note, "z");
	if (arg == NULL) {
		pthread_setname_np(pthread_self(), "dies");
		write_to_nowhere();
	}
	for (;;)
		sched_yield();
	pthread_cleanup_pop(0);
	return arg;
}

static void names_and_deaths(void)
{
	pthread_t t;
	void *value = NULL;
	char name[16];

	CHECK(pthread_setname_np(pthread_self(), "sixteen letters.") == ERANGE);
	CHECK(pthread_setname_np(pthread_self(), "fifteen letters") == 0);
	CHECK(pthread_getname_np(pthread_self(), name, 15) == ERANGE);
	CHECK(pthread_getname_np(pthread_self(), name, 16) == 0 && strcmp(name, "fifteen letters") == 0);
	pthread_setname_np(pthread_self(), "dies"); /* is not handed down */
	CHECK(pthread_create(&t, NULL, dies, order) == 0);
	CHECK(pthread_getname_np(t, name, 16) == 0 && name[0] == '\0');
	CHECK(pthread_setname_np(t, "another") == 0);
	CHECK(pthread_getname_np(t, name, 16) == 0 && strcmp(name, "another") == 0);
	CHECK(thread_kill(t) == PETRI_OK);
	CHECK(pthread_join(t, &value) == 0 && value == PTHREAD_CANCELED);
	pthread_setname_np(pthread_self(), "main");
	value = NULL;
	CHECK(pthread_create(&t, NULL, dies, NULL) == 0);
	CHECK(pthread_join(t, &value) == 0 && value == PTHREAD_CANCELED);
	CHECK(strcmp(order, "ca") == 0); /* its handler was not run */
}

/* Of two choices only one is there. */
#define HAS_ONE(kind, name, type, there, other) \
	do { \
		type attr; \
		int told = 77; \
		CHECK(kind##_init(&attr) == 0); \
		CHECK(kind##_get##name(&attr, &told) == 0 && told == (there)); \
		CHECK(kind##_set##name(&attr, other) == ENOTSUP); \
		CHECK(kind##_set##name(&attr, 77) == EINVAL); \
		CHECK(kind##_set##name(&attr, there) == 0); \
	} while (0)

static void refused(void)
{
	HAS_ONE(pthread_attr, scope, pthread_attr_t, PTHREAD_SCOPE_SYSTEM, PTHREAD_SCOPE_PROCESS);
	HAS_ONE(pthread_mutexattr, pshared, pthread_mutexattr_t, PTHREAD_PROCESS_PRIVATE, PTHREAD_PROCESS_SHARED);
	HAS_ONE(pthread_condattr, pshared, pthread_condattr_t, PTHREAD_PROCESS_PRIVATE, PTHREAD_PROCESS_SHARED);
	HAS_ONE(pthread_rwlockattr, pshared, pthread_rwlockattr_t, PTHREAD_PROCESS_PRIVATE, PTHREAD_PROCESS_SHARED);
	HAS_ONE(pthread_barrierattr, pshared, pthread_barrierattr_t, PTHREAD_PROCESS_PRIVATE, PTHREAD_PROCESS_SHARED);
}

int main(void)
{
	values();
	leaves_nothing();
	stacks();
	detached();
	until_there_is_no_more();
	refused();
	clean_up();
	names_and_deaths();
	return finish();
}
