/*
 * A program whose functions and data bear names of Petri's own library, which a portable program knows nothing of: both do what
 * they should, each its own.
 *
 * std: seeds 2
 * std: says 25 calls of its own
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

static int calls;

/* With other meanings than theirs. */
int thread_create(const char *what);
int park(int x);
int mutex_trylock(void);
void cond_signal(void);
void *heap_alloc(int n);
void thread_exit(int code);
int barrier_open(void);
int thread_join, thread_info = 3, console_write[4], heap_free, petri_now;

int thread_create(const char *what) { return what != NULL && ++calls; }
int park(int x) { return x + ++calls; }
int mutex_trylock(void) { return ++calls; }
void cond_signal(void) { calls++; }
void thread_exit(int code) { calls += code; }
int barrier_open(void) { return ++calls; }

void *heap_alloc(int n)
{
	calls += n;
	return NULL;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static sem_t units;
static int turn;

static void *takes_turns(void *arg)
{
	int mine = *(int *)arg;

	for (int i = 0; i < 50; i++) {
		pthread_mutex_lock(&lock);
		while (turn != mine)
			pthread_cond_wait(&changed, &lock);
		turn = !mine;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
		sem_post(&units);
	}
	return malloc(10) != NULL ? arg : NULL;
}

int main(void)
{
	int which[2] = {0, 1}, value;
	pthread_t t[2];
	void *result;

	sem_init(&units, 0, 0);
	for (int i = 0; i < 2; i++)
		if (pthread_create(&t[i], NULL, takes_turns, &which[i]) != 0)
			return 1;
	for (int i = 0; i < 2; i++)
		if (pthread_join(t[i], &result) != 0 || result != &which[i])
			return 2;
	sem_getvalue(&units, &value);
	if (value != 100 || calls != 0)
		return 3;
	cond_signal();
	thread_exit(thread_create("x") + park(mutex_trylock()) + barrier_open() + (heap_alloc(3) == NULL) + thread_info);
	printf("%d calls of its own\n", calls);
	return calls == 0 || thread_join || console_write[0] || heap_free || petri_now;
}
