/*
 * Affinity: the sets of cores of other systems over Petri's own, in which bit n is core n. Cores that are not there count for nothing; a set
 * in which no other is has no meaning, and is refused.
 */
#define _GNU_SOURCE 1
#include <pthread.h>

#include <errno.h>

#include <petri/string.h>
#include <petri/system.h>
#include <petri/thread.h>

#include "std.h"

/* Those of them that take part; 0: none. A set may be of any size. */
static uint32_t cores_in(size_t size, const cpu_set_t *set)
{
	uint32_t cores = 0;

	memcpy(&cores, set, size < sizeof(cores) ? size : sizeof(cores));
	return cores & ((1u << system_cores()) - 1);
}

/* EINVAL: it has no room for them. */
static int put_cores(uint32_t cores, size_t size, cpu_set_t *set)
{
	if (size * 8 < system_cores())
		return EINVAL;
	memset(set, 0, size);
	memcpy(set, &cores, size < sizeof(cores) ? size : sizeof(cores));
	return 0;
}

int pthread_setaffinity_np(pthread_t id, size_t size, const cpu_set_t *set)
{
	uint32_t cores = cores_in(size, set);

	return cores != 0 ? std_errno(thread_set_affinity(id, cores)) : EINVAL;
}

int pthread_getaffinity_np(pthread_t id, size_t size, cpu_set_t *set)
{
	struct thread_info info;
	enum petri_error error = thread_info(id, &info);

	return error == PETRI_OK ? put_cores(info.affinity, size, set) : std_errno(error);
}

/* Without a set: all. */
int pthread_attr_setaffinity_np(pthread_attr_t *attr, size_t size, const cpu_set_t *set)
{
	uint32_t cores = set != NULL && size != 0 ? cores_in(size, set) : 0;

	if (cores == 0 && set != NULL && size != 0)
		return EINVAL;
	attr->__cores = cores;
	return 0;
}

int pthread_attr_getaffinity_np(const pthread_attr_t *attr, size_t size, cpu_set_t *set)
{
	return put_cores(attr->__cores != 0 ? attr->__cores : (1u << system_cores()) - 1, size, set);
}

int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
	int error = pid == 0 ? pthread_setaffinity_np(pthread_self(), size, set) : ESRCH;

	return error == 0 ? 0 : std_fail(error);
}

int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
	int error = pid == 0 ? pthread_getaffinity_np(pthread_self(), size, set) : ESRCH;

	return error == 0 ? 0 : std_fail(error);
}

int sched_getcpu(void) { return (int)thread_core(); }
