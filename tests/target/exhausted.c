/*
 * Stacks use up all memory: another thread is refused, as often as it is asked for, the heap is refused likewise, everybody goes on; and when all
 * of them have ended the memory is there again, to the byte, so that the same happens a second time.
 *
 * test: mode both
 * test: seconds 120
 */
#include <petri/heap.h>
#include <petri/semaphore.h>

#include "common/test.h"

#define MOST 1000u
#define STACK THREAD_GUARDED_MAX

static thread_id ids[MOST];
static struct semaphore hold = SEMAPHORE_INIT(0);
static uint64_t ended;

static void *wait(void *arg)
{
	must(semaphore_wait(&hold));
	__atomic_fetch_add(&ended, 1, __ATOMIC_RELAXED);
	return arg;
}

static enum petri_error create(uint32_t stack_size, thread_id *id)
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;

	attr.name = "large";
	attr.priority = 20;
	attr.stack_size = stack_size;
	return thread_create(id, &attr, wait, NULL);
}

/* Until there is no memory for another. Returns how many. */
static unsigned int fill(void)
{
	unsigned int n = 0;
	enum petri_error error = PETRI_OK;
	uint64_t left = 0, kept;

	while (n < MOST && error == PETRI_OK) {
		left = info_now().memory_free;
		error = create(STACK, &ids[n]);
		n += error == PETRI_OK;
	}
	kept = info_now().memory_free;
	expect(error, PETRI_ENOMEM);
	check(kept + 4 * 4096 >= left, "the stack that did not fit is given back, but for tables: %lu of %lu bytes", kept, left);
	return n;
}

static void check_refused(void)
{
	struct system_info before = info_now(), after;
	enum petri_error error = PETRI_ENOMEM;
	thread_id id;

	for (int i = 0; i < 20 && error == PETRI_ENOMEM; i++)
		error = create(STACK - 4096 * (uint32_t)i, &id);
	after = info_now();
	expect(error, PETRI_ENOMEM);
	check(heap_alloc(STACK) == NULL, "nor is there any for the heap");
	check(after.memory_free == before.memory_free && after.threads_alive == before.threads_alive,
	      "what is refused leaves nothing behind: %lu, %lu bytes free", before.memory_free, after.memory_free);
	check(before.memory_free < STACK + (64u << 10), "there is less than a stack and its tables: %lu", before.memory_free);
}

static void empty(unsigned int n)
{
	ended = 0;
	for (unsigned int i = 0; i < n; i++)
		must(semaphore_post(&hold));
	for (unsigned int i = 0; i < n; i++)
		join(ids[i]);
	check(ended == n, "all %u go on, and end (%lu)", n, ended);
}

int main(void)
{
	struct system_info first, second;
	unsigned int n = fill(), again;

	check_refused();
	empty(n);
	first = info_now();
	again = fill();
	check_refused();
	empty(again);
	second = info_now();
	check(again == n && first.memory_free == second.memory_free,
	      "a second time it is the same: %u and %u threads, %lu and %lu bytes free after", n, again, first.memory_free,
	      second.memory_free);
	return test_end();
}
