/* The log and the panic: text for people. Polled before the line is up and when all is over. */
#include "kernel/log.h"

#include <petri/console.h>
#include <petri/wire.h>

#include "kernel/board.h"
#include "kernel/core.h"
#include "kernel/line.h"
#include "kernel/panic.h"
#include "kernel/stream.h"
#include "kernel/system.h"

static void put(const char *text, size_t n)
{
	if (!line_is_up())
		line_polled(text, n);
	else if (!stream_text(WIRE_TEXT_KERNEL, 0, text, n))
		line_console_dropped += (uint32_t)n;
}

static size_t format_line(char *out, size_t size, const char *format, va_list args)
{
	size_t n = petri_vsnprintf(out, size, format, args);

	return n < size ? n : size - 1;
}

void klog(const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	put(text, format_line(text, sizeof(text), format, args));
	va_end(args);
}

/* What was queued goes out first; the 0x00 ends a half-sent frame. A panic within a panic just stops; of two cores' panics only one is told. */
void panic_begin(void)
{
	static uint32_t depth[CORES_MAX];
	const struct core *core = arch_core();
	uint32_t n = core != NULL ? core->number : 0;

	if (depth[n]++ > 1)
		arch_halt(system_simulated, 70);
	if (depth[n] == 1 && core != NULL)
		system_stop_others(core);
	line_finish();
	line_polled("", 1);
}

void panic(const char *format, ...)
{
	char text[256];
	va_list args;
	const struct core *core = arch_core();

	panic_begin();
	va_start(args, format);
	format_line(text, sizeof(text), format, args);
	va_end(args);
	klog("\nPANIC on core %u: %s\n", core != NULL ? core->number : 0, text);
	if (core != NULL && core->current != NULL) {
		klog("current thread: %s, id 0x%lx, at its last entry into the kernel:\n", core->current->name, core->current->id);
		arch_frame_dump(core->current, true);
	}
	board.uart_flush();
	arch_halt(system_simulated, 70);
}
