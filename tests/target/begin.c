/*
 * What a thread finds at its start: a stack that is aligned as the machine wants it (AAPCS64 6.2.2; QEMU does not look), and no
 * thread-local storage of the one who had its control block before.
 *
 * test: mode both
 */
#include "common/test.h"

static uint64_t tls(void)
{
	uint64_t value;

	__asm__ volatile("mrs %0, tpidr_el0" : "=r"(value));
	return value;
}

static void *where_it_stands(void *arg)
{
	(void)arg;
	return __builtin_frame_address(0);
}

static void *tell_tls(void *arg)
{
	(void)arg;
	return (void *)tls();
}

static void *leave_tls(void *arg)
{
	__asm__ volatile("msr tpidr_el0, %0" : : "r"(arg));
	thread_yield();
	return (void *)tls();
}

int main(void)
{
	uintptr_t guarded = (uintptr_t)join(start("guarded", where_it_stands, NULL, 20));
	uintptr_t compact = (uintptr_t)join(start_compact("compact", where_it_stands, NULL, 20));

	check(guarded % 16 == 0 && compact % 16 == 0 && (uintptr_t)__builtin_frame_address(0) % 16 == 0,
	      "stacks begin aligned: %lx, %lx", guarded, compact);
	check(tls() == 0, "main has no thread-local storage");
	check(join(start_compact("mine", leave_tls, (void *)0x1234560, 20)) == (void *)0x1234560, "a thread keeps what it has");
	check(join(start_compact("next", tell_tls, NULL, 20)) == NULL, "the next one has none");
	return test_end();
}
