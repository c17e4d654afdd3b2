/*
 * What the kernel shows of its threads is an address of the app's own, or nothing: for one that joins, waits for any end, or asks for a command, these
 * would be the kernel's. Console text goes to two numbers, and to no others.
 *
 * test: mode both
 * test: says 2 [\n]# told once each
 */
#include <petri/park.h>
#include <petri/stream.h>
#include <petri/string.h>
#include <petri/syscall.h>

#include "common/test.h"

static uint64_t word;
static thread_id sleeper;
static struct stream_command command;

static void *wait_for_word(void *arg) { return park(&word, 0, PETRI_FOREVER) == PETRI_OK ? arg : NULL; }
static void *wait_for_other(void *arg) { return thread_join(sleeper, NULL) == PETRI_OK ? arg : NULL; }
static void *wait_for_command(void *arg) { return stream_receive(&command, PETRI_FOREVER) == PETRI_OK ? arg : NULL; }

static void *wait_for_any(void *arg)
{
	struct thread_end end;

	return thread_join_any(&end, PETRI_FOREVER) == PETRI_OK ? arg : NULL;
}

static uint64_t waits_for(thread_id id)
{
	struct thread_info info = {.waits_for = UINT64_MAX};

	if (!reaches(id, THREAD_BLOCKED) || thread_info(id, &info) != PETRI_OK)
		return UINT64_MAX;
	return info.waits_for;
}

static void check_hidden(const char *name, thread_entry entry)
{
	thread_id id = start(name, entry, NULL, 20);
	uint64_t shown = waits_for(id);

	check(shown == 0, "of one that %s nothing is shown: 0x%lx", name, shown);
	must(thread_kill(id));
	expect(thread_join(id, NULL), PETRI_EKILLED);
}

static enum petri_error say(const char *text, uint64_t number)
{
	return (enum petri_error)arch_syscall(SYS_console_write, (uintptr_t)text, strlen(text), number, 0);
}

int main(void)
{
	uint64_t shown;

	sleeper = start("sleeper", wait_for_word, NULL, 20);
	shown = waits_for(sleeper);
	check(shown == (uintptr_t)&word, "of one that parks its word is shown: 0x%lx, 0x%lx", shown, (uintptr_t)&word);
	check_hidden("joins", wait_for_other);
	check_hidden("joins any", wait_for_any);
	check_hidden("receives", wait_for_command);
	expect(say("# told once each\n", 1), PETRI_OK);
	expect(say("# told once each\n", 2), PETRI_OK);
	for (uint64_t number = 3; number < UINT64_MAX / 8; number *= 257)
		expect(say("# told once each\n", number), PETRI_EINVAL);
	expect(say("# told once each\n", 0), PETRI_EINVAL);
	expect(say("# told once each\n", UINT64_MAX), PETRI_EINVAL);
	expect(say("# told once each\n", 1ull << 32 | 1), PETRI_EINVAL);
	return test_end();
}
