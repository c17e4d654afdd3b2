/*
 * Small helpers on text and files that several parts of the viewer share.
 */
#ifndef VIEWER_TEXT_H
#define VIEWER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the message and returns false, so that a function can end with `return fail(err, size, ...)`. */
__attribute__((format(printf, 3, 4))) bool fail(char *err, size_t err_size, const char *format, ...);

/* Writes behind the text that is in out already, as far as there is room. */
__attribute__((format(printf, 3, 4))) void text_append(char *out, size_t size, const char *format, ...);

/* A whole decimal number, 0..max, up to the first byte that is no digit (*end tells where). No sign, no blanks. */
bool number_parse(const char *text, const char **end, uint64_t max, uint64_t *value);

/* Reads a file of at most limit bytes into new memory with a zero behind it. NULL and err on failure. */
char *file_read(const char *path, size_t limit, size_t *length, char *err, size_t err_size);
/* Writes a file by way of a temporary one beside it, so that a failure leaves nothing half-written behind. */
bool file_write(const char *path, const void *data, size_t length, char *err, size_t err_size);

/* Milliseconds of a clock that only goes forward. */
uint64_t clock_ms(void);

#endif
