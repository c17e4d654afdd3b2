/*
 * System calls with arguments that no sane program gives: each is an error, the kernel and the caller go on. Addresses are
 * unmapped, misaligned, read-only where the kernel is to write, or beyond what an address can be.
 *
 * test: mode both
 */
#include <petri/heap.h>
#include <petri/park.h>
#include <petri/stream.h>
#include <petri/syscall.h>

#include "common/test.h"

static const uint64_t constant[8] = {1, 2, PARK_WAITERS};

/* Not readable at all. */
static const uint64_t nowhere[] = {
	0,
	8,
	0xff8,
	0x0000123456789000,
	0x00007ffffffffff8,
	0x0001000000000000,
	0x8000000000000000,
	0xffff000000000000,
	0xfffffffffffffff8,
};
#define NOWHERE (sizeof(nowhere) / sizeof(nowhere[0]))

static uint64_t call(enum petri_syscall number, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	return arch_syscall(number, a, b, c, d);
}

/* How many of the bad addresses, from `first` on, the call does not answer with EADDRESS, if the address is its argument number `at`. */
static int not_refused(unsigned int first, enum petri_syscall number, int at, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	int wrong = 0;

	for (unsigned int i = first; i < NOWHERE; i++) {
		uint64_t arg[4] = {a, b, c, d};
		uint64_t got;

		arg[at] = nowhere[i];
		got = call(number, arg[0], arg[1], arg[2], arg[3]);
		if (got != PETRI_EADDRESS) {
			note("call %d with 0x%lx answers %lu", number, nowhere[i], got);
			wrong++;
		}
	}
	return wrong;
}

#define refuses(number, at, a, b, c, d) check(not_refused(0, SYS_##number, at, a, b, c, d) == 0, #number " refuses bad addresses")
/* The same where NULL has a meaning: an answer that is not wanted, the default. */
#define refuses_but_null(number, at, a, b, c, d) \
	check(not_refused(1, SYS_##number, at, a, b, c, d) == 0, #number " refuses bad addresses but NULL")

static void *give_back(void *arg) { return arg; }

static void check_addresses(void)
{
	const uint64_t rodata = (uintptr_t)constant, past = 1;
	thread_id self = thread_self();
	uint64_t word[2] = {5, 5};

	refuses(park, 0, 0, 0, past, 0);
	refuses(hand_off, 0, 0, PARK_SEMAPHORE, 0, 0);
	refuses(hand_off, 0, 0, PARK_MUTEX, 0, 0);
	refuses(park_mutex, 0, 0, 5, past, 0);
	refuses_but_null(thread_create, 0, 0, (uintptr_t)give_back, 0, 0);
	refuses(thread_info, 1, self, 0, 0, 0);
	refuses(system_info, 0, 0, 0, 0, 0);
	refuses_but_null(thread_name, 1, self, 0, 5, 0);
	refuses(heap_grow, 1, 4096, 0, 0, 0);
	refuses(console_write, 0, 0, 5, 1, 0);
	refuses(stream_send, 1, 0x7e, 0, 5, 0);
	expect(call(SYS_park, (uintptr_t)word + 4, 5, past, 0), PETRI_EADDRESS);
	expect(call(SYS_park_mutex, (uintptr_t)word + 4, 5, past, 0), PETRI_EADDRESS);
	expect(call(SYS_hand_off, (uintptr_t)word + 4, PARK_MUTEX, 0, 0), PETRI_EADDRESS);
	for (unsigned int i = 0; i < NOWHERE; i++)
		check(unpark((const uint64_t *)nowhere[i], UNPARK_ALL) == 0, "unpark of 0x%lx finds nobody", nowhere[i]);
	expect(call(SYS_hand_off, (uintptr_t)&constant[2], PARK_SEMAPHORE, 0, 0), PETRI_EADDRESS);
	expect(call(SYS_thread_info, self, rodata, 0, 0), PETRI_EADDRESS);
	expect(call(SYS_system_info, rodata, 0, 0, 0), PETRI_EADDRESS);
	expect(call(SYS_system_info, (uintptr_t)give_back, 0, 0, 0), PETRI_EADDRESS);
	check(constant[0] == 1 && constant[1] == 2 && constant[2] == PARK_WAITERS, "what is read-only is as it was");
}

static enum petri_error create_one(const struct thread_attr *attr)
{
	thread_id id = 0;
	enum petri_error error = thread_create(&id, attr, give_back, NULL);

	if (error == PETRI_OK)
		join(id);
	return error;
}

/* With and without a name: those are two calls. */
static enum petri_error create(struct thread_attr attr)
{
	enum petri_error error = create_one(&attr);

	if (attr.name == NULL) {
		attr.name = "named";
		check(create_one(&attr) == error, "with a name it answers the same");
	}
	return error;
}

#define SMALL (1ull << 32 | 16ull << 40) /* the attributes of a compact thread as a word */

/* Where the answer cannot be stored, nothing is done: nobody is created or joined. */
static void check_out_addresses(void)
{
	uint32_t alive = info_now().threads_alive;
	thread_id id;
	int wrong = 0;

	for (unsigned int i = 1; i < NOWHERE; i++) /* NULL is allowed here */
		wrong += call(SYS_thread_create, (uintptr_t) & (struct thread_attr)THREAD_ATTR_DEFAULT, (uintptr_t)give_back, 0,
			      nowhere[i]) != PETRI_EADDRESS;
	must(create((struct thread_attr)THREAD_ATTR_COMPACT)); /* from now on there is one whose stack is to be had at once */
	for (unsigned int i = 1; i < NOWHERE; i++)
		wrong += call(SYS_thread_make, SMALL, (uintptr_t)give_back, 0, nowhere[i]) != PETRI_EADDRESS;
	check(wrong == 0 && info_now().threads_alive == alive, "thread_create refuses a bad place for the id, and creates nobody");
	id = start("joined", give_back, &wrong, 20);
	for (unsigned int i = 1; i < NOWHERE; i++)
		wrong += call(SYS_thread_join, id, nowhere[i], PETRI_FOREVER, 0) != PETRI_EADDRESS;
	for (unsigned int i = 0; i < NOWHERE; i++)
		wrong += call(SYS_thread_join_any, nowhere[i], PETRI_FOREVER, 0, 0) != PETRI_EADDRESS;
	check(wrong == 0, "joins refuse a bad place for the value");
	check(join(id) == &wrong, "and the thread can still be joined");
}

static void check_attributes(void)
{
	const struct thread_attr usual = THREAD_ATTR_DEFAULT, compact = THREAD_ATTR_COMPACT;
	struct thread_attr a;

#define WITH(base, member, value) (a = base, a.member = (value), create(a))
	expect(WITH(usual, priority, 32), PETRI_EINVAL);
	expect(WITH(usual, priority, 255), PETRI_EINVAL);
	expect(WITH(usual, stack, 2), PETRI_EINVAL);
	expect(WITH(usual, flags, 0x80), PETRI_EINVAL);
	expect(WITH(usual, affinity, 0x80), PETRI_EINVAL); /* there are four cores at most */
	expect(WITH(usual, flags, 0x10), PETRI_EINVAL);
	expect(WITH(usual, quantum_ns, 199), PETRI_EINVAL);
	expect(WITH(usual, quantum_ns, 200), PETRI_OK);
	expect(WITH(usual, quantum_ns, UINT64_MAX), PETRI_OK);
	expect(WITH(usual, stack_size, THREAD_GUARDED_MAX + 1), PETRI_EINVAL);
	expect(WITH(usual, stack_size, UINT32_MAX), PETRI_EINVAL);
	expect(WITH(usual, stack_size, 1), PETRI_OK);
	expect(WITH(usual, stack_size, THREAD_GUARDED_MAX), PETRI_OK);
	expect(WITH(compact, priority, 32), PETRI_EINVAL);
	expect(WITH(compact, flags, 0x10), PETRI_EINVAL);
	expect(WITH(compact, affinity, 0x80), PETRI_EINVAL);
	expect(WITH(compact, stack_size, THREAD_COMPACT_MIN - 1), PETRI_EINVAL);
	expect(WITH(compact, stack_size, THREAD_COMPACT_MAX + 1), PETRI_EINVAL);
	expect(WITH(compact, stack_size, THREAD_COMPACT_MAX), PETRI_OK);
	expect(WITH(compact, name, (const char *)0x10), PETRI_EADDRESS);
	expect(WITH(compact, name, "a name that is much too long for a thread"), PETRI_OK);
}

static void check_numbers(void)
{
	static uint8_t payload[STREAM_PAYLOAD_MAX + 1];
	uint64_t address = 0;

	expect(call(SYSCALLS, 0, 0, 0, 0), PETRI_ENOSYS);
	expect(call(1000, 0, 0, 0, 0), PETRI_ENOSYS);
	expect(arch_syscall(UINT64_MAX, 0, 0, 0, 0), PETRI_ENOSYS);
	expect(arch_syscall(1ull << 32, 0, 0, 0, 0), PETRI_OK); /* the number is in w8: this is yield */
	expect(stream_send(0x7e, payload, STREAM_PAYLOAD_MAX + 1), PETRI_EINVAL);
	expect(stream_send(0x7e, payload, SIZE_MAX), PETRI_EINVAL);
	expect(call(SYS_heap_grow, 4095, (uintptr_t)&address, 0, 0), PETRI_EINVAL);
	expect(call(SYS_heap_grow, 0, (uintptr_t)&address, 0, 0), PETRI_EINVAL);
	check(call(SYS_heap_grow, UINT64_MAX & ~4095ull, (uintptr_t)&address, 0, 0) != PETRI_OK, "heap_grow of nearly everything");
	expect(call(SYS_heap_grow, info_now().memory & ~4095ull, (uintptr_t)&address, 0, 0), PETRI_ENOMEM);
	expect(call(SYS_hand_off, (uintptr_t)&address, 7, 0, 0), PETRI_EINVAL);
	expect(call(SYS_thread_priority, thread_self(), 32, 0, 0) >> 8, PETRI_EINVAL);
	expect(call(SYS_thread_affinity, thread_self(), 0xf0, 0, 0), PETRI_EINVAL);
	expect(call(SYS_thread_affinity, thread_self(), 1ull << 63, 0, 0), PETRI_EINVAL);
	expect(call(SYS_console_write, (uintptr_t)payload, 0, 1, 0), PETRI_OK);
}

int main(void)
{
	check_addresses();
	check_out_addresses();
	check_attributes();
	check_numbers();
	return test_end();
}
