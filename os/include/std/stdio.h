/*
 * What the C library's <stdio.h> lacks of POSIX: locking a stream for several calls, lines of any length, printing to a descriptor. Each call on
 * stdout and stderr is atomic without that.
 */
#ifndef _STD_STDIO_H
#define _STD_STDIO_H

#include_next <stdio.h>

#include <sys/types.h>

#if __POSIX_VISIBLE
void flockfile(FILE *__file);
int ftrylockfile(FILE *__file);
void funlockfile(FILE *__file);
#define getc_unlocked(file) getc(file)
#define getchar_unlocked() getchar()
#define putc_unlocked(c, file) putc(c, file)
#define putchar_unlocked(c) putchar(c)

ssize_t getline(char **__line, size_t *__size, FILE *__file);
ssize_t getdelim(char **__line, size_t *__size, int __end, FILE *__file);
int dprintf(int __fd, const char *__format, ...) __attribute__((__format__(__printf__, 2, 3)));
int vdprintf(int __fd, const char *__format, va_list __args) __attribute__((__format__(__printf__, 2, 0)));
#endif

#endif
