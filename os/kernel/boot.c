/*
 * From the architecture's start to the first thread: a line in the boot log per stage.
 *
 * Runs on core 0's stack with interrupts masked, MMU and caches on.
 */
#include <petri/wire.h>

#include "kernel/board.h"
#include "kernel/domain.h"
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
#define MAIN_STACK (64u * 1024)

/* From the linker: the whole image, and the app in it (os/arch/aarch64/app.S.in). */
extern char image_start[], image_end[];
extern const uint8_t app_elf[], app_elf_end[];
extern const char app_name[];

static struct domain app;

struct domain *system_domain(void) { return &app; }

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
	sched_init(core, system_seed);
	board.interrupt_init();
	klog("timer: %lu Hz, quantum %lu.%lu us, seed %lu\n", ticks_hz, sched_default_quantum_ns / 1000,
	     sched_default_quantum_ns % 1000 / 100, system_seed);
}

static struct thread *start_app(void)
{
	struct thread *t = NULL;
	struct thread_spec spec = {
		.attr = {.stack = THREAD_GUARDED, .stack_size = MAIN_STACK, .priority = THREAD_PRIORITY_DEFAULT, .flags = THREAD_FP},
		.name = "main",
	};

	domain_make(&app, 1, app_name, app_elf, (uint64_t)(app_elf_end - app_elf));
	spec.entry = app.entry;
	if (thread_make(&app, &spec, true, &t) != PETRI_OK)
		panic("no memory for the first thread");
	app.main = t->id;
	klog("app: %s, %lu KiB\n", app.name, (uint64_t)(app_elf_end - app_elf) / 1024);
	return t;
}

void kernel_main(void)
{
	struct core *core = arch_core();
	struct thread *first;

	say_hello();
	start_memory();
	start_time(core);
	line_init();
	first = start_app();
	stream_hello();
	sched_ready(core, first);
	arch_enter(sched_leave(core));
}
