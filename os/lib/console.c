/*
 * Console text of an app. console_printf formats on the caller's stack (CONSOLE_LINE bytes) and writes in one call, so that
 * lines of different threads do not mix; a thread with a compact stack of the usual size uses console_write.
 */
#include <petri/console.h>

#include <petri/arch.h>
#include <petri/syscall.h>

#define CONSOLE_LINE 256

void console_write(const char *text, size_t length) { arch_syscall(SYS_console_write, (uintptr_t)text, length, 1, 0); }

void console_printf(const char *format, ...)
{
	char line[CONSOLE_LINE + 1];
	va_list args;
	size_t length;

	va_start(args, format);
	length = petri_vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	console_write(line, length < sizeof(line) ? length : CONSOLE_LINE);
}
