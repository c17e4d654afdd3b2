/*
 * The cycle that the kernel has reported last (docs/wire.md, DEADLOCK), put together from its frames. Knows threads and
 * locks by their numbers and names; what a lock is to a demo, the demo says.
 */
#ifndef VIEWER_DEADLOCK_H
#define VIEWER_DEADLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEADLOCK_CALLERS 4
#define DEADLOCK_NAME 32

struct deadlock_member {
	uint64_t thread;
	uint64_t holds, wants;               /* addresses of locks */
	uint64_t taken_at;                   /* where it took what it holds; 0 = not known */
	uint64_t waits_at[DEADLOCK_CALLERS]; /* call stack, innermost first; 0 = no more */
	char name[DEADLOCK_NAME];
};

struct deadlock {
	uint32_t complete; /* reports that have come whole */
	uint64_t time_ns;
	uint8_t reaction;
	uint32_t members;
	struct deadlock_member *list; /* each waits for a lock that the next holds, the last for the first's */
	/* the report that is coming in */
	struct deadlock_member *coming;
	uint32_t number, expected, come;
};

/* One frame. False when it is damaged. Frames of a report that do not follow one another make it void. */
bool deadlock_take(struct deadlock *d, const uint8_t *p, size_t n);
void deadlock_free(struct deadlock *d);
/* "Plato, Hypatia, Zeno and 97 more". */
void deadlock_names(const struct deadlock *d, char *out, size_t size);

#endif
