/*
 * What the types of <threads.h>, <pthread.h> and <semaphore.h> are made of. Programs do not look inside; all zeroes is a good object where the
 * standard has an initialiser. Names are those reserved for a C library, since they come into programs of others.
 *
 * __lock stands for a struct mutex (<petri/mutex.h>), whose second word is used in checked builds only.
 */
#ifndef _SYS__THREADTYPES_H
#define _SYS__THREADTYPES_H

#include <stddef.h>

struct __std_mutex {
	unsigned long __lock[2];
	unsigned int __again; /* recursive: how often more than once it is held */
	int __type;
};

struct __std_cond {
	unsigned long __sequence; /* a struct cond */
	int __clock;
};

struct __std_once {
	unsigned long __done;
	unsigned long __lock[2];
};

struct __std_rwlock {
	unsigned long __gate[2]; /* a struct mutex */
	unsigned long __readers;
};

struct __std_barrier {
	unsigned long __arrived, __opened, __left;
	unsigned int __count;
};

struct __std_spinlock {
	unsigned long __lock[2];
};

struct __std_semaphore {
	unsigned long __word; /* a struct semaphore */
};

struct __std_attr {
	size_t __stack_size; /* 0: the default */
	int __detached;
	unsigned int __cores; /* bit n: core n; 0: all */
};

/* As many cores as elsewhere, so that programs which know that number run; the bits of those that are not there count for nothing. */
struct __std_cores {
	unsigned long __bits[16];
};

/* One of the objects' own attributes: the type of a mutex, the clock of a condition variable, nothing for the rest. */
struct __std_object_attr {
	int __value;
};

struct __std_cleanup {
	void (*__routine)(void *);
	void *__arg;
	struct __std_cleanup *__outer;
};

#define __STD_MUTEX_NORMAL 0
#define __STD_MUTEX_RECURSIVE 1
#define __STD_MUTEX_ERRORCHECK 2
#define __STD_MUTEX_INIT(type) {{0, 0}, 0, type}

#endif
