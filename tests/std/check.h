/*
 * What the programs of this folder check with. Each is an ordinary program on Petri: it says what does not hold, then how much was
 * checked, and main returns finish(). What the runner is to expect stands in the head of each (std_test.py).
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

#include <petri/system.h>

static int checks __attribute__((unused)), failures __attribute__((unused));

#define CHECK(x) check((x) != 0, __LINE__, #x)

static inline void check(int holds, int line, const char *what)
{
	__atomic_fetch_add(&checks, 1, __ATOMIC_RELAXED);
	if (holds)
		return;
	__atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
	printf("not ok: line %d: %s\n", line, what);
}

/* With the short quantum that the runner gives, of that many steps so many were broken into: else the test has not tried anything. */
static inline void check_preempted(unsigned long steps)
{
	struct system_info info;

	system_info(&info);
	if (info.quantum_ns > 100000 || info.preemptions >= steps / 1000)
		return;
	printf("not ok: %lu preemptions in %lu steps\n", (unsigned long)info.preemptions, steps);
	failures++;
}

/* The caller dies of cause 2. */
static inline void write_to_nowhere(void)
{
	int *volatile nowhere = (int *)8;

	*nowhere = 1;
}

static inline int finish(void)
{
	printf("%d checked, %d failed\n", checks, failures);
	return failures != 0;
}

#endif
