/*
 * Stacks of every size overflow, by going ever deeper and by one large frame whose size nobody knew before (alloca): each ends its own thread
 * with the cause "guard page", in user mode and in kernel mode; one with the same size that goes to its limit and no further does not. Neighbours
 * above and below see nothing of it. Compact stacks of every kind of size likewise, and there the one below ends as well.
 *
 * test: mode both
 * test: fault 3 deep x9
 * test: fault 3 leap x9
 * test: fault 4 compact x5
 * test: fault 5 below x5
 */
#include <petri/park.h>
#include <petri/string.h>

#include "common/test.h"

#define SIZES 9 /* 4 KiB to 1 MiB */

static uint64_t gate;

static __attribute__((noinline)) int recurse(int depth, int most)
{
	volatile char here[160];

	here[0] = (char)depth;
	return depth == most ? 0 : recurse(depth + 1, most) + here[0];
}

static void *go_deep(void *arg) { return (void *)(intptr_t)recurse(0, (int)(intptr_t)arg); }

static void *leap(void *arg)
{
	volatile char *here = __builtin_alloca((size_t)arg);

#ifdef __clang__ /* ours touch each page of a large frame on their way; older clangs cannot */
	for (size_t at = (size_t)arg; at > 4096; at -= 4096)
		here[at - 1] = 1;
#endif
	here[0] = 1;
	return (void *)(intptr_t)here[0];
}

/* Keeps a pattern on all of its stack but the last KiB, and waits. */
static void *watch(void *arg)
{
	size_t size = (size_t)arg - 1536;
	uint8_t *pattern = __builtin_alloca(size);
	uint64_t wrong = 0;

	memset(pattern, 0xa7, size);
	while (park(&gate, 0, PETRI_FOREVER) == PETRI_EAGAIN && __atomic_load_n(&gate, __ATOMIC_RELAXED) == 0)
		;
	for (size_t i = 0; i < size; i++)
		wrong += pattern[i] != 0xa7;
	return (void *)wrong;
}

static thread_id start_sized(const char *name, thread_entry entry, void *arg, uint32_t size, enum thread_stack stack)
{
	struct thread_attr attr = {.name = name, .stack = (uint8_t)stack, .stack_size = size, .priority = 20};
	thread_id id = 0;

	must(thread_create(&id, &attr, entry, arg));
	return id;
}

static void check_size(uint32_t size)
{
	thread_id above, below;
	enum petri_error deep, far, near_limit;

	gate = 0;
	below = start_sized("watch", watch, (void *)(uintptr_t)size, size, THREAD_GUARDED);
	deep = thread_join(start_sized("deep", go_deep, (void *)-1, size, THREAD_GUARDED), NULL);
	above = start_sized("watch", watch, (void *)(uintptr_t)size, size, THREAD_GUARDED);
	far = thread_join(start_sized("leap", leap, (void *)(uintptr_t)(size + 3 * 4096), size, THREAD_GUARDED), NULL);
	near_limit = thread_join(start_sized("leap", leap, (void *)(uintptr_t)(size - 512), size, THREAD_GUARDED), NULL);
	gate = 1;
	unpark(&gate, UNPARK_ALL);
	check(deep == PETRI_EFAULTED && far == PETRI_EFAULTED && near_limit == PETRI_OK && join(above) == NULL &&
		      join(below) == NULL,
	      "%u KiB: too deep ends it, too far ends it, just enough does not; its neighbours are whole", size / 1024);
}

/* ---- compact ------------------------------------------------------------------------------------------------------------------ */

static uintptr_t stack_of[2];
static uint64_t gates[2]; /* of the two: the lower one's stays closed */

static void *tell_stack(void *arg)
{
	stack_of[(uintptr_t)arg] = (uintptr_t)arch_user_block();
	return park(&gates[(uintptr_t)arg], 0, PETRI_FOREVER) == PETRI_OK ? arg : NULL;
}

/* Writes over its own user block and some of what is below, then enters the kernel. */
static void *write_below(void *arg)
{
	uint64_t *block = (uint64_t *)arch_user_block();

	(void)arg;
	memset(block - 4, 0x5a, 48);
	thread_yield();
	return NULL;
}

static void *tell_or_write(void *arg)
{
	tell_stack(arg);
	return write_below(arg);
}

/* Two that lie side by side: the upper one overflows, both end. */
static void check_compact(uint32_t size)
{
	thread_id ids[2];
	enum petri_error ends[2];
	unsigned int upper;

	for (uintptr_t i = 0; i < 2; i++) {
		ids[i] = start_sized("compact", tell_or_write, (void *)i, size, THREAD_COMPACT);
		reaches(ids[i], THREAD_BLOCKED);
	}
	upper = stack_of[1] > stack_of[0];
	must(thread_set_name(ids[!upper], "below"));
	unpark(&gates[upper], 1);
	for (int i = 0; i < 2; i++)
		ends[i] = thread_join(ids[i], NULL);
	check(stack_of[upper] - stack_of[!upper] == size && ends[0] == PETRI_EFAULTED && ends[1] == PETRI_EFAULTED,
	      "compact, %u bytes: found at the next entry, and the one below ends, too", size);
}

int main(void)
{
	static const uint32_t sizes[] = {THREAD_COMPACT_SIZE, 1024, 1536, 2048, THREAD_COMPACT_MAX};

	thread_set_priority(thread_self(), 18, NULL);
	for (uint32_t size = 4096, i = 0; i < SIZES; i++, size *= 2)
		check_size(size);
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		check_compact(sizes[i]);
	return test_end();
}
