/*
 * The calls about what a thread is like: priority, affinity, quantum, name; what it does at the moment. Who asks for another priority or affinity
 * of a thread takes it out of the place where it stands, or leaves a wish with it where it runs, and looks again until it is so.
 */
#include <petri/string.h>

#include "kernel/domain.h"
#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/timeout.h"
#include "kernel/usercopy.h"
#include "kernel/waitq.h"

/* ---- priority, affinity ----------------------------------------------------------------------------------------------------- */

/* Has t, which runs on another core, heard of it? With another affinity it may have been moved since. */
static bool has_trait(const struct thread *t, enum thread_trait trait, uint8_t value)
{
	if (trait == TRAIT_PRIORITY)
		return __atomic_load_n(&t->priority, __ATOMIC_RELAXED) == value;
	return __atomic_load_n(&t->affinity, __ATOMIC_ACQUIRE) == value && (value & 1u << runq_of(t)->number);
}

/* False: it is to be looked at again. */
static bool give_running(struct core *core, struct thread *t, enum thread_trait trait, uint8_t value)
{
	if (t != core->current && has_trait(t, trait, value))
		return true;
	if (trait == TRAIT_PRIORITY)
		__atomic_store_n(&t->wish, (uint8_t)(value + 1), __ATOMIC_RELAXED);
	else
		__atomic_store_n(&t->wish_affinity, value, __ATOMIC_RELAXED);
	if (t == core->current)
		sched_told(core);
	else
		runq_tell(runq_of(t));
	return t == core->current;
}

/* False: it is on its way from one state to another, or has not heard yet; try again. */
static bool give(struct core *core, struct thread *t, enum thread_trait trait, uint8_t value)
{
	switch (state_of(t)) {
	case THREAD_READY:
		if (runq_take_out(t, THREAD_READY, 0, PETRI_OK) != RUNQ_OUT)
			return false;
		give_trait(t, trait, value);
		runq_ready(core, t);
		return true;
	case THREAD_BLOCKED:
		return wait_give(core, t, trait, value);
	case THREAD_RUNNING:
		return give_running(core, t, trait, value);
	case THREAD_SLEEPING:
		return timeout_give(t, trait, value);
	case THREAD_JOINING:
		give_trait(t, trait, value);
		return true;
	default:
		return false;
	}
}

/* The old priority in the low byte, the error above; EAGAIN: try again. */
static uint64_t set_priority(struct core *core, struct thread *other, uint64_t priority)
{
	uint8_t old;

	if (other == NULL || state_of(other) == THREAD_ZOMBIE)
		return PETRI_ESTALE << 8;
	if (priority != UINT64_MAX && priority >= THREAD_PRIORITIES)
		return PETRI_EINVAL << 8;
	old = __atomic_load_n(&other->priority, __ATOMIC_RELAXED);
	if (priority == UINT64_MAX || give(core, other, TRAIT_PRIORITY, (uint8_t)priority))
		return old;
	return old | PETRI_EAGAIN << 8;
}

/* (id, new or -1) -> the old one in the low byte, the error above */
void sys_thread_priority(struct core *core, struct thread *t)
{
	uint64_t answer, first = arch_argument(t, 2); /* what it was when this was tried first */

	spin_lock(&lives);
	answer = set_priority(core, call_find_own(t, arch_argument(t, 0)), arch_argument(t, 1));
	spin_unlock(&lives);
	if (first >> 8 == CALL_RETRIED && (answer >> 8 == PETRI_OK || answer >> 8 == PETRI_EAGAIN))
		answer = (answer & ~0xffull) | (first & 0xff);
	if (answer >> 8 == PETRI_EAGAIN) {
		arch_set_argument(t, 2, (uint64_t)CALL_RETRIED << 8 | (answer & 0xff));
		call_retry(core, t);
	} else {
		arch_set_result(t, answer);
	}
}

static enum petri_error set_affinity(struct core *core, struct thread *other, uint64_t mask)
{
	uint8_t affinity = thread_affinity(mask);

	if (other == NULL || state_of(other) == THREAD_ZOMBIE)
		return PETRI_ESTALE;
	if (affinity == 0)
		return PETRI_EINVAL;
	return give(core, other, TRAIT_AFFINITY, affinity) ? PETRI_OK : PETRI_EAGAIN;
}

/* (id, cores: bit n for core n; 0: all) */
void sys_thread_affinity(struct core *core, struct thread *t)
{
	enum petri_error error;

	spin_lock(&lives);
	error = set_affinity(core, call_find_own(t, arch_argument(t, 0)), arch_argument(t, 1));
	spin_unlock(&lives);
	if (error == PETRI_EAGAIN)
		call_retry(core, t);
	else
		arch_set_result(t, error);
}

/* ---- quantum, name, state --------------------------------------------------------------------------------------------------- */

/* (id, ns). What is left of a quantum belongs to the core where that thread runs, so another's is used up first; the caller's is over. */
void sys_thread_quantum(struct core *core, struct thread *t)
{
	uint64_t ns = arch_argument(t, 1);
	struct thread *other;
	enum petri_error error;

	spin_lock(&lives);
	other = call_find_own(t, arch_argument(t, 0));
	error = other == NULL ? PETRI_ESTALE : ns < SCHED_QUANTUM_MIN_NS ? PETRI_EINVAL : PETRI_OK;
	if (error == PETRI_OK)
		__atomic_store_n(&other->quantum, sched_quantum(ns), __ATOMIC_RELAXED);
	if (other == t && error == PETRI_OK) {
		t->left = 0;
		core->limited = true;
	}
	spin_unlock(&lives);
	arch_set_result(t, error);
}

/* Of the kernel's own objects: nothing. */
static uint64_t shown_address(const struct thread *t) { return wait_address(t) >= APP_IMAGE ? wait_address(t) : 0; }

/* (id, struct thread_info out) */
void sys_thread_info(struct core *core, struct thread *t)
{
	struct thread *other = call_find_own(t, arch_argument(t, 0));
	enum petri_error error = PETRI_ESTALE;

	(void)core;
	if (other != NULL) {
		uint8_t state = state_of(other);

		if (state == THREAD_WAKING || (state == THREAD_BLOCKED && !wait_is_live(other)))
			state = THREAD_READY;
		if (state == THREAD_JOINING)
			state = THREAD_BLOCKED;
		struct thread_info info = {
			.id = other->id,
			.state = state,
			.priority = other->priority,
			.stack = other->stack_kind,
			.core = other->core,
			.affinity = other->affinity,
			.stack_size = other->stack_size,
			.waits_for = state == THREAD_BLOCKED ? shown_address(other) : 0,
		};

		memcpy(info.name, other->name, sizeof(info.name));
		if (call_find_own(t, arch_argument(t, 0)) == other) /* else the block has become another's meanwhile */
			error = user_write(t, arch_argument(t, 1), &info, sizeof(info));
	}
	arch_set_result(t, error);
}

/* (id, text, length) */
void sys_thread_name(struct core *core, struct thread *t)
{
	char name[THREAD_NAME_MAX];
	enum petri_error error = PETRI_ESTALE;
	struct thread *other;

	(void)core;
	spin_lock(&lives);
	other = call_find_own(t, arch_argument(t, 0));
	if (other != NULL)
		error = user_read_name(t, name, arch_argument(t, 1), arch_argument(t, 2));
	if (error == PETRI_OK)
		memcpy(other->name, name, sizeof(name));
	spin_unlock(&lives);
	arch_set_result(t, error);
}
