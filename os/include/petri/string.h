/*
 * Memory and strings: the handful that freestanding C wants. The kernel and the apps both link them (os/lib/memory.c).
 * What the C standard says of them holds. Any context; they do not block.
 */
#ifndef PETRI_STRING_H
#define PETRI_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *p, int byte, size_t n);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);

#endif
