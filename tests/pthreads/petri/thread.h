/*
 * The few calls of Life's engine, on the threads of the host (see tests/pthreads/port.c): threads. Ids are numbers of a table; priorities and
 * names are what the host makes of them, nothing.
 */
#ifndef PETRI_THREAD_H
#define PETRI_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <petri/error.h>
#include <petri/time.h>

typedef uint64_t thread_id;

#define THREAD_PRIORITY_DEFAULT 16
#define THREAD_NAME_MAX 16
#define THREAD_COMPACT_SIZE 384u
#define THREAD_DETACHED 2u
#define THREAD_VITAL 4u
#define THREAD_CORES_MAX 256u

struct thread_attr {
	const char *name;
	uint32_t stack_size;
	uint8_t priority;
	uint16_t flags;
};
#define THREAD_ATTR_DEFAULT {.priority = THREAD_PRIORITY_DEFAULT}
#define THREAD_ATTR_COMPACT {.priority = THREAD_PRIORITY_DEFAULT}

struct thread_end {
	thread_id id;
	void *value;
	enum petri_error how;
};

typedef void *(*thread_entry)(void *arg);

PETRI_NODISCARD enum petri_error thread_create(thread_id *id, const struct thread_attr *attr, thread_entry entry, void *arg);
PETRI_NODISCARD enum petri_error thread_join_any(struct thread_end *end, petri_time deadline);
enum petri_error thread_kill(thread_id id);
void thread_yield(void);
PETRI_NODISCARD enum petri_error thread_cores(const thread_id *ids, uint32_t n, uint8_t *on);

#endif
