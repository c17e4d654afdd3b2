/* The calls about threads. Locks: the domain's where its lists are touched. A call that must wait is issued again when woken. */
#include "kernel/domain.h"

#include <petri/string.h>

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
		sched_ready(core, made);
	else if (made != NULL)
		thread_unmake(made);
	arch_set_result(t, error);
}

void sys_thread_exit(struct core *core, struct thread *t)
{
	sched_stop(core);
	thread_end(core, t, arch_argument(t, 0), PETRI_OK);
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
	return other->state != THREAD_ZOMBIE && arch_in_atomic_section(t) ? PETRI_EATOMIC : PETRI_OK;
}

/* (id, value out, deadline) */
void sys_thread_join(struct core *core, struct thread *t)
{
	struct thread *other = find_own(t, arch_argument(t, 0));
	enum petri_error error = check_join(t, other);

	if (error == PETRI_OK && other->state != THREAD_ZOMBIE) {
		other->joiner = THREAD_INDEX(t->id);
		wait_restart(core, (uint64_t)other, ticks_from_ns(arch_argument(t, 2)));
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

/* (struct thread_end out, deadline) */
void sys_thread_join_any(struct core *core, struct thread *t)
{
	struct thread *other = first_ended(t->domain);
	enum petri_error error = PETRI_EATOMIC;

	if (other == NULL && !arch_in_atomic_section(t)) {
		t->domain->awaited = true;
		wait_restart(core, (uint64_t)&t->domain->ended, ticks_from_ns(arch_argument(t, 1)));
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

void sys_thread_detach(struct core *core, struct thread *t)
{
	struct thread *other = find_own(t, arch_argument(t, 0));
	enum petri_error error = other == NULL ? PETRI_ESTALE : PETRI_OK;

	(void)core;
	if (error == PETRI_OK && (other->flags & THREAD_DETACHED))
		error = PETRI_EDETACHED;
	else if (error == PETRI_OK && thread_is_joined(other))
		error = PETRI_EBUSY;
	else if (error == PETRI_OK && other->state == THREAD_ZOMBIE)
		thread_bury(other);
	else if (error == PETRI_OK)
		other->flags |= THREAD_DETACHED;
	arch_set_result(t, error);
}

void sys_thread_kill(struct core *core, struct thread *t)
{
	struct thread *other = find_own(t, arch_argument(t, 0));

	if (other == t) {
		arch_set_result(t, PETRI_EINVAL);
		return;
	}
	if (other == NULL || other->state == THREAD_ZOMBIE) {
		arch_set_result(t, PETRI_ESTALE);
		return;
	}
	thread_kill_now(core, other);
	arch_set_result(t, PETRI_OK);
}

/* ---- yield, sleep ---------------------------------------------------------------------------------------------------------- */

void sys_thread_yield(struct core *core, struct thread *t)
{
	arch_set_result(t, PETRI_OK);
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
	t->state = THREAD_SLEEPING;
	timeout_add(t, deadline);
	sched_stop(core);
}

/* ---- attributes ------------------------------------------------------------------------------------------------------------ */

static void change_priority(struct core *core, struct thread *t, uint8_t priority)
{
	switch (t->state) {
	case THREAD_READY:
		sched_unready(core, t);
		t->priority = priority;
		sched_ready(core, t);
		break;
	case THREAD_BLOCKED:
		wait_reprioritise(core, t, priority);
		break;
	default:
		t->priority = priority;
	}
	if (core->current == t && core->runq.ready >> priority > 1)
		core->reschedule = true;
}

/* (id, new or -1) -> the old one in the low byte, the error above */
void sys_thread_priority(struct core *core, struct thread *t)
{
	struct thread *other = find_own(t, arch_argument(t, 0));
	uint64_t priority = arch_argument(t, 1);

	if (other == NULL || other->state == THREAD_ZOMBIE) {
		arch_set_result(t, PETRI_ESTALE << 8);
	} else if (priority != UINT64_MAX && priority >= THREAD_PRIORITIES) {
		arch_set_result(t, PETRI_EINVAL << 8);
	} else {
		arch_set_result(t, other->priority);
		if (priority != UINT64_MAX)
			change_priority(core, other, (uint8_t)priority);
	}
}

/* (id, ns) */
void sys_thread_quantum(struct core *core, struct thread *t)
{
	struct thread *other = find_own(t, arch_argument(t, 0));
	uint64_t ns = arch_argument(t, 1);
	enum petri_error error = other == NULL ? PETRI_ESTALE : ns < SCHED_QUANTUM_MIN_NS ? PETRI_EINVAL : PETRI_OK;

	(void)core;
	if (error == PETRI_OK) {
		other->quantum = sched_quantum(ns);
		other->left = 0;
	}
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
		uint8_t state = other->state == THREAD_BLOCKED && !wait_is_live(other) ? THREAD_READY : other->state;
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
		error = user_write(t, arch_argument(t, 1), &info, sizeof(info));
	}
	arch_set_result(t, error);
}

/* (id, text, length) */
void sys_thread_name(struct core *core, struct thread *t)
{
	struct thread *other = find_own(t, arch_argument(t, 0));
	char name[THREAD_NAME_MAX];
	enum petri_error error = PETRI_ESTALE;

	(void)core;
	if (other != NULL)
		error = user_read_name(t, name, arch_argument(t, 1), arch_argument(t, 2));
	if (error == PETRI_OK)
		memcpy(other->name, name, sizeof(name));
	arch_set_result(t, error);
}
