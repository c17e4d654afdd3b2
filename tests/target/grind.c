/*
 * The grind: user threads issue random system calls with nasty arguments, as many as the words of this test say. Nothing panics; afterwards there
 * are as many threads, control blocks and pages as before (but for the heap, which only grows: its end tells by how much). A hash over all
 * results is printed; under icount it is the same each time for a seed.
 *
 * The workers are there to be lost: they may exit, abort, be killed by each other, block for ever (main kills who makes no progress), and are
 * started again until all calls are done. Not called: system_exit, and thread_kill of main, which would end the run; deadlock_react with
 * DEADLOCK_STOP likewise. Answers go nowhere where the test itself keeps something. What would use up the machine for good is rationed: heap_grow,
 * names for share_open, threads alive at a time.
 *
 * test: mode user
 * test: faults any
 * test: twice
 * test: seeds 2
 * test: seconds 240
 * test: arguments calls=100000 seed=@seed text=@kernel_main rodata=@board data=@cores tables=@early_tables queue=@queue
 */
#include <petri/atomic.h>
#include <petri/park.h>
#include <petri/share.h>
#include <petri/string.h>
#include <petri/syscall.h>

#include "common/test.h"
#include "common/words.h"

#define WORKERS 6
#define CREATED_MAX 24
#define PAGE 4096ul
#define GIB (1ull << 30)
#define TICK PETRI_US(300)
#define PATIENCE 6 /* ticks without progress */
#define P(x) ((uintptr_t)(x))

static struct worker {
	thread_id id;
	uint64_t state, hash, left, seen;
	uint32_t idle_ticks, lives;
} workers[WORKERS];

static uint64_t nasty[64], answers[256], words[16 + 136]; /* behind the words: room for an answer that goes to the last of them */
static thread_id main_id, created[8];
static unsigned int nasties;
static int places; /* for threads created by workers */
static int growths = 40;
static uint8_t answered[SYSCALLS]; /* 1: with success, 2: otherwise */
static char *console_text;         /* what follows is soon not mapped */

/* ---- arguments ----------------------------------------------------------------------------------------------------------------- */

#define PICK(w, table) (table)[draw(&(w)->state) % (sizeof(table) / sizeof((table)[0]))]
static bool one_in(struct worker *w, unsigned int n) { return draw(&w->state) % n == 0; }

/* Text of ours; some thread may begin there. */
static void *end_now(void *arg) { return arg; }

static const char constants[] = "constants, to be read only ........................";

static void find_nasties(const char *main_words, size_t size, uint64_t edge)
{
	static const char *const symbols[] = {"text", "rodata", "data", "tables", "queue"};
	const uint64_t some[] = {0,
				 1,
				 2,
				 3,
				 7,
				 8,
				 16,
				 31,
				 199,
				 4095,
				 4096,
				 4097,
				 0xff8,
				 1u << 20,
				 1u << 31,
				 UINT32_MAX,
				 1ull << 32,
				 1ull << 48,
				 1ull << 56,
				 INT64_MAX,
				 1ull << 63,
				 UINT64_MAX - 7,
				 UINT64_MAX - 8,
				 UINT64_MAX,
				 32 * GIB,
				 32 * GIB + 480,
				 33 * GIB,
				 34 * GIB,
				 65 * GIB,
				 66 * GIB,
				 127 * GIB,
				 500 * GIB,
				 512 * GIB,
				 0x08000000,
				 0x09000000,
				 0x3F201000,
				 0x40000040,
				 0xffff000000000000,
				 P(constants),
				 P(end_now),
				 edge - 1,
				 edge - 4,
				 edge - 8,
				 edge};

	for (unsigned int i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		nasty[nasties++] = some[i];
	for (unsigned int i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++)
		nasty[nasties++] = word_value(main_words, size, symbols[i]);
}

static uint64_t any_nasty(struct worker *w) { return nasty[draw(&w->state) % nasties]; }

static uint64_t any_word(struct worker *w) { return P(&words[draw(&w->state) % 16]); }

static uint64_t any_answer(struct worker *w) { return P(answers) + draw(&w->state) % 64; }

static uint64_t any_id(struct worker *w)
{
	switch (draw(&w->state) % 8) {
	case 0:
		return main_id;
	case 1:
		return workers[draw(&w->state) % WORKERS].id;
	case 2:
		return w->id;
	case 3:
	case 4:
	case 5:
		return __atomic_load_n(&created[draw(&w->state) % 8], __ATOMIC_RELAXED);
	case 6:
		return draw(&w->state) % 64 | (draw(&w->state) % 8) << THREAD_ID_INDEX_BITS;
	default:
		return any_nasty(w);
	}
}

static uint64_t any_deadline(struct worker *w)
{
	uint64_t kind = draw(&w->state) % 64;

	return kind == 0 ? UINT64_MAX : kind < 3 ? any_nasty(w) : petri_now() + draw(&w->state) % PETRI_US(60);
}

static bool is_readable(uint64_t address) { return address - 64 * GIB < 192 * GIB; }

/* Short text, or what cannot be read: other text would be a name of yet another region, and rubbish on the console. */
static uint64_t any_text(struct worker *w, const char *good)
{
	uint64_t address = any_nasty(w);

	return one_in(w, 2) || is_readable(address) ? P(good) : address;
}

/* What words hold: ids with and without waiters, counts, rubbish. */
static uint64_t any_value(struct worker *w)
{
	static const uint64_t some[] = {0, 1, 2, 5, PARK_WAITERS, PARK_WAITERS | 1, UINT64_MAX};

	return one_in(w, 2) ? PICK(w, some) : (any_id(w) | (one_in(w, 2) ? PARK_WAITERS : 0));
}

static uint64_t anything(struct worker *w)
{
	switch (draw(&w->state) % 6) {
	case 0:
		return any_word(w);
	case 1:
		return any_answer(w);
	case 2:
		return any_id(w);
	case 3:
		return any_deadline(w);
	default:
		return any_nasty(w);
	}
}

/* ---- threads made by the workers ------------------------------------------------------------------------------------------------- */

static void *sleep_a_little(void *arg)
{
	thread_sleep(PETRI_US(30));
	return arg;
}

static void *use_up_quantum(void *arg)
{
	for (volatile int i = 0; i < 300; i++)
		;
	return arg;
}

static void *park_a_little(void *arg)
{
	return (void *)(intptr_t)park(&words[P(arg) % 16], words[P(arg) % 16], petri_now() + PETRI_US(50));
}

static const struct thread_attr attrs[] = {
	THREAD_ATTR_DEFAULT,
	THREAD_ATTR_COMPACT,
	{.stack = THREAD_GUARDED, .priority = 20, .flags = THREAD_DETACHED, .name = "detached"},
	{.stack = THREAD_COMPACT, .priority = 3, .stack_size = 1024, .quantum_ns = 300},
	{.stack = THREAD_GUARDED, .priority = 31, .stack_size = 128 * 1024, .flags = THREAD_FP | THREAD_VITAL},
	{.stack = THREAD_GUARDED, .priority = 10, .stack_size = 4096, .flags = THREAD_USER},
};
#define ATTRS (sizeof(attrs) / sizeof(attrs[0]))
static const struct thread_attr bad_attrs[] = {
	{.stack = 7},
	{.priority = 32},
	{.flags = 0x10},
	{.flags = 0xff},
	{.stack = THREAD_COMPACT, .stack_size = 5000},
	{.stack_size = UINT32_MAX},
	{.quantum_ns = 100},
	{.name = (const char *)8},
	{.name = (const char *)UINT64_MAX},
};

static bool take_place(void)
{
	if (__atomic_fetch_sub(&places, 1, __ATOMIC_RELAXED) > 0)
		return true;
	__atomic_fetch_add(&places, 1, __ATOMIC_RELAXED);
	return false;
}

static void choose_create(struct worker *w, uint64_t number, uint64_t a[4])
{
	static const thread_entry entries[] = {end_now, sleep_a_little, use_up_quantum, park_a_little};
	bool good = one_in(w, 2) && take_place();

	a[0] = P(good ? &PICK(w, attrs) : &bad_attrs[draw(&w->state) % 6]); /* the last three would be good as words */
	if (number == SYS_thread_make)
		memcpy(&a[0], &((const struct thread_attr *)a[0])->stack_size, sizeof(a[0]));
	else if (!good || one_in(w, 8))
		a[0] = good ? 0 : one_in(w, 4) ? P(constants) + draw(&w->state) % 8 : P(&PICK(w, bad_attrs));
	a[1] = one_in(w, 32) ? any_nasty(w) : P(PICK(w, entries));
	a[2] = draw(&w->state) % 64;
	a[3] = one_in(w, 16) ? any_nasty(w) : P(&created[draw(&w->state) % 8]);
}

/* ---- one call -------------------------------------------------------------------------------------------------------------------- */

static uint64_t any_small(struct worker *w)
{
	static const uint64_t some[] = {0, 1, 2, 3, 4, 5, 15, 16, 31, 32, 64, 200, 1000, 4096, 8192, UINT64_MAX};

	return PICK(w, some);
}

static void choose_memory(struct worker *w, uint64_t number, uint64_t a[4])
{
	if (number == SYS_share_open) {
		a[0] = any_text(w, one_in(w, 2) ? "a" : "b");
		a[1] = any_small(w);
		a[2] = one_in(w, 2) ? PAGE : any_nasty(w);
		a[3] = one_in(w, 2) ? any_answer(w) : any_nasty(w);
		return;
	}
	a[0] = one_in(w, 2) ? PAGE * (1 + draw(&w->state) % 3) : any_nasty(w);
	a[1] = one_in(w, 2) ? any_answer(w) : any_nasty(w);
	a[2] = one_in(w, 8) ? any_nasty(w) : 0;
	if (number == SYS_heap_grow && __atomic_fetch_sub(&growths, 1, __ATOMIC_RELAXED) <= 0)
		a[0] |= 1;
}

/* Most calls with arguments that could be meant, some with nonsense. */
static void choose(struct worker *w, uint64_t number, uint64_t a[4])
{
	for (int i = 0; i < 4; i++)
		a[i] = anything(w);
	switch (number == SYS_thread_make ? SYS_thread_create : number) {
	case SYS_park:
	case SYS_park_mutex:
		a[0] = one_in(w, 6) ? a[0] : any_word(w);
		a[1] = one_in(w, 2) ? any_value(w) : __atomic_load_n(&words[(a[0] - P(words)) / 8 % 16], __ATOMIC_RELAXED);
		a[2] = any_deadline(w);
		break;
	case SYS_unpark:
	case SYS_hand_off:
		a[0] = one_in(w, 6) ? a[0] : any_word(w);
		a[1] = any_small(w);
		a[2] = 0;
		break;
	case SYS_thread_sleep:
		a[0] = any_deadline(w);
		break;
	case SYS_thread_create:
		choose_create(w, number, a);
		break;
	case SYS_thread_join:
		a[2] = any_deadline(w);
		/* fallthrough */
	case SYS_thread_detach:
	case SYS_thread_kill:
	case SYS_thread_priority:
	case SYS_thread_quantum:
	case SYS_thread_affinity:
	case SYS_thread_info:
	case SYS_thread_name:
		a[0] = any_id(w);
		a[1] = number == SYS_thread_priority || number == SYS_thread_affinity ? any_small(w)
		       : number == SYS_thread_name                                    ? any_text(w, "name")
		       : one_in(w, 2)                                                 ? any_answer(w)
										      : any_nasty(w);
		break;
	case SYS_thread_join_any:
	case SYS_stream_receive:
		a[1] = any_deadline(w);
		break;
	case SYS_deadlock_await:
		a[2] = any_deadline(w);
		break;
	case SYS_heap_grow:
	case SYS_heap_private:
	case SYS_share_open:
		choose_memory(w, number, a);
		break;
	case SYS_console_write:
		a[0] = any_text(w, console_text);
		a[1] = one_in(w, 2) ? 8 : any_nasty(w) | 1ull << 40;
		break;
	case SYS_stream_send:
		a[0] = one_in(w, 2) ? 0x7e : a[0];
		a[2] = one_in(w, 4) ? any_nasty(w) : draw(&w->state) % 64;
		break;
	}
}

/* What must not be, or seldom. */
static bool forbidden(struct worker *w, uint64_t number, const uint64_t a[4])
{
	switch ((uint32_t)number) {
	case SYS_system_exit:
		return true;
	case SYS_thread_kill:
		return a[0] == main_id || !one_in(w, 4);
	case SYS_deadlock_react:
		return a[0] == 1;
	case SYS_thread_exit:
	case SYS_thread_abort:
		return !one_in(w, 50);
	case SYS_stream_answer:
	case SYS_console_write:
	case SYS_stream_send:
		return !one_in(w, 8);
	default:
		return false;
	}
}

static void one_call(struct worker *w)
{
	uint64_t number = draw(&w->state) % (SYSCALLS + 2), result = 0, a[4];

	if (number >= SYSCALLS)
		number = one_in(w, 2) ? any_nasty(w) : number;
	choose(w, (uint32_t)number, a);
	if (forbidden(w, number, a))
		number = SYS_null;
	if (one_in(w, 8))
		__atomic_store_n(&words[draw(&w->state) % 16], any_value(w), __ATOMIC_RELAXED);
	if (one_in(w, 16))
		ATOMIC_SECTION
			result = arch_syscall(number, a[0], a[1], a[2], a[3]);
	else
		result = arch_syscall(number, a[0], a[1], a[2], a[3]);
	if (number < SYSCALLS)
		answered[number] |= result == PETRI_OK ? 1 : 2;
	w->hash = (w->hash ^ number ^ result << 8) * 0x100000001b3ull;
}

static void *grind(void *arg)
{
	struct worker *w = arg;

	w->id = thread_self();
	while (w->left > 0) {
		w->left--;
		one_call(w);
	}
	return arg;
}

/* ---- main: the overseer ------------------------------------------------------------------------------------------------------------ */

static bool is_gone(const struct worker *w)
{
	struct thread_info info;

	return w->id == 0 || thread_info(w->id, &info) != PETRI_OK || info.state == THREAD_ZOMBIE;
}

static void restart(struct worker *w)
{
	w->idle_ticks = 0;
	w->lives++;
	w->id = start("worker", grind, w, THREAD_PRIORITY_DEFAULT);
}

static void oversee(struct worker *w)
{
	w->idle_ticks = w->left == w->seen ? w->idle_ticks + 1 : 0;
	w->seen = w->left;
	if (!is_gone(w) && w->idle_ticks > PATIENCE)
		thread_kill(w->id);
	else if (is_gone(w) && w->left > 0)
		restart(w);
}

/* Takes in all who have ended. Who is alive beside the workers and us uses up a place. */
static void reap(uint32_t others)
{
	struct thread_end end;
	uint32_t alive;

	while (thread_join_any(&end, 1) == PETRI_OK)
		;
	alive = info_now().threads_alive;
	__atomic_store_n(&places, alive > others + WORKERS ? CREATED_MAX - (int)(alive - others - WORKERS) : CREATED_MAX,
			 __ATOMIC_RELAXED);
}

static void run(uint32_t others)
{
	bool busy = true;

	while (busy) {
		busy = false;
		for (int i = 0; i < WORKERS; i++) {
			oversee(&workers[i]);
			busy = busy || workers[i].left > 0 || !is_gone(&workers[i]);
		}
		reap(others);
		thread_set_priority(main_id, 31, NULL);
		thread_sleep(TICK);
	}
}

/* ---- before and after -------------------------------------------------------------------------------------------------------------- */

static uint64_t gate;

static void *stand(void *arg) { return (void *)(intptr_t)park(&gate, 0, arg == NULL ? PETRI_FOREVER : 1); }

static void *own_heap(void *arg)
{
	uint64_t address = 0;

	must((enum petri_error)arch_syscall(SYS_heap_private, PAGE, P(&address), 0, 0));
	return arg;
}

/* What somebody had mapped ahead for the heap who was killed at it goes back with the next call for which there is not enough. */
static void give_back_ahead(void)
{
	uint64_t address = 0, too_much = info_now().memory & ~(PAGE - 1);

	while (arch_syscall(SYS_heap_grow, too_much, P(&address), 0, 0) != PETRI_ENOMEM)
		;
}

static uint64_t tables_made;
#define FAR (160ul << 20) /* more than any of the nasty that there is memory for */

static void *grow_far(void *arg)
{
	uint64_t address = 0;

	(void)arch_syscall(SYS_heap_grow, 200ul << 20, P(&address), 0, 0);
	return arg;
}

/* Tables stay when pages go. So somebody maps far ahead, and is killed before he has it all. */
static void make_tables(void)
{
	uint64_t before = info_now().memory_free;
	thread_id id = start("far", grow_far, NULL, 1);

	while (info_now().memory_free > before - FAR)
		thread_sleep(PETRI_US(100));
	(void)thread_kill(id);
	expect(thread_join(id, NULL), PETRI_EKILLED);
	give_back_ahead();
	tables_made = (before - info_now().memory_free) / PAGE;
}

/* Whatever is made once and kept for ever is made now: stacks and control blocks for as many as there may be of each kind, tables. */
static void warm_up(void)
{
	thread_id ids[CREATED_MAX + WORKERS + 2];

	for (unsigned int kind = 0; kind < ATTRS; kind++) {
		struct thread_attr attr = attrs[kind];

		attr.priority = 20;
		attr.flags &= (uint16_t)~THREAD_DETACHED;
		for (unsigned int i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
			must(thread_create(&ids[i], &attr, stand, NULL));
		__atomic_store_n(&gate, 1, __ATOMIC_RELAXED);
		unpark(&gate, UNPARK_ALL);
		for (unsigned int i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
			join(ids[i]);
		__atomic_store_n(&gate, 0, __ATOMIC_RELAXED);
	}
	join(start("own heap", own_heap, NULL, 20));
	make_tables();
}

/* The only names that workers use. Behind the second region nothing is: a good place for text that is said to be long, and for the nasty. */
static char *open_regions(void)
{
	void *address;

	must(share_open("a", PAGE, &address));
	must(share_open("b", 3 * PAGE, &address));
	console_text = memcpy((char *)address + 3 * PAGE - 64, "# grind\n", 8);
	return (char *)address + 3 * PAGE;
}

/* The heap's end, a page further on: so it is told. */
static uint64_t heap_end(void)
{
	uint64_t address = 0;

	give_back_ahead();
	must((enum petri_error)arch_syscall(SYS_heap_grow, PAGE, P(&address), 0, 0));
	return address + PAGE;
}

/* Pages, and tables of 512 of them, but for those that were there. */
static uint64_t heap_pages(uint64_t from, uint64_t to)
{
	uint64_t tables = ((to - 1) >> 21) - ((from - 1) >> 21);

	return (to - from) / PAGE + (tables > tables_made ? tables - tables_made : 0);
}

static void check_nothing_left(const struct system_info *before, uint64_t heap_before)
{
	struct system_info after = info_now();
	uint64_t heap = heap_pages(heap_before, heap_end());

	for (int i = 0; i < 1000 && after.threads_alive != before->threads_alive; i++) {
		thread_sleep(PETRI_US(100));
		reap(before->threads_alive);
	}
	after = info_now();
	check(after.threads_alive == before->threads_alive, "threads: %u before, %u after", before->threads_alive,
	      after.threads_alive);
	check(after.threads_resident == before->threads_resident, "control blocks: %u before, %u after", before->threads_resident,
	      after.threads_resident);
	check(after.memory_free + heap * PAGE == before->memory_free, "pages free: %lu before, %lu after, and %lu are the heap's",
	      before->memory_free / PAGE, after.memory_free / PAGE, heap);
}

/* A grind that is refused everything, or nothing, tries nothing. */
static void check_answers(void)
{
	unsigned int successes = 0, others = 0;

	for (unsigned int n = 0; n < SYSCALLS; n++) {
		successes += answered[n] & 1;
		others += answered[n] >> 1;
	}
	check(successes >= SYSCALLS - 6 && others >= SYSCALLS - 8, "%u of %u calls succeeded, %u were refused", successes,
	      SYSCALLS, others);
}

int main(char *main_words, size_t size)
{
	uint64_t calls = word_value(main_words, size, "calls"), seed = word_value(main_words, size, "seed"), hash = 0, end,
		 left = 0;
	uint32_t lives = 0;
	struct system_info before;

	main_id = thread_self();
	thread_set_priority(main_id, 31, NULL);
	warm_up();
	find_nasties(main_words, size, P(open_regions()));
	end = heap_end();
	before = info_now();
	for (unsigned int i = 0; i < WORKERS; i++) {
		workers[i].state = (seed + 1) * 0x9e3779b97f4a7c15ull + i;
		workers[i].left = calls / WORKERS;
	}
	run(before.threads_alive);
	for (unsigned int i = 0; i < WORKERS; i++) {
		hash = (hash ^ workers[i].hash) * 0x100000001b3ull;
		lives += workers[i].lives;
		left += workers[i].left;
	}
	check(left == 0, "%lu calls, by %u threads one after the other", calls, lives);
	check_answers();
	check_nothing_left(&before, end);
	note("grind: seed %lu, hash 0x%016lx", seed, hash);
	return test_end();
}
