/*
 * What the kernel's log says of a thread that died, just before the record of the fault: the addresses of where it stood, each in a function
 * that called the one before; and the words of an abort. Here the addresses become functions and lines.
 */
#ifndef VIEWER_BACKTRACE_H
#define VIEWER_BACKTRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BACKTRACE_MOST 16u

struct backtrace {
	char line[512]; /* of the log, so far */
	size_t size;
	uint64_t addresses[BACKTRACE_MOST]; /* of the newest one; once settled, each is what is behind a call */
	size_t count;
	char aborted[200]; /* the words of the newest abort */
};

/* Text of the kernel's log, in pieces of any size. */
void backtrace_feed(struct backtrace *b, const char *text, size_t n);
/* It is that of a thread which died at pc (if not, pc is all that it has), and symbols are asked for. */
void backtrace_settle(struct backtrace *b, uint64_t pc);
/* "heed, cell.c:44": the first frame, or the first that is not the library's. False: nothing is known of it. */
bool backtrace_place(const struct backtrace *b, bool own, char *out, size_t size);
/* "do_crash (c.c:5), main (c.c:6)": the frames of which something is known. Empty when there are none. */
void backtrace_tell(const struct backtrace *b, char *out, size_t size);
void backtrace_forget(struct backtrace *b);

#endif
