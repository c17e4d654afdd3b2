/*
 * Keys: each thread its values; destructors run at a thread's own end, in rounds, and neither for one that dies nor for a deleted key.
 *
 * std: seeds 4
 * std: fault dies
 */
#include <pthread.h>
#include <stdint.h>
#include <threads.h>

#include <petri/thread.h>

#include "check.h"

static tss_t key, other, stubborn;
static int over, destroyed, last_value, stubborn_calls, other_destroyed;

static void destroy(void *value)
{
	if (over)
		puts("not ok: a destructor was called by exit");
	__atomic_fetch_add(&destroyed, 1, __ATOMIC_RELAXED);
	last_value = *(int *)value;
	CHECK(tss_get(key) == NULL);
}

static void destroy_other(void *value)
{
	(void)value;
	other_destroyed++;
}

static void stay(void *value)
{
	stubborn_calls++;
	tss_set(stubborn, value);
}

static int uses(void *arg)
{
	CHECK(tss_get(key) == NULL);
	for (int i = 0; i < 20; i++) {
		CHECK(tss_set(key, arg) == thrd_success);
		thrd_yield();
		CHECK(tss_get(key) == arg);
	}
	return 0;
}

static void own_values(void)
{
	thrd_t t[8];
	int marks[8];

	CHECK(tss_set(key, &marks[7]) == thrd_success);
	for (int i = 0; i < 8; i++) {
		marks[i] = i;
		thrd_create(&t[i], uses, &marks[i]);
	}
	for (int i = 0; i < 8; i++)
		thrd_join(t[i], NULL);
	CHECK(destroyed == 8);
	CHECK(tss_get(key) == &marks[7]);
	CHECK(tss_set(key, NULL) == thrd_success);
}

static int sets_three(void *arg)
{
	tss_set(key, arg);
	tss_set(other, arg);
	tss_set(stubborn, arg);
	thrd_exit(3);
}

static int sets_and_deletes(void *arg)
{
	tss_set(other, arg);
	tss_delete(other);
	CHECK(tss_set(other, arg) == thrd_error);
	CHECK(tss_create(&other, destroy_other) == thrd_success); /* the same number, most likely */
	CHECK(tss_get(other) == NULL);
	return 0;
}

static void alone(thrd_start_t what, void *arg)
{
	thrd_t t;

	CHECK(thrd_create(&t, what, arg) == thrd_success);
	CHECK(thrd_join(t, NULL) == thrd_success);
}

static int dies(void *arg)
{
	tss_set(key, arg);
	pthread_setname_np(pthread_self(), "dies");
	write_to_nowhere();
	return 0;
}

static int sleeps(void *arg)
{
	tss_set(key, arg);
	thrd_sleep(&(struct timespec){1000, 0}, NULL);
	return 0;
}

static void ends_of_all_kinds(void)
{
	int mark = 42, value;
	thrd_t t;

	destroyed = 0;
	alone(sets_three, &mark);
	CHECK(destroyed == 1 && other_destroyed == 1 && last_value == 42);
	CHECK(stubborn_calls == TSS_DTOR_ITERATIONS);
	alone(sets_and_deletes, &mark);
	CHECK(other_destroyed == 1);
	CHECK(thrd_create(&t, dies, &mark) == thrd_success);
	CHECK(thrd_join(t, &value) == thrd_success && value == THRD_KILLED_NP);
	CHECK(thrd_create(&t, sleeps, &mark) == thrd_success);
	thrd_sleep(&(struct timespec){0, 1000000}, NULL);
	CHECK(thread_kill(t) == PETRI_OK);
	CHECK(thrd_join(t, &value) == thrd_success && value == THRD_KILLED_NP);
	CHECK(destroyed == 1);
}

static void limits(void)
{
	tss_t keys[PTHREAD_KEYS_MAX];
	int n = 0;

	while (n < PTHREAD_KEYS_MAX && tss_create(&keys[n], NULL) == thrd_success)
		n++;
	CHECK(n == PTHREAD_KEYS_MAX - 3);
	CHECK(pthread_key_delete(keys[5]) == 0 && pthread_key_delete(keys[5]) != 0);
	CHECK(tss_create(&keys[5], NULL) == thrd_success);
	CHECK(pthread_key_create(&keys[5], NULL) != 0);
	CHECK(pthread_setspecific(PTHREAD_KEYS_MAX, &n) != 0 && pthread_getspecific(PTHREAD_KEYS_MAX) == NULL);
}

int main(void)
{
	CHECK(tss_create(&key, destroy) == thrd_success);
	CHECK(tss_create(&other, destroy_other) == thrd_success);
	CHECK(tss_create(&stubborn, stay) == thrd_success);
	own_values();
	ends_of_all_kinds();
	limits();
	CHECK(tss_set(key, &over) == thrd_success);
	over = 1; /* the end of the program is not the end of a thread */
	return finish();
}
