/*
 * Backtraces out of the kernel's log: see backtrace.h.
 */
#include "backtrace.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols.h"

#define HEAD "  backtrace:"

static void take_line(struct backtrace *b)
{
	char *at = b->line + strlen(HEAD), *end;

	if (strncmp(b->line, HEAD, strlen(HEAD)) != 0)
		return;
	for (b->count = 0; b->count < BACKTRACE_MOST; b->count++, at = end) {
		b->addresses[b->count] = strtoull(at, &end, 16);
		if (end == at)
			return;
	}
}

void backtrace_feed(struct backtrace *b, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] != '\n') {
			if (b->size < sizeof b->line - 1)
				b->line[b->size++] = text[i];
			continue;
		}
		b->line[b->size] = 0;
		b->size = 0;
		take_line(b);
	}
}

/* Appends a frame, if anything is known of it. */
static void tell_frame(uint64_t behind, char *out, size_t size)
{
	char function[64], place[64];
	bool library;
	size_t used = strlen(out);

	if (!symbols_name(behind, place, sizeof place, &library))
		*place = 0;
	if (symbols_function(behind, function, sizeof function))
		snprintf(out + used, size - used, "%s%s%s%s%s", used ? ", " : "", function, *place ? " (" : "", place,
			 *place ? ")" : "");
	else if (*place)
		snprintf(out + used, size - used, "%s%s", used ? ", " : "", place);
}

void backtrace_tell(struct backtrace *b, char *out, size_t size)
{
	*out = 0;
	if (b->count)
		b->addresses[0] += 4; /* symbols are asked for by what is behind a call */
	symbols_ask(b->addresses, b->count);
	for (size_t i = 0; i < b->count; i++)
		tell_frame(b->addresses[i], out, size);
	b->count = 0;
}
