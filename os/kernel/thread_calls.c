/* The calls about threads. Locks: the domain's where its lists are touched. A call that must wait is issued again when woken. */
#include "kernel/domain.h"

#include <petri/string.h>

#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/stack.h"
#include "kernel/syscalls.h"
#include "kernel/ticks.h"
#include "kernel/timeout.h"
#include "kernel/usercopy.h"
#include "kernel/waitq.h"

/* A thread of the caller's own domain. */
static struct thread *find_own(const struct thread *t, uint64_t id)
{
	struct thread *other = thread_find(id);

	return other != NULL && other->domain == t->domain ? other : NULL;
}

/* ---- create, exit --------------------------------------------------------------------------------------------------------- */

static enum petri_error read_spec(const struct thread *t, struct thread_spec *spec)
{
	static const struct thread_attr normal = THREAD_ATTR_DEFAULT;
	enum petri_error error = PETRI_OK;

	*spec = (struct thread_spec){.attr = normal, .entry = arch_argument(t, 1), .arg = arch_argument(t, 2)};
	if (arch_argument(t, 0) != 0)
		error = user_read(t, &spec->attr, arch_argument(t, 0), sizeof(spec->attr));
	if (error == PETRI_OK)
		error = user_read_name(t, spec->name, (uint64_t)spec->attr.name, THREAD_NAME_MAX);
	return error;
}

/* (attr, entry, arg, id out): the new thread has the mode of its creator; one in kernel mode may ask for a user thread. */
void sys_thread_create(struct core *core, struct thread *t)
{
	struct thread_spec spec;
	struct thread *made = NULL;
	enum petri_error error = read_spec(t, &spec);

	if (error == PETRI_OK)
		error = thread_make(t->domain, &spec, (t->flags & THREAD_KERNEL_MODE) && !(spec.attr.flags & THREAD_USER), &made);
	if (error == PETRI_OK)
		error = user_write_if_wanted(t, arch_argument(t, 3), &made->id, sizeof(made->id));
	if (error == PETRI_OK)
		runq_start(core, made);
	else if (made != NULL)
		thread_unmake(made);
	arch_set_result(t, error);
}

void sys_thread_exit(struct core *core, struct thread *t)
{
	sched_stop(core);
	spin_lock(&lives);
	thread_end(core, t, arch_argument(t, 0), PETRI_OK);
	spin_unlock(&lives);
}

/* ---- join, detach, kill --------------------------------------------------------------------------------------------------- */

static enum petri_error check_join(const struct thread *t, const struct thread *other)
{
	if (other == NULL)
		return PETRI_ESTALE;
	if (other == t)
		return PETRI_EDEADLOCK;
	if (other->flags & THREAD_DETACHED)
		return PETRI_EDETACHED;
	if (thread_is_joined(other) && other->joiner != THREAD_INDEX(t->id))
		return PETRI_EBUSY;
	return state_of(other) != THREAD_ZOMBIE && arch_in_atomic_section(t) ? PETRI_EATOMIC : PETRI_OK;
}

/* Blocks until key is woken. Its waker holds `lives`, as we do: so it comes neither before nor between. */
static void await_end(struct core *core, void *key, uint64_t deadline)
{
	struct wait_bucket *b = wait_lock((uint64_t)key);

	wait_restart(core, b, (uint64_t)key, ticks_from_ns(deadline));
	wait_unlock(b);
}

static void join(struct core *core, struct thread *t)
{
	struct thread *other = find_own(t, arch_argument(t, 0));
	enum petri_error error = check_join(t, other);

	if (error == PETRI_OK && state_of(other) != THREAD_ZOMBIE) {
		other->joiner = THREAD_INDEX(t->id);
		await_end(core, other, arch_argument(t, 2));
		return;
	}
	if (error == PETRI_OK) {
		other->joiner = 0;
		error = user_write_if_wanted(t, arch_argument(t, 1), &other->value, sizeof(other->value));
	}
	if (error == PETRI_OK) {
		error = (enum petri_error)other->how;
		thread_bury(other);
	}
	arch_set_result(t, error);
}

/* (id, value out, deadline) */
void sys_thread_join(struct core *core, struct thread *t)
{
	spin_lock(&lives);
	join(core, t);
	spin_unlock(&lives);
}

/* One whom somebody joins by id is not for join_any. */
static struct thread *first_ended(struct domain *d)
{
	struct thread *t = NULL;

	spin_lock(&d->lock);
	for (struct list *l = d->ended.next; t == NULL && l != &d->ended; l = l->next)
		if (!thread_is_joined(list_entry(l, struct thread, link)))
			t = list_entry(l, struct thread, link);
	spin_unlock(&d->lock);
	return t;
}

static void join_any(struct core *core, struct thread *t)
{
	struct thread *other = first_ended(t->domain);
	enum petri_error error = PETRI_EATOMIC;

	if (other == NULL && !arch_in_atomic_section(t)) {
		t->domain->awaited = true;
		await_end(core, &t->domain->ended, arch_argument(t, 1));
		return;
	}
	if (other != NULL) {
		struct thread_end end = {other->id, (void *)other->value, (enum petri_error)other->how, 0};

		error = user_write(t, arch_argument(t, 0), &end, sizeof(end));
		if (error == PETRI_OK)
			thread_bury(other);
	}
	arch_set_result(t, error);
}

/* (struct thread_end out, deadline) */
void sys_thread_join_any(struct core *core, struct thread *t)
{
	spin_lock(&lives);
	join_any(core, t);
	spin_unlock(&lives);
}

void sys_thread_detach(struct core *core, struct thread *t)
{
	struct thread *other;
	enum petri_error error;

	(void)core;
	spin_lock(&lives);
	other = find_own(t, arch_argument(t, 0));
	error = other == NULL ? PETRI_ESTALE : PETRI_OK;
	if (error == PETRI_OK && (other->flags & THREAD_DETACHED))
		error = PETRI_EDETACHED;
	else if (error == PETRI_OK && thread_is_joined(other))
		error = PETRI_EBUSY;
	else if (error == PETRI_OK && state_of(other) == THREAD_ZOMBIE)
		thread_bury(other);
	else if (error == PETRI_OK)
		other->flags |= THREAD_DETACHED;
	arch_set_result(t, error);
	spin_unlock(&lives);
}

/* What could not be done because another core had a hand in it: the call is issued again, after others had their turn. */
static void retry(struct core *core, struct thread *t)
{
	arch_frame_restart(t);
	sched_let_others(core);
	if (!arch_in_atomic_section(t))
		sched_yield(core);
}

/* EAGAIN: try again. asked: it has been told before, and if it has ended meanwhile, so much the better. */
static enum petri_error kill(struct core *core, struct thread *t, struct thread *other, bool asked)
{
	if (other == t)
		return PETRI_EINVAL;
	if (other == NULL || state_of(other) == THREAD_ZOMBIE)
		return asked ? PETRI_OK : PETRI_ESTALE;
	return thread_end_other(core, other, PETRI_EKILLED, true) == ENDING_RETRY ? PETRI_EAGAIN : PETRI_OK;
}

#define ASKED 0x6b696c6cu

/* (id) */
void sys_thread_kill(struct core *core, struct thread *t)
{
	enum petri_error error;

	spin_lock(&lives);
	error = kill(core, t, find_own(t, arch_argument(t, 0)), arch_argument(t, 1) == ASKED);
	spin_unlock(&lives);
	if (error == PETRI_EAGAIN) {
		arch_set_argument(t, 1, ASKED);
		retry(core, t);
	} else {
		arch_set_result(t, error);
	}
}

/* ---- yield, sleep ---------------------------------------------------------------------------------------------------------- */

void sys_thread_yield(struct core *core, struct thread *t)
{
	arch_set_result(t, PETRI_OK);
	/* Who yields again and again though nobody else wants this core waits for somebody on another one. */
	if (runq_ready_bits(core) == 0 && core->switches % 8 == 0)
		sched_let_others(core);
	if (!arch_in_atomic_section(t))
		sched_yield(core);
}

void sys_thread_sleep(struct core *core, struct thread *t)
{
	uint64_t deadline = ticks_from_ns(arch_argument(t, 0));

	if (arch_in_atomic_section(t)) {
		arch_set_result(t, PETRI_EATOMIC);
		return;
	}
	arch_set_result(t, PETRI_OK);
	if (deadline <= arch_ticks()) {
		sched_yield(core);
		return;
	}
	sched_stop(core);
	timeout_sleep(core, t, deadline);
}

/* ---- attributes ------------------------------------------------------------------------------------------------------------ */

/* False: it is on its way from one state to another; try again. */
static bool change_priority(struct core *core, struct thread *t, uint8_t priority)
{
	switch (state_of(t)) {
	case THREAD_READY:
		if (runq_take_out(t, THREAD_READY, 0, PETRI_OK) != RUNQ_OUT)
			return false;
		give_priority(t, priority);
		runq_ready(core, t);
		return true;
	case THREAD_BLOCKED:
		return wait_reprioritise(core, t, priority);
	case THREAD_RUNNING:
		if (t != core->current && __atomic_load_n(&t->priority, __ATOMIC_RELAXED) == priority)
			return true;
		__atomic_store_n(&t->wish, (uint8_t)(priority + 1), __ATOMIC_RELAXED);
		if (t == core->current)
			sched_told(core);
		else
			runq_tell(runq_of(t));
		return t == core->current;
	case THREAD_SLEEPING:
		return timeout_reprioritise(t, priority);
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
	if (priority == UINT64_MAX || change_priority(core, other, (uint8_t)priority))
		return old;
	return old | PETRI_EAGAIN << 8;
}

/* (id, new or -1) -> the old one in the low byte, the error above */
void sys_thread_priority(struct core *core, struct thread *t)
{
	uint64_t answer, first = arch_argument(t, 2); /* what it was when this was tried first */

	spin_lock(&lives);
	answer = set_priority(core, find_own(t, arch_argument(t, 0)), arch_argument(t, 1));
	spin_unlock(&lives);
	if (first >> 8 == ASKED && (answer >> 8 == PETRI_OK || answer >> 8 == PETRI_EAGAIN))
		answer = (answer & ~0xffull) | (first & 0xff);
	if (answer >> 8 == PETRI_EAGAIN) {
		arch_set_argument(t, 2, (uint64_t)ASKED << 8 | (answer & 0xff));
		retry(core, t);
	} else {
		arch_set_result(t, answer);
	}
}

/* (id, ns) */
void sys_thread_quantum(struct core *core, struct thread *t)
{
	uint64_t ns = arch_argument(t, 1);
	struct thread *other;
	enum petri_error error;

	(void)core;
	spin_lock(&lives);
	other = find_own(t, arch_argument(t, 0));
	error = other == NULL ? PETRI_ESTALE : ns < SCHED_QUANTUM_MIN_NS ? PETRI_EINVAL : PETRI_OK;
	if (error == PETRI_OK) {
		other->quantum = sched_quantum(ns);
		other->left = 0;
	}
	spin_unlock(&lives);
	arch_set_result(t, error);
}

/* Of the kernel's own objects: nothing. */
static uint64_t shown_address(const struct thread *t) { return wait_address(t) >= APP_IMAGE ? wait_address(t) : 0; }

/* (id, struct thread_info out) */
void sys_thread_info(struct core *core, struct thread *t)
{
	struct thread *other = find_own(t, arch_argument(t, 0));
	enum petri_error error = PETRI_ESTALE;

	(void)core;
	if (other != NULL) {
		uint8_t state = state_of(other);

		if (state == THREAD_WAKING || (state == THREAD_BLOCKED && !wait_is_live(other)))
			state = THREAD_READY;
		struct thread_info info = {
			.id = other->id,
			.state = state,
			.priority = other->priority,
			.stack = other->stack_kind,
			.core = other->core,
			.stack_size = other->stack_size,
			.waits_for = state == THREAD_BLOCKED ? shown_address(other) : 0,
		};

		memcpy(info.name, other->name, sizeof(info.name));
		if (find_own(t, arch_argument(t, 0)) == other) /* else the block has become another's meanwhile */
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
	other = find_own(t, arch_argument(t, 0));
	if (other != NULL)
		error = user_read_name(t, name, arch_argument(t, 1), arch_argument(t, 2));
	if (error == PETRI_OK)
		memcpy(other->name, name, sizeof(name));
	spin_unlock(&lives);
	arch_set_result(t, error);
}
