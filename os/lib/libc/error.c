/* Messages of programs that fail: see os/include/std/error.h. Each is one piece on stderr, and comes after what stdout has kept back. */
#include <error.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

unsigned int error_message_count;
int error_one_per_line;
void (*error_print_progname)(void);

/* file: NULL if no place is told. */
static void print_head(const char *file, unsigned int line)
{
	if (error_print_progname != NULL)
		error_print_progname();
	else
		fprintf(stderr, file != NULL ? "%s:" : "%s: ", libc_program_name);
	if (file != NULL)
		fprintf(stderr, "%s:%u: ", file, line);
}

static void tell(int status, int number, const char *file, unsigned int line, const char *format, va_list args)
{
	fflush(stdout);
	flockfile(stderr);
	print_head(file, line);
	vfprintf(stderr, format, args);
	if (number != 0)
		fprintf(stderr, ": %s", strerror(number));
	fputc('\n', stderr);
	error_message_count++;
	funlockfile(stderr);
	if (status != 0)
		exit(status);
}

void error(int status, int number, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(status, number, NULL, 0, format, args);
	va_end(args);
}

/* True if it was told of this line just now, and is not to be again. */
static bool was_told(const char *file, unsigned int line)
{
	static const char *last_file;
	static unsigned int last_line;
	bool same;

	if (error_one_per_line == 0)
		return false;
	flockfile(stderr);
	same = last_file != NULL && last_line == line && strcmp(last_file, file) == 0;
	last_file = file;
	last_line = line;
	funlockfile(stderr);
	return same;
}

void error_at_line(int status, int number, const char *file, unsigned int line, const char *format, ...)
{
	va_list args;

	if (was_told(file, line))
		return;
	va_start(args, format);
	tell(status, number, file, line, format, args);
	va_end(args);
}
