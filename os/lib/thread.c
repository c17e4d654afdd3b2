/*
 * Threads, seen from an app: system calls with friendlier arguments. Where threads begin and end is start.S.
 *
 * No state, no locks; contracts in <petri/thread.h>.
 */
#include <petri/thread.h>

#include <petri/string.h>
#include <petri/syscall.h>

/* Bytes that start.S takes of each stack for the app's thread-local variables (app.ld); 0: it has none. */
extern const uint64_t app_tls_room_told;

/* A compact stack has no room to spare: what was asked for is for the thread's own use. */
static __attribute__((noinline)) enum petri_error create_larger(thread_id *id, const struct thread_attr *attr, thread_entry entry,
								void *arg)
{
	struct thread_attr larger = *attr;

	larger.stack_size = (attr->stack_size != 0 ? attr->stack_size : THREAD_COMPACT_SIZE) + (uint32_t)app_tls_room_told;
	return (enum petri_error)arch_syscall(SYS_thread_create, (uintptr_t)&larger, (uintptr_t)entry, (uintptr_t)arg,
					      (uintptr_t)id);
}

/* Nearly always they fit one word: there is no name, and the quantum is the usual one. */
static inline bool fits_word(const struct thread_attr *attr)
{
	return attr->name == NULL && attr->quantum_ns == 0 && (attr->stack != THREAD_COMPACT || app_tls_room_told == 0);
}

static inline uint64_t word_of(const struct thread_attr *a)
{
	return a->stack_size | (uint64_t)a->stack << 32 | (uint64_t)a->priority << 40 | (uint64_t)a->flags << 48 |
	       (uint64_t)a->affinity << 56;
}

enum petri_error thread_create(thread_id *id, const struct thread_attr *attr, thread_entry entry, void *arg)
{
	if (attr && fits_word(attr))
		return (enum petri_error)arch_syscall(SYS_thread_make, word_of(attr), (uintptr_t)entry, (uintptr_t)arg,
						      (uintptr_t)id);
	if (attr && attr->stack == THREAD_COMPACT && app_tls_room_told > 0)
		return create_larger(id, attr, entry, arg);
	return (enum petri_error)arch_syscall(SYS_thread_create, (uintptr_t)attr, (uintptr_t)entry, (uintptr_t)arg, (uintptr_t)id);
}

void thread_exit(void *value)
{
	for (;;)
		arch_syscall(SYS_thread_exit, (uintptr_t)value, 0, 0, 0);
}

enum petri_error thread_join_until(thread_id id, void **value, petri_time deadline)
{
	return (enum petri_error)arch_syscall(SYS_thread_join, id, (uintptr_t)value, deadline, 0);
}

enum petri_error thread_join(thread_id id, void **value) { return thread_join_until(id, value, PETRI_FOREVER); }

enum petri_error thread_join_any(struct thread_end *end, petri_time deadline)
{
	return (enum petri_error)arch_syscall(SYS_thread_join_any, (uintptr_t)end, deadline, 0, 0);
}

enum petri_error thread_detach(thread_id id) { return (enum petri_error)arch_syscall(SYS_thread_detach, id, 0, 0, 0); }

enum petri_error thread_kill(thread_id id) { return (enum petri_error)arch_syscall(SYS_thread_kill, id, 0, 0, 0); }

void arch_preempt_point(void) { arch_syscall(SYS_preempt_point, 0, 0, 0, 0); }

void thread_yield(void) { arch_syscall(SYS_thread_yield, 0, 0, 0, 0); }

enum petri_error thread_sleep_until(petri_time deadline)
{
	return (enum petri_error)arch_syscall(SYS_thread_sleep, deadline, 0, 0, 0);
}

enum petri_error thread_sleep(uint64_t ns)
{
	petri_time now = petri_now();

	return thread_sleep_until(ns < PETRI_FOREVER - now ? now + ns : PETRI_FOREVER);
}

/* The call's answer: the priority in the low byte, the error above it. */
static enum petri_error priority_call(thread_id id, uint64_t priority, uint32_t *old)
{
	uint64_t answer = arch_syscall(SYS_thread_priority, id, priority, 0, 0);

	if (old && answer >> 8 == PETRI_OK)
		*old = answer & 0xff;
	return (enum petri_error)(answer >> 8);
}

enum petri_error thread_set_priority(thread_id id, uint32_t priority, uint32_t *old) { return priority_call(id, priority, old); }

enum petri_error thread_get_priority(thread_id id, uint32_t *priority) { return priority_call(id, UINT64_MAX, priority); }

enum petri_error thread_set_affinity(thread_id id, uint32_t cores)
{
	return (enum petri_error)arch_syscall(SYS_thread_affinity, id, cores, 0, 0);
}

enum petri_error thread_set_quantum(thread_id id, uint64_t ns)
{
	return (enum petri_error)arch_syscall(SYS_thread_quantum, id, ns, 0, 0);
}

enum petri_error thread_set_name(thread_id id, const char *name)
{
	return (enum petri_error)arch_syscall(SYS_thread_name, id, (uintptr_t)name, strnlen(name, THREAD_NAME_MAX - 1), 0);
}

enum petri_error thread_info(thread_id id, struct thread_info *info)
{
	return (enum petri_error)arch_syscall(SYS_thread_info, id, (uintptr_t)info, 0, 0);
}

enum petri_error thread_cores(const thread_id *ids, uint32_t n, uint8_t *on)
{
	return (enum petri_error)arch_syscall(SYS_thread_cores, (uintptr_t)ids, n, (uintptr_t)on, 0);
}
