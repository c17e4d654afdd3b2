/*
 * From the architecture's start to the first thread: a line in the boot log per stage.
 *
 * Runs on core 0's stack with interrupts masked, MMU and caches on.
 */
#include <petri/wire.h>

#include "kernel/app.h"
#include "kernel/board.h"
#include "kernel/line.h"
#include "kernel/log.h"
#include "kernel/page.h"
#include "kernel/sched.h"
#include "kernel/script.h"
#include "kernel/stream.h"
#include "kernel/system.h"
#include "kernel/ticks.h"
#include "kernel/waitq.h"

#define MIB (1024u * 1024u)

/* From the linker. */
extern char image_start[], image_end[];

/* All RAM but the image, page 0 and the boot script. */
static void add_memory(struct memory_range script)
{
	struct memory_range ram = board.memory();
	uint64_t from = ram.from == 0 ? PAGE_SIZE : ram.from;

	page_add(from, (uint64_t)image_start);
	if (script.to == 0) {
		page_add((uint64_t)image_end, ram.to);
	} else {
		page_add((uint64_t)image_end, script.from);
		page_add(script.to, ram.to);
	}
}

static void say_hello(void)
{
	char text[96];

	klog("\nPetri on %s: %s\n", board.name, arch_describe(text, sizeof(text)));
	board.describe(text, sizeof(text));
	klog("board: %s\n", text);
}

/* After the script, which tells whether a panic can end the simulation. */
static void check_board(void)
{
	const char *wrong = board.wrong();

	if (wrong != NULL)
		panic("wrong board: %s", wrong);
}

static void start_memory(void)
{
	struct memory_range ram = board.memory();
	struct memory_range script = script_init();

	check_board();
	add_memory(script);
	wait_init(ram.to - ram.from);
	klog("memory: %lu MiB, %lu MiB free; the image takes %lu KiB\n", (ram.to - ram.from) / MIB,
	     (uint64_t)(page_count_free() * PAGE_SIZE / MIB), (uint64_t)(image_end - image_start) / 1024);
}

static void start_time(struct core *core)
{
	ticks_hz = arch_timer_hz();
	if (ticks_hz == 0)
		panic("CNTFRQ is 0: the firmware did not set the timer's frequency");
	for (uint32_t i = 0; i < CORES_MAX; i++) {
		cores[i].number = i;
		sched_init(&cores[i], system_seed);
	}
	board.interrupt_init();
	board.interrupt_init_core(core->number);
	klog("timer: %lu Hz, quantum %lu.%lu us, seed %lu\n", ticks_hz, sched_default_quantum_ns / 1000,
	     sched_default_quantum_ns % 1000 / 100, system_seed);
}

/* Only a core that is said to be there, and does not come, costs that; a simulator on a busy host may need a second. */
#define START_PATIENCE_NS 5000000000u
#define NOBODY_MORE UINT32_MAX

/* How many cores have come: the next one to come has this number. */
static uint32_t arrived = 1;

static bool move_on(uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(&arrived, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* Either it comes in time, or it never does: then nobody is let in any more. */
static bool await_core(uint32_t n)
{
	uint64_t limit = arch_ticks() + ticks_from_ns(START_PATIENCE_NS);

	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) == n && arch_ticks() < limit)
		arch_spin_hint();
	return !move_on(n, NOBODY_MORE);
}

static bool call_core(uint32_t n)
{
	arch_open_gate(n + 1);
	return board.start_core(n) && await_core(n);
}

/* One after the other (a core that is late at the gate may find it open, and come uncalled: so it is opened for one at a time); what does not
 * come in time, or is not there, does not take part. */
static void start_cores(void)
{
	uint32_t n = 1;

	while (n < system_cores_wanted && call_core(n))
		n++;
	__atomic_store_n(&cores_online, n, __ATOMIC_SEQ_CST);
	if (n == system_cores_wanted)
		klog("cores: %u\n", n);
	else
		klog("cores: %u of the %u wanted\n", n, system_cores_wanted);
}

void kernel_other_core(struct core *core)
{
	board.interrupt_init_core(core->number);
	if (!move_on(core->number, core->number + 1))
		system_stop_here(core);
	arch_enter(sched_leave(core));
}

void kernel_main(void)
{
	struct core *core = arch_core();

	say_hello();
	start_memory();
	start_time(core);
	start_cores();
	line_init();
	apps_start(core);
	stream_hello();
	arch_enter(sched_leave(core));
}
