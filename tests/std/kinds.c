/*
 * POSIX mutexes: what each kind answers to its owner and to others; a dead owner's goes on; a recursive one waits on a condition as a whole.
 *
 * std: seeds 4
 * std: fault owner
 */
#include <errno.h>
#include <pthread.h>

#include "check.h"

static pthread_mutex_t m;

static void make(int type)
{
	pthread_mutexattr_t attr;
	int told;

	CHECK(pthread_mutexattr_init(&attr) == 0);
	CHECK(pthread_mutexattr_settype(&attr, 99) == EINVAL);
	CHECK(pthread_mutexattr_settype(&attr, type) == 0);
	CHECK(pthread_mutexattr_gettype(&attr, &told) == 0 && told == type);
	CHECK(pthread_mutex_init(&m, &attr) == 0);
	CHECK(pthread_mutexattr_destroy(&attr) == 0);
}

/* Another thread's view. */
static void *looks(void *expected)
{
	CHECK(pthread_mutex_trylock(&m) == *(int *)expected);
	if (*(int *)expected == 0)
		CHECK(pthread_mutex_unlock(&m) == 0);
	else
		CHECK(pthread_mutex_timedlock(&m, &(struct timespec){0, 0}) == ETIMEDOUT);
	CHECK(pthread_mutex_unlock(&m) == EPERM);
	return NULL;
}

static void others_see(int expected)
{
	pthread_t t;

	CHECK(pthread_create(&t, NULL, looks, &expected) == 0);
	CHECK(pthread_join(t, NULL) == 0);
}

static void refuses_its_owner(int type)
{
	make(type);
	others_see(0);
	CHECK(pthread_mutex_unlock(&m) == EPERM);
	CHECK(pthread_mutex_lock(&m) == 0);
	CHECK(pthread_mutex_destroy(&m) == EBUSY);
	CHECK(pthread_mutex_lock(&m) == EDEADLK);
	CHECK(pthread_mutex_trylock(&m) == EBUSY);
	CHECK(pthread_mutex_timedlock(&m, &(struct timespec){0, 0}) == EDEADLK);
	CHECK(pthread_mutex_timedlock(&m, &(struct timespec){0, 1000000000}) == EINVAL);
	others_see(EBUSY);
	CHECK(pthread_mutex_unlock(&m) == 0);
	CHECK(pthread_mutex_timedlock(&m, &(struct timespec){0, -1}) == 0); /* free: the time is not looked at */
	CHECK(pthread_mutex_unlock(&m) == 0);
	others_see(0);
	CHECK(pthread_mutex_destroy(&m) == 0);
}

static void counts(void)
{
	make(PTHREAD_MUTEX_RECURSIVE);
	CHECK(pthread_mutex_lock(&m) == 0);
	CHECK(pthread_mutex_trylock(&m) == 0);
	CHECK(pthread_mutex_timedlock(&m, &(struct timespec){0, 0}) == 0);
	for (int held = 3; held > 0; held--) {
		others_see(EBUSY);
		CHECK(pthread_mutex_unlock(&m) == 0);
	}
	others_see(0);
	CHECK(pthread_mutex_unlock(&m) == EPERM);
}

static void *dies_as_owner(void *times)
{
	for (int i = 0; i < *(int *)times; i++)
		CHECK(pthread_mutex_lock(&m) == 0);
	pthread_setname_np(pthread_self(), "owner");
	if (*(int *)times == 1)
		write_to_nowhere();
	return NULL; /* ends without unlocking: the same */
}

static void owner_dies(int times)
{
	pthread_t t;

	make(PTHREAD_MUTEX_RECURSIVE);
	CHECK(pthread_create(&t, NULL, dies_as_owner, &times) == 0);
	CHECK(pthread_join(t, NULL) == 0);
	CHECK(pthread_mutex_lock(&m) == EOWNERDEAD); /* and it is ours, once */
	others_see(EBUSY);
	CHECK(pthread_mutex_unlock(&m) == 0);
	others_see(0);
}

static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int state;

static void *answers(void *arg)
{
	CHECK(pthread_mutex_lock(&m) == 0);
	state = 1;
	CHECK(pthread_cond_broadcast(&changed) == 0);
	CHECK(pthread_mutex_unlock(&m) == 0);
	return arg;
}

static void waits_as_a_whole(void)
{
	pthread_t t;

	make(PTHREAD_MUTEX_RECURSIVE);
	CHECK(pthread_cond_wait(&changed, &m) == EPERM);
	CHECK(pthread_mutex_lock(&m) == 0 && pthread_mutex_lock(&m) == 0);
	CHECK(pthread_create(&t, NULL, answers, NULL) == 0);
	while (state == 0)
		CHECK(pthread_cond_wait(&changed, &m) == 0);
	CHECK(pthread_join(t, NULL) == 0);
	CHECK(pthread_mutex_unlock(&m) == 0);
	others_see(EBUSY);
	CHECK(pthread_mutex_unlock(&m) == 0);
	others_see(0);
}

static void static_ones(void)
{
	static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
	static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

	CHECK(pthread_mutex_lock(&recursive) == 0 && pthread_mutex_lock(&recursive) == 0);
	CHECK(pthread_mutex_lock(&checking) == 0 && pthread_mutex_lock(&checking) == EDEADLK);
}

int main(void)
{
	refuses_its_owner(PTHREAD_MUTEX_NORMAL);
	refuses_its_owner(PTHREAD_MUTEX_ERRORCHECK);
	counts();
	owner_dies(1);
	owner_dies(3);
	waits_as_a_whole();
	static_ones();
	return finish();
}
