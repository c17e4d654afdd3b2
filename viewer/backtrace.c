/*
 * Backtraces out of the kernel's log: see backtrace.h.
 */
#include "backtrace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols.h"
#include "text.h"

#define HEAD "  backtrace:"
#define ABORT "abort: "

static void take_addresses(struct backtrace *b, const char *at)
{
	char *end;

	for (b->count = 0; b->count < BACKTRACE_MOST; b->count++, at = end) {
		b->addresses[b->count] = strtoull(at, &end, 16);
		if (end == at)
			return;
	}
}

static void take_line(struct backtrace *b)
{
	if (strncmp(b->line, HEAD, strlen(HEAD)) == 0)
		take_addresses(b, b->line + strlen(HEAD));
	else if (strncmp(b->line, ABORT, strlen(ABORT)) == 0)
		snprintf(b->aborted, sizeof b->aborted, "%s", b->line + strlen(ABORT));
}

void backtrace_feed(struct backtrace *b, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\r')
			continue;
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

/*
 * The kernel tells what x30 says as the second frame, which is the caller of a function that has called nobody. In another one it is behind
 * a call that is over.
 */
static void drop_no_caller(struct backtrace *b)
{
	if (b->count < 2 || !symbols_same(b->addresses[0], b->addresses[1]))
		return;
	b->count--;
	memmove(&b->addresses[1], &b->addresses[2], (b->count - 1) * sizeof b->addresses[0]);
}

void backtrace_settle(struct backtrace *b, uint64_t pc)
{
	if (pc && (!b->count || b->addresses[0] != pc)) {
		b->addresses[0] = pc;
		b->count = 1;
	}
	if (pc)
		b->addresses[0] += 4; /* after a jump to null it begins with the caller */
	symbols_ask(b->addresses, b->count);
	if (pc)
		drop_no_caller(b);
}

bool backtrace_place(const struct backtrace *b, bool own, char *out, size_t size)
{
	char line[64], function[64];
	bool library;

	for (size_t i = 0; i < b->count; i++) {
		if (!symbols_name(b->addresses[i], line, sizeof line, &library) || (own && library))
			continue;
		if (symbols_function(b->addresses[i], function, sizeof function))
			snprintf(out, size, "%s, %s", function, line);
		else
			snprintf(out, size, "%s", line);
		return true;
	}
	return false;
}

static void append(char *out, size_t size, const char *function, const char *place)
{
	text_append(out, size, "%s%s%s%s%s", *out ? ", " : "", function, *function && *place ? " (" : "", place,
		    *function && *place ? ")" : "");
}

/* Appends a frame, if anything is known of it. */
static void tell_frame(uint64_t behind, char *out, size_t size)
{
	char function[64], place[64], around[120];
	bool library;

	if (!symbols_name(behind, place, sizeof place, &library))
		return;
	append(out, size, symbols_function(behind, function, sizeof function) ? function : "", place);
	if (symbols_around(behind, around, sizeof around))
		append(out, size, "", around);
}

void backtrace_tell(const struct backtrace *b, char *out, size_t size)
{
	*out = 0;
	for (size_t i = 0; i < b->count; i++)
		tell_frame(b->addresses[i], out, size);
}

void backtrace_forget(struct backtrace *b)
{
	b->count = 0;
	b->aborted[0] = 0;
}
