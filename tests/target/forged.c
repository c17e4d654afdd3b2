/*
 * Numbers and places that no library of ours would give: names longer than there is room for, names and answers at the edge of what is mapped, how
 * far a call says it had come, and answers to be written where only the kernel may, aligned or not.
 *
 * test: mode user
 */
#include <petri/heap.h>
#include <petri/share.h>
#include <petri/string.h>
#include <petri/syscall.h>

#include "common/test.h"

#define P(x) ((uintptr_t)(x))
#define CONTROL_BLOCKS (32ull << 30) /* the kernel's, mapped, and not ours */
#define PAGE 4096u

static enum petri_error call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	return (enum petri_error)arch_syscall(number, a, b, c, d);
}

static bool my_name_is(const char *name)
{
	struct thread_info info;

	return thread_info(thread_self(), &info) == PETRI_OK && strcmp(info.name, name) == 0;
}

/* A page of the heap's end: the next byte is nobody's. */
static char *last_page(void)
{
	uint64_t address = 0;

	must(call(SYS_heap_grow, PAGE, P(&address), 0, 0));
	return (char *)address;
}

static void check_names(char *page)
{
	uint64_t self = thread_self(), other;
	char *edge = page + PAGE - 6;

	memset(page, 'x', PAGE);
	expect(call(SYS_thread_name, self, P(page), PAGE, 0), PETRI_OK);
	check(my_name_is("xxxxxxxxxxxxxxx"), "of a name of 4,096 bytes 15 are kept");
	memcpy(edge, "edgy", 5);
	expect(call(SYS_thread_name, self, P(edge), 5, 0), PETRI_OK);
	expect(call(SYS_thread_name, self, P(edge), PAGE, 0), PETRI_OK); /* it ends before its length does */
	check(my_name_is("edgy"), "one that ends right before nothing is read to its end");
	edge[4] = edge[5] = 'y';
	expect(call(SYS_thread_name, self, P(edge), 7, 0), PETRI_EADDRESS);
	expect(call(SYS_thread_name, self, P(page), UINT64_MAX, 0), PETRI_OK);
	expect(call(SYS_share_open, P(page), PAGE, PAGE, P(&other)), PETRI_OK);
	expect(call(SYS_share_open, P(edge), 7, PAGE, P(&other)), PETRI_EADDRESS);
	must(thread_set_name(self, "main"));
}

/* How much a call says it had got before: it is issued again for each piece, and the caller sees the numbers. */
static void check_progress(void)
{
	uint64_t address = 0, before = info_now().memory_free;

	expect(call(SYS_heap_grow, 2ull << 40, P(&address), 1ull << 40, 0), PETRI_EINVAL);
	expect(call(SYS_heap_grow, PAGE << 20, P(&address), PAGE << 19, 0), PETRI_EINVAL);
	expect(call(SYS_heap_grow, UINT64_MAX - PAGE + 1, P(&address), UINT64_MAX - 2 * PAGE + 1, 0), PETRI_EINVAL);
	expect(call(SYS_heap_private, 64 * PAGE, P(&address), 32 * PAGE, 0), PETRI_EINVAL);
	expect(call(SYS_heap_private, UINT64_MAX - PAGE + 1, P(&address), UINT64_MAX - 2 * PAGE + 1, 0), PETRI_EINVAL);
	check(info_now().memory_free == before, "nothing was taken or given: %lu, %lu", before, info_now().memory_free);
}

/* Each answer by words, and, off a word's edge, byte by byte. */
static void check_answers(void)
{
	for (uint64_t off = 0; off < 8; off += 1 + off * off) {
		uint64_t at = CONTROL_BLOCKS + 64 + off; /* that of number 0, which nobody has */

		expect(call(SYS_thread_info, thread_self(), at, 0, 0), PETRI_EADDRESS);
		expect(call(SYS_system_info, at, 0, 0, 0), PETRI_EADDRESS);
		expect(call(SYS_thread_create, 0, P(check_answers), 0, at), PETRI_EADDRESS);
	}
}

int main(void)
{
	char *page = last_page();

	check_names(page);
	check_progress();
	check_answers();
	return test_end();
}
