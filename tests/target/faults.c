/*
 * Every way to die that a program has: each ends one thread, with the right cause and name, and everybody else goes on.
 *
 * test: mode both
 * test: fault 1 null
 * test: fault 1 wild
 * test: fault 1 text
 * test: fault 1 rodata
 * test: fault 2 data
 * test: fault 2 nowhere
 * test: fault 2 entry
 * test: fault 7 undefined
 * test: fault 8 exclusive
 * test: fault 8 pc
 * test: fault 12 trap
 */
#include "common/test.h"

static const uint64_t constant = 7;
static uint32_t data[4] = {0xd65f03c0}; /* ret, where no code may be */

static void *store_to(void *arg)
{
	*(volatile uint64_t *)arg = 1;
	return NULL;
}

static void *jump_to(void *arg)
{
	((void (*)(void))arg)();
	return NULL;
}

static void *undefined(void *arg)
{
	__asm__ volatile("udf #0");
	return arg;
}

/* An exclusive load of a misaligned address faults whatever SCTLR.A says. */
static void *exclusive(void *arg)
{
	uint64_t value;

	__asm__ volatile("ldxr %0, [%1]" : "=r"(value) : "r"((uintptr_t)arg + 1));
	return (void *)value;
}

static void *trap(void *arg)
{
	__asm__ volatile("brk #1");
	return arg;
}

static void dies(const char *name, thread_entry entry, void *arg)
{
	enum petri_error error = thread_join(start(name, entry, arg, 20), NULL);

	check(error == PETRI_EFAULTED, "%s: the joiner is told: %s", name, petri_strerror(error));
}

int main(void)
{
	uint32_t resident;

	dies("null", store_to, NULL);
	resident = info_now().threads_resident;
	dies("wild", store_to, (void *)0x123456789ab8);
	dies("text", store_to, (void *)((uintptr_t)store_to & ~7ul));
	dies("rodata", store_to, (void *)(uintptr_t)&constant);
	dies("data", jump_to, data);
	dies("nowhere", jump_to, (void *)0x5555000);
	dies("entry", (thread_entry)(uintptr_t)0x7777000, NULL);
	dies("undefined", undefined, NULL);
	dies("exclusive", exclusive, data);
	dies("pc", jump_to, (void *)((uintptr_t)store_to + 2));
	dies("trap", trap, NULL);
	check(constant == 7 && info_now().threads_resident == resident, "nothing was written, and nothing is left of them");
	return test_end();
}
