/* The console as the C library's file descriptors 1 and 2 see it. */
#ifndef LIBC_CONSOLE_H
#define LIBC_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/* All of it, in one call; blocks while the line is busy. False: the bytes are not the caller's to read. */
bool libc_console_write(int fd, const void *bytes, size_t size);

#endif
