/* Console text: lines on the UART, between the frames. */
#ifndef PETRI_CONSOLE_H
#define PETRI_CONSOLE_H

#include <stdarg.h>
#include <stddef.h>

/* Writes text as it is. Blocks while the line is busy; in an atomic section what does not fit is dropped and counted. */
void console_write(const char *text, size_t length);

/* printf with %d %i %u %x %X %p %s %c %% and the modifiers 0 - width .precision(for %s) l ll z h hh; no floating point. At most 256 bytes a call; more is cut.
 * Formats on the caller's stack: not for compact stacks of the usual size. */
void console_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same into memory: at most size-1 bytes and a zero. Returns the length it wanted. Any context. */
size_t petri_snprintf(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
size_t petri_vsnprintf(char *out, size_t size, const char *format, va_list args);

#endif
