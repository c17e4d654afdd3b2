/*
 * Memory that is taken away is gone at once: after the end of a thread with a large stack, whose pages are given back, the next access
 * to them is a fault, though they were in use a moment before; whoever gets the place next finds it empty; and nothing is lost.
 *
 * test: fault 1 ghost x2
 */
#include "common/test.h"

#define STACK (128u * 1024)
#define ROUNDS 200

static uint64_t *volatile place;
static struct thread_attr large = THREAD_ATTR_DEFAULT;

/* Leaves something in the middle of its stack. */
static void *leave_something(void *arg)
{
	uint64_t here[256];

	for (int i = 0; i < 256; i++)
		*(volatile uint64_t *)&here[i] = (uintptr_t)arg;
	place = here;
	return (void *)(uintptr_t) * (volatile uint64_t *)&here[128];
}

/* What lies there when a thread of that size begins. */
static void *look(void *arg)
{
	const volatile uint64_t *there = arg;
	uint64_t sum = 0;

	for (int i = 0; i < 128; i++)
		sum |= there[i];
	return (void *)(uintptr_t)sum;
}

static void *read_it(void *arg)
{
	*(volatile uint64_t *)arg;
	return NULL;
}

static thread_id start_large(const char *name, thread_entry entry, void *arg)
{
	thread_id id = 0;

	large.name = name;
	must(thread_create(&id, &large, entry, arg));
	return id;
}

static void check_gone(void)
{
	void *value = join(start_large("large", leave_something, (void *)0x1234567));

	check(value == (void *)0x1234567, "a thread with a large stack");
	expect(thread_join(start("ghost", read_it, place, 20), NULL), PETRI_EFAULTED);
	value = join(start_large("large", look, place - 2048)); /* far below what its own calls use */
	check(value == NULL, "the next one finds nothing of the last one's");
	join(start_large("large", leave_something, (void *)0x7654321));
	expect(thread_join(start("ghost", read_it, place, 20), NULL), PETRI_EFAULTED);
}

static void check_nothing_lost(void)
{
	struct system_info before = info_now(), after;

	for (int i = 0; i < ROUNDS; i++)
		join(start_large("large", leave_something, NULL));
	after = info_now();
	check(after.memory_free == before.memory_free && after.threads_resident == before.threads_resident,
	      "%d of them later as much memory is free: %lu, %lu", ROUNDS, before.memory_free, after.memory_free);
}

int main(void)
{
	large.stack_size = STACK;
	large.priority = 20;
	check_gone();
	check_nothing_lost();
	return test_end();
}
