/*
 * Threads by C11 and POSIX at once: each has errno and thread-local variables of its own, lines of different threads do not mix, and a heap
 * that all use stays sound.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#define THREADS 8
#define LINES 100

static _Thread_local int counter = 100;
static _Thread_local char name[16];
static _Thread_local _Alignas(64) double numbers[4];
static mtx_t lock;
static int sum;

static int work(int number)
{
	snprintf(name, sizeof(name), "thread %d", number);
	errno = 1000 + number;
	for (int i = 0; i < LINES; i++) {
		char *block = malloc((size_t)(i * 37 % 500) + 1);

		numbers[i % 4] += number / 2.0;
		counter++;
		block[0] = (char)i;
		printf("%s line %d counter %d number %.1f and some more text, so that it takes a while\n", name, i, counter,
		       numbers[0]);
		if (i % 10 == 0)
			thrd_yield();
		mtx_lock(&lock);
		sum++;
		mtx_unlock(&lock);
		free(block);
	}
	return counter == 100 + LINES && errno == 1000 + number && numbers[3] == number / 2.0 * LINES / 4 &&
	       ((size_t)numbers & 63) == 0;
}

static void *of_posix(void *arg) { return (void *)(size_t)work((int)(size_t)arg); }
static int of_c(void *arg) { return work((int)(size_t)arg); }

int main(void)
{
	pthread_t posix[THREADS / 2];
	thrd_t c[THREADS / 2];
	int good = mtx_init(&lock, mtx_plain) == thrd_success;

	errno = 5;
	for (size_t i = 0; i < THREADS / 2; i++) {
		good &= pthread_create(&posix[i], NULL, of_posix, (void *)i) == 0;
		good &= thrd_create(&c[i], of_c, (void *)(i + THREADS / 2)) == thrd_success;
	}
	for (size_t i = 0; i < THREADS / 2; i++) {
		void *value = NULL;
		int result = 0;

		pthread_join(posix[i], &value);
		thrd_join(c[i], &result);
		good &= value != NULL && result;
	}
	fprintf(stderr, "sum %d, errno %d, counter %d\n", sum, errno, counter);
	return good && errno == 5 && counter == 100 && sum == THREADS * LINES ? 0 : 1;
}
