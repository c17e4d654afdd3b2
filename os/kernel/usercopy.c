/* Names given by threads: see usercopy.h. */
#include "kernel/usercopy.h"

#include <petri/string.h>
#include <petri/wire.h>

/* Byte by byte up to its end: it lies right before an unmapped page. */
static enum petri_error read_slowly(const struct thread *t, char *name, uint64_t from, size_t length)
{
	enum petri_error error = PETRI_OK;

	for (size_t n = 0; error == PETRI_OK && n < length; n++) {
		error = user_read(t, &name[n], from + n, 1);
		if (name[n] == '\0')
			break;
	}
	return error;
}

enum petri_error user_read_name(const struct thread *t, char name[THREAD_NAME_MAX], uint64_t from, uint64_t length)
{
	enum petri_error error = PETRI_OK;
	size_t n;

	memset(name, 0, THREAD_NAME_MAX);
	if (length > THREAD_NAME_MAX - 1)
		length = THREAD_NAME_MAX - 1;
	if (from != 0 && user_read(t, name, from, length) != PETRI_OK)
		error = read_slowly(t, name, from, length);
	n = strnlen(name, length);
	memset(name + n, 0, THREAD_NAME_MAX - n);
	user_make_plain(name);
	return error;
}

void user_make_plain(char *text)
{
	for (; *text != '\0'; text++)
		if ((uint8_t)*text < ' ' || *text == 0x7f || (uint8_t)*text == WIRE_MAGIC)
			*text = '?';
}
