/*
 * Where a thread stood that died of a fault: the kernel's log tells the addresses in a line of its own, just before the record of the fault;
 * here they become functions and lines.
 */
#ifndef VIEWER_BACKTRACE_H
#define VIEWER_BACKTRACE_H

#include <stddef.h>
#include <stdint.h>

#define BACKTRACE_MOST 16u

struct backtrace {
	char line[512]; /* of the log, so far */
	size_t size;
	uint64_t addresses[BACKTRACE_MOST]; /* of the newest one; the first is the pc */
	size_t count;
};

/* Text of the kernel's log, in pieces of any size. */
void backtrace_feed(struct backtrace *b, const char *text, size_t n);
/* "do_crash (c.c:5), main (c.c:6)": the frames of which something is known, and forgets them. Empty when there are none. */
void backtrace_tell(struct backtrace *b, char *out, size_t size);

#endif
