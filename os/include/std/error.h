/* Messages of programs that fail, as GNU's <error.h> has them: the program's name, the text, what errno meant; then the end, unless status is 0. */
#ifndef _ERROR_H
#define _ERROR_H

extern unsigned int error_message_count;   /* how many were told */
extern int error_one_per_line;             /* not 0: error_at_line says nothing twice in a row of the same line */
extern void (*error_print_progname)(void); /* not NULL: called in place of printing the name */

void error(int __status, int __errnum, const char *__format, ...) __attribute__((__format__(__printf__, 3, 4)));
void error_at_line(int __status, int __errnum, const char *__file, unsigned int __line, const char *__format, ...)
	__attribute__((__format__(__printf__, 5, 6)));

#endif
