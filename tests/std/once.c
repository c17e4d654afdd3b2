/*
 * Once is once, whoever comes first; nobody goes on before it has been; and one who ends in the middle of it leaves it to the next.
 *
 * std: seeds 8
 * std: quantum 0.5
 */
#include <pthread.h>
#include <threads.h>

#include "check.h"

#define ROUNDS 40
#define THREADS 5

static once_flag flags[ROUNDS];
static volatile int made[ROUNDS];
static int now;

static void make(void)
{
	int before = made[now];

	for (int i = 0; i < 20; i++)
		CHECK(made[now] == before);
	made[now] = before + 1;
}

static int calls(void *arg)
{
	(void)arg;
	call_once(&flags[now], make);
	CHECK(made[now] == 1);
	return 0;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int attempts, completed;

static void ends_the_first_time(void)
{
	if (attempts++ == 0)
		pthread_exit(NULL);
	completed++;
}

static int calls_it(void *arg)
{
	(void)arg;
	CHECK(pthread_once(&once, ends_the_first_time) == 0);
	CHECK(completed == 1);
	return 0;
}

int main(void)
{
	static const once_flag fresh = ONCE_FLAG_INIT;
	thrd_t t[THREADS];

	for (now = 0; now < ROUNDS; now++) {
		flags[now] = fresh;
		for (int i = 0; i < THREADS; i++)
			CHECK(thrd_create(&t[i], calls, NULL) == thrd_success);
		for (int i = 0; i < THREADS; i++)
			thrd_join(t[i], NULL);
	}
	for (int i = 0; i < THREADS; i++)
		CHECK(thrd_create(&t[i], calls_it, NULL) == thrd_success);
	for (int i = 0; i < THREADS; i++)
		thrd_join(t[i], NULL);
	CHECK(attempts == 2 && completed == 1);
	check_preempted(ROUNDS * THREADS * 20);
	return finish();
}
