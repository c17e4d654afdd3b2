/*
 * Each call of the table, from a user thread, with each of its pointers bad in each way: the kernel's, a device's, unmapped, straddling the end of
 * what is mapped, wrapping around, no address at all, misaligned (words), read-only (answers). The answer is EADDRESS, nothing is done, nobody
 * faults. Then lengths, numbers and ids that make no sense.
 *
 * A call that is not in this table fails the test.
 *
 * test: mode user
 * test: script 93 aabbcc
 * test: fault 10 aborts x2
 * test: arguments text=@kernel_main rodata=@board data=@cores tables=@early_tables stacks=@stacks_start queue=@queue
 */
#include <petri/barrier.h>
#include <petri/deadlock.h>
#include <petri/heap.h>
#include <petri/mutex.h>
#include <petri/park.h>
#include <petri/share.h>
#include <petri/stream.h>
#include <petri/string.h>
#include <petri/syscall.h>

#include "common/test.h"
#include "common/words.h"

#define GIB (1ull << 30)
#define PAGE 4096

/* ---- bad addresses ----------------------------------------------------------------------------------------------------------- */

static const uint64_t constant[16] = {1, 2, PARK_WAITERS};
static char *edge; /* the end of what is mapped */

static uint64_t nowhere[32]; /* neither readable nor writable */
static unsigned int nowheres;

static void add(uint64_t address) { nowhere[nowheres++] = address; }

static void find_addresses(const char *words, size_t size)
{
	static const char *const symbols[] = {"text", "rodata", "data", "tables", "stacks"};
	static const uint64_t others[] = {
		8,         0xff8,     32 * GIB,   33 * GIB,          34 * GIB,   65 * GIB,           127 * GIB,
		500 * GIB, 512 * GIB, 1ull << 48, 0x123456789abcde0, 1ull << 63, 0xffff000000000000, 0xfffffffffffffff8};
	bool virt = strcmp(info_now().board, "virt") == 0;

	for (unsigned int i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++)
		add(word_value(words, size, symbols[i]) & ~7ull);
	add(word_value(words, size, "stacks") + 8192);
	for (unsigned int i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		add(others[i]);
	add(virt ? 0x09000000 : 0x3F201000); /* UART */
	add(virt ? 0x08010000 : 0x40000040); /* interrupts */
	add((uintptr_t)constant | 1ull << 56);
	add(0); /* last: where 0 means "not wanted" it is left out */
}

/* A page of the heap behind which nothing is. */
static void find_edge(void)
{
	uint64_t address = 0;

	must((enum petri_error)arch_syscall(SYS_heap_grow, PAGE, (uintptr_t)&address, 0, 0));
	edge = (char *)address + PAGE;
}

/* ---- the table ---------------------------------------------------------------------------------------------------------------- */

static uint64_t word = 5;
static char text[16] = "text";
static struct stream_command command = {.seq = 1, .type = 0x93};
static struct thread_attr attr = THREAD_ATTR_DEFAULT;
static union {
	struct thread_info info;
	uint8_t cores[2];
	struct thread_end end;
	struct system_info system;
	struct stream_command command;
	uint64_t word;
} answer;
static thread_id ended; /* a thread that can be joined */

static void *give_back(void *arg) { return arg; }

/*
 * What is sensible for each argument, and which ones are pointers: i to what is read, o to an answer, w to a word, I and O the same where 0 is
 * allowed; a capital N that any address will do. sizes: of what they point to.
 */
struct call {
	const char *name;
	char kinds[5];
	uint64_t good[4];
	uint64_t sizes[4];
};

#define P(x) ((uintptr_t)(x))
#define ANSWER P(&answer)
#define CALL(call, ...) [SYS_##call] = {.name = #call, __VA_ARGS__}
#define PAST 1

static const struct call calls[SYSCALLS] = {
	CALL(thread_yield, .kinds = "----"),
	CALL(park, .kinds = "w---", .good = {P(&word), 6, PAST}, .sizes = {8}),
	CALL(unpark, .kinds = "N---", .good = {P(&word), UINT64_MAX}, .sizes = {8}),
	CALL(hand_off, .kinds = "w---", .good = {P(&word), PARK_SEMAPHORE}, .sizes = {8}),
	CALL(park_mutex, .kinds = "w---", .good = {P(&word), 5, PAST}, .sizes = {8}),
	CALL(thread_sleep, .kinds = "----", .good = {PAST}),
	CALL(thread_create, .kinds = "I--O", .good = {P(&attr), P(give_back), 0, ANSWER}, .sizes = {sizeof(attr), 0, 0, 8}),
	CALL(thread_exit, .kinds = ""),
	CALL(thread_join, .kinds = "-O--", .good = {0, ANSWER, PAST}, .sizes = {0, 8}),
	CALL(thread_join_any, .kinds = "o---", .good = {ANSWER, PAST}, .sizes = {sizeof(struct thread_end)}),
	CALL(thread_detach, .kinds = "----"),
	CALL(thread_kill, .kinds = "----"),
	CALL(thread_priority, .kinds = "----", .good = {0, UINT64_MAX}),
	CALL(thread_quantum, .kinds = "----"),
	CALL(thread_info, .kinds = "-o--", .good = {0, ANSWER}, .sizes = {0, sizeof(struct thread_info)}),
	CALL(thread_name, .kinds = "-I--", .good = {0, P(text), 5}, .sizes = {0, 5}),
	CALL(heap_grow, .kinds = "-o--", .good = {PAGE, ANSWER}, .sizes = {0, 8}),
	CALL(console_write, .kinds = "i---", .good = {P(text), 5, 1}, .sizes = {5}),
	CALL(stream_send, .kinds = "-i--", .good = {0x7e, P(text), 5}, .sizes = {0, 5}),
	CALL(stream_receive, .kinds = "o---", .good = {ANSWER, PAST}, .sizes = {8 + 3}),
	CALL(stream_answer, .kinds = "i-I-", .good = {P(&command), 0, P(text), 5}, .sizes = {8, 0, 5}),
	CALL(system_info, .kinds = "o---", .good = {ANSWER}, .sizes = {sizeof(struct system_info)}),
	CALL(system_exit, .kinds = ""),
	CALL(thread_abort, .kinds = ""),
	CALL(deadlock_react, .kinds = "----", .good = {DEADLOCK_REPORT}),
	CALL(deadlock_await, .kinds = "-O--", .good = {0, ANSWER, PAST}, .sizes = {0, 8}),
	CALL(preempt_point, .kinds = "----"),
	CALL(null, .kinds = "----"),
	CALL(heap_private, .kinds = "-o--", .good = {PAGE, ANSWER}, .sizes = {0, 8}),
	CALL(thread_cores, .kinds = "i-o-", .good = {P(&word), 1, ANSWER}, .sizes = {8, 0, 1}),
	CALL(share_open, .kinds = "I--o", .good = {P("region"), 6, PAGE, ANSWER}, .sizes = {6, 0, 0, 8}),
	CALL(thread_affinity, .kinds = "----"),
	CALL(thread_make, .kinds = "---O", .good = {16ull << 40, P(give_back), 0, ANSWER}, .sizes = {0, 0, 0, 8}),
};

/* ---- one call, one pointer ------------------------------------------------------------------------------------------------------ */

static unsigned int wrong, tried;

static void try_one(unsigned int number, unsigned int at, uint64_t address, uint64_t wanted)
{
	uint64_t a[4], got;

	memcpy(a, calls[number].good, sizeof(a));
	if (number == SYS_thread_join)
		a[0] = ended;
	else if (number == SYS_thread_info || number == SYS_thread_name)
		a[0] = thread_self();
	a[at] = address;
	memset(edge - 64, 'x', 64); /* text that does not end */
	got = arch_syscall(number, a[0], a[1], a[2], a[3]);
	tried++;
	if (got == wanted)
		return;
	wrong++;
	note("%s with 0x%lx as argument %u answers %lu, expected %lu", calls[number].name, address, at, got, wanted);
}

static void try_pointer(unsigned int number, unsigned int at)
{
	char kind = calls[number].kinds[at];
	bool may_be_null = kind == 'I' || kind == 'O', is_answer = kind == 'o' || kind == 'O';
	uint64_t size = calls[number].sizes[at], wanted = kind == 'N' ? 0 : PETRI_EADDRESS;

	for (unsigned int i = 0; i < nowheres - may_be_null; i++)
		try_one(number, at, nowhere[i], wanted);
	for (uint64_t inside = 0; inside < size; inside += inside < 8 || inside + 8 >= size ? 1 : 8)
		if (kind != 'w' || inside == 0)
			try_one(number, at, P(edge) - inside, wanted);
	for (uint64_t inside = 1; inside < size && inside < 8; inside++) {
		try_one(number, at, 0 - inside, wanted);
		if (kind == 'w')
			try_one(number, at, P(&word) + inside, wanted);
	}
	if (is_answer || number == SYS_hand_off) {
		try_one(number, at, P(&constant[2]), wanted);
		if (is_answer) /* as a word it might look free */
			try_one(number, at, P(try_one) & ~7ull, wanted);
	}
}

static void check_call(unsigned int number)
{
	struct system_info before = info_now(), after;

	tried = wrong = 0;
	for (unsigned int at = 0; at < 4 && calls[number].kinds[at]; at++)
		if (calls[number].kinds[at] != '-')
			try_pointer(number, at);
	after = info_now();
	check(calls[number].name != NULL && wrong == 0, "%s: %u bad pointers, %u wrong answers",
	      calls[number].name ? calls[number].name : "?", tried, wrong);
	if (tried > 0)
		check(before.memory_free == after.memory_free && before.threads_alive == after.threads_alive &&
			      before.threads_created == after.threads_created,
		      "and nothing was done");
}

/* ---- before and after: what the calls would have used up --------------------------------------------------------------------------- */

static struct mutex one = MUTEX_INIT, two = MUTEX_INIT;
static struct barrier both = BARRIER_INIT(2);

static void *lock_both(void *arg)
{
	struct mutex *first = arg, *second = first == &one ? &two : &one;

	must(mutex_lock(first));
	must(barrier_wait(&both));
	return (void *)(intptr_t)mutex_lock(second);
}

/* So deadlock_await has something to tell at once. */
static void make_deadlock(thread_id members[2])
{
	members[0] = start("left", lock_both, &one, 20);
	members[1] = start("right", lock_both, &two, 20);
	must(deadlock_await(0, NULL, in_us(1000000)));
}

static void check_unharmed(thread_id members[2])
{
	struct thread_end end = {0};

	expect(stream_receive(&answer.command, PAST), PETRI_OK);
	check(answer.command.type == 0x93 && answer.command.length == 3 && answer.command.payload[2] == 0xcc,
	      "the command that could not be delivered is still there");
	expect(thread_join_any(&end, PAST), PETRI_OK);
	check(end.id == ended && end.value == &word, "so is the thread that has ended");
	expect(thread_kill(members[0]), PETRI_OK);
	expect(thread_join(members[0], NULL), PETRI_EKILLED);
	expect((enum petri_error)(intptr_t)join(members[1]), PETRI_EOWNERDIED);
	check(word == 5 && constant[0] == 1 && constant[1] == 2 && constant[2] == PARK_WAITERS && strcmp(text, "text") == 0,
	      "words, constants and text are as they were");
}

/* ---- whoever waits in the kernel ------------------------------------------------------------------------------------------------- */

static void *await_command(void *arg)
{
	static struct stream_command none;

	return stream_receive(&none, *(petri_time *)arg) == PETRI_ETIMEDOUT ? NULL : arg;
}

/* Wait queues are keyed by address and domain: no address, however crooked, names a queue of the kernel's or of another domain. */
static void check_foreign_queues(uint64_t queue)
{
	petri_time until = in_us(20000);
	thread_id id = start("waits", await_command, &until, 20);
	uint64_t woken = 0;

	reaches(id, THREAD_BLOCKED);
	for (uint64_t domain = 0; domain < 16; domain++)
		woken += arch_syscall(SYS_unpark, queue ^ domain << 48, UINT64_MAX, 0, 0);
	check(woken == 0, "nobody who waits in the kernel can be woken by unpark (%lu were)", woken);
	check(join(id) == NULL, "and it waits until its time is over");
}

/* ---- numbers, lengths, ids ----------------------------------------------------------------------------------------------------------- */

static uint64_t call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d) { return arch_syscall(number, a, b, c, d); }

static void check_numbers(void)
{
	static const uint64_t none[] = {SYSCALLS,   SYSCALLS + 1, 255,        256,        65536,
					0x7fffffff, 0x80000000,   UINT32_MAX, UINT64_MAX, (1ull << 32) + SYSCALLS};
	unsigned int bad = 0;

	for (unsigned int i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		bad += call(none[i], ANSWER, ANSWER, ANSWER, ANSWER) != PETRI_ENOSYS;
	check(bad == 0, "numbers that are no call: ENOSYS");
	expect(call((1ull << 32) + SYS_null, 0, 0, 0, 0), PETRI_OK); /* the number is in w8 */
}

static void check_lengths(void)
{
	char *end = edge - 5;

	memset(end, 'x', 5); /* answers came here, too */
	expect(call(SYS_console_write, P(end), UINT64_MAX, 1, 0), PETRI_EADDRESS);
	expect(call(SYS_console_write, P(end), 6, 1, 0), PETRI_EADDRESS);
	expect(call(SYS_console_write, P(text), 0, 1, 0), PETRI_OK);
	expect(call(SYS_console_write, P(text), 1, 0, 0), PETRI_EINVAL);
	expect(call(SYS_console_write, P(text), 1, 3, 0), PETRI_EINVAL);
	expect(call(SYS_stream_send, 0x7e, P(text), 1025, 0), PETRI_EINVAL);
	expect(call(SYS_stream_send, 0x7e, P(text), UINT64_MAX, 0), PETRI_EINVAL);
	expect(call(SYS_stream_send, 0x7e, P(end), 6, 0), PETRI_EADDRESS);
	expect(call(SYS_stream_send, 0x1f, P(end), 5, 0), PETRI_EINVAL);
	expect(call(SYS_stream_send, 0x80, P(end), 5, 0), PETRI_EINVAL);
	expect(call(SYS_stream_send, 0x7e + (1ull << 32), P(end), 5, 0), PETRI_EINVAL);
	expect(call(SYS_stream_answer, P(&command), 0, P(end), UINT64_MAX), PETRI_EADDRESS);
	expect(call(SYS_thread_name, thread_self(), P(end), UINT64_MAX, 0), PETRI_EADDRESS);
	expect(call(SYS_heap_grow, 0, ANSWER, 0, 0), PETRI_EINVAL);
	expect(call(SYS_heap_grow, PAGE - 1, ANSWER, 0, 0), PETRI_EINVAL);
	expect(call(SYS_heap_grow, 0 - (uint64_t)PAGE, ANSWER, 0, 0), PETRI_ENOMEM);
	expect(call(SYS_heap_grow, PAGE, ANSWER, PAGE, 0), PETRI_EINVAL);
	expect(call(SYS_heap_private, 0, ANSWER, 0, 0), PETRI_EINVAL);
	expect(call(SYS_heap_private, PAGE + 1, ANSWER, 0, 0), PETRI_EINVAL);
	expect(call(SYS_heap_private, 4ull << 20, ANSWER, 0, 0), PETRI_ENOMEM);
	expect(call(SYS_heap_private, 0 - (uint64_t)PAGE, ANSWER, 0, 0), PETRI_ENOMEM);
	expect(call(SYS_heap_private, 2 * PAGE, ANSWER, PAGE, 0), PETRI_EINVAL);
	expect(call(SYS_share_open, P("region"), 6, 0, ANSWER), PETRI_EINVAL);
	expect(call(SYS_share_open, P("region"), 0, PAGE, ANSWER), PETRI_EINVAL);
	expect(call(SYS_share_open, P("region"), 6, SHARE_SIZE_MAX + 1, ANSWER), PETRI_EINVAL);
	expect(call(SYS_share_open, P("region"), 6, UINT64_MAX, ANSWER), PETRI_EINVAL);
	expect(call(SYS_deadlock_react, 4, 0, 0, 0), PETRI_EINVAL);
	expect(call(SYS_deadlock_react, 1ull << 32, 0, 0, 0), PETRI_EINVAL);
	expect(call(SYS_hand_off, P(&word), 2, 0, 0), PETRI_EINVAL);
	expect(call(SYS_hand_off, P(&word), 1ull << 32, 0, 0), PETRI_EINVAL);
}

static void check_ids(void)
{
	const uint64_t ids[] = {0, 1, 0xffffff, UINT64_MAX, 1ull << 63 | thread_self(), thread_self() + (1ull << 24), ended};
	unsigned int bad = 0;

	for (unsigned int i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		bad += call(SYS_thread_join, ids[i], ANSWER, PAST, 0) != PETRI_ESTALE;
		bad += call(SYS_thread_detach, ids[i], 0, 0, 0) != PETRI_ESTALE;
		bad += call(SYS_thread_kill, ids[i], 0, 0, 0) != PETRI_ESTALE;
		bad += call(SYS_thread_priority, ids[i], 3, 0, 0) >> 8 != PETRI_ESTALE;
		bad += call(SYS_thread_affinity, ids[i], 1, 0, 0) != PETRI_ESTALE;
		bad += call(SYS_thread_quantum, ids[i], 1000, 0, 0) != PETRI_ESTALE;
		bad += call(SYS_thread_info, ids[i], ANSWER, 0, 0) != PETRI_ESTALE;
		bad += call(SYS_thread_name, ids[i], P(text), 4, 0) != PETRI_ESTALE;
	}
	check(bad == 0, "ids of nobody: ESTALE (%u other answers)", bad);
	expect(call(SYS_thread_priority, thread_self(), 32, 0, 0) >> 8, PETRI_EINVAL);
	expect(call(SYS_thread_priority, thread_self(), 1ull << 32, 0, 0) >> 8, PETRI_EINVAL);
	expect(call(SYS_thread_affinity, thread_self(), 1ull << 32, 0, 0), PETRI_EINVAL);
	expect(call(SYS_thread_quantum, thread_self(), 199, 0, 0), PETRI_EINVAL);
}

static void *abort_with(void *bad)
{
	arch_syscall(SYS_thread_abort, P(bad), 50, 0, 0);
	return bad;
}

static void check_abort(void)
{
	expect(thread_join(start("aborts", abort_with, edge - 3, 20), NULL), PETRI_EFAULTED);
	expect(thread_join(start("aborts", abort_with, (void *)nowhere[0], 20), NULL), PETRI_EFAULTED);
}

int main(char *words, size_t size)
{
	thread_id members[2];

	find_addresses(words, size);
	find_edge();
	make_deadlock(members);
	join(start("first", give_back, NULL, 20)); /* its memory is there for the next */
	ended = start("ended", give_back, &word, 20);
	join(start("first", give_back, NULL, 20));
	reaches(ended, THREAD_ZOMBIE);
	for (unsigned int number = 0; number < SYSCALLS; number++)
		check_call(number);
	check_unharmed(members);
	check_foreign_queues(word_value(words, size, "queue"));
	check_numbers();
	check_lengths();
	check_ids();
	check_abort();
	return test_end();
}
