/*
 * Giving way, and sets of cores for pthread_setaffinity_np and its like. The policies are there by name only: threads of one priority take
 * turns (docs/standard.md).
 */
#ifndef _STD_SCHED_H
#define _STD_SCHED_H

#include_next <sched.h>

#include <stddef.h>
#include <sys/_threadtypes.h>

int sched_yield(void);

#if __GNU_VISIBLE
typedef struct __std_cores cpu_set_t;

#define CPU_SETSIZE 1024

/* Where the bit of a core is, and which; a core beyond the set is in none. */
#define __STD_CORE_WORD(set, core) ((set)->__bits[(core) / 64])
#define __STD_CORE_BIT(core) ((core) < CPU_SETSIZE ? 1ul << (core) % 64 : 0)

static inline void __std_cores_zero(cpu_set_t *__set) { *__set = (cpu_set_t){{0}}; }

static inline void __std_cores_set(size_t __core, cpu_set_t *__set)
{
	__STD_CORE_WORD(__set, __core % CPU_SETSIZE) |= __STD_CORE_BIT(__core);
}

static inline void __std_cores_clear(size_t __core, cpu_set_t *__set)
{
	__STD_CORE_WORD(__set, __core % CPU_SETSIZE) &= ~__STD_CORE_BIT(__core);
}

static inline int __std_cores_has(size_t __core, const cpu_set_t *__set)
{
	return (__STD_CORE_WORD(__set, __core % CPU_SETSIZE) & __STD_CORE_BIT(__core)) != 0;
}

static inline int __std_cores_count(const cpu_set_t *__set)
{
	int __n = 0;

	for (size_t __i = 0; __i < CPU_SETSIZE; __i++)
		__n += __std_cores_has(__i, __set);
	return __n;
}

static inline int __std_cores_equal(const cpu_set_t *__a, const cpu_set_t *__b)
{
	for (size_t __i = 0; __i < CPU_SETSIZE / 64; __i++)
		if (__a->__bits[__i] != __b->__bits[__i])
			return 0;
	return 1;
}

#define CPU_ZERO(set) __std_cores_zero(set)
#define CPU_SET(core, set) __std_cores_set((size_t)(core), (set))
#define CPU_CLR(core, set) __std_cores_clear((size_t)(core), (set))
#define CPU_ISSET(core, set) __std_cores_has((size_t)(core), (set))
#define CPU_COUNT(set) __std_cores_count(set)
#define CPU_EQUAL(a, b) __std_cores_equal((a), (b))

/* Of the calling thread: pid is 0. -1 and errno: ESRCH, EINVAL. */
int sched_setaffinity(pid_t __pid, size_t __size, const cpu_set_t *__set);
int sched_getaffinity(pid_t __pid, size_t __size, cpu_set_t *__set);
#endif

#endif
