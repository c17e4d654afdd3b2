/* The calls about threads. Locks: the domain's where its lists are touched. A call that must wait is issued again when woken. What a thread is like:
 * thread_attributes.c. */
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

struct thread *call_find_own(const struct thread *t, uint64_t id)
{
	struct thread *other = thread_find(id);

	return other != NULL && other->domain == t->domain ? other : NULL;
}

/* ---- create, exit --------------------------------------------------------------------------------------------------------- */

static enum petri_error read_spec(const struct thread *t, struct thread_spec *spec)
{
	static const struct thread_attr normal = THREAD_ATTR_DEFAULT;
	uint64_t attr = arch_argument(t, 0);
	enum petri_error error = PETRI_OK;

	spec->entry = arch_argument(t, 1);
	spec->arg = arch_argument(t, 2);
	if (attr != 0)
		error = user_read(t, &spec->attr, attr, sizeof(spec->attr));
	else
		spec->attr = normal;
	if (error != PETRI_OK)
		return error;
	for (int i = 0; i < THREAD_NAME_MAX / 8; i++)
		spec->name_words[i] = 0;
	return spec->attr.name == NULL ? PETRI_OK : user_read_name(t, spec->name, (uint64_t)spec->attr.name, THREAD_NAME_MAX);
}

/* A new thread has the mode of its creator; one in kernel mode may ask for a user thread. */
static bool mode_of_new(const struct thread *t, uint32_t flags)
{
	return (t->flags & THREAD_KERNEL_MODE) && !(flags & THREAD_USER);
}

/* It runs, unless its id cannot be told: then there is none. */
static inline __attribute__((always_inline)) void start(struct core *core, struct thread *t, struct thread *made)
{
	uint64_t out = arch_argument(t, 3);
	enum petri_error error = out == 0 ? PETRI_OK : arch_store64(t, out, made->id);

	arch_set_result(t, error);
	if (error == PETRI_OK)
		runq_start(core, made);
	else
		thread_unmake(made);
}

static void create(struct core *core, struct thread *t, const struct thread_spec *spec)
{
	struct thread *made = NULL;
	enum petri_error error = thread_make(t->domain, spec, mode_of_new(t, spec->attr.flags), &made);

	if (error == PETRI_OK)
		start(core, t, made);
	else
		arch_set_result(t, error);
}

/* (attr, entry, arg, id out) */
void sys_thread_create(struct core *core, struct thread *t)
{
	struct thread_spec spec;
	enum petri_error error = read_spec(t, &spec);

	if (error == PETRI_OK)
		create(core, t, &spec);
	else
		arch_set_result(t, error);
}

static __attribute__((noinline)) void create_of_word(struct core *core, struct thread *t)
{
	const struct thread_spec spec = {
		.attr = thread_attr_of(arch_argument(t, 0)), .entry = arch_argument(t, 1), .arg = arch_argument(t, 2)};

	create(core, t, &spec);
}

/* (attributes in a word, entry, arg, id out) */
void sys_thread_make(struct core *core, struct thread *t)
{
	uint64_t word = arch_argument(t, 0);
	struct thread *made = thread_make_small(t->domain, word, arch_argument(t, 1), arch_argument(t, 2),
						mode_of_new(t, thread_attr_of(word).flags));

	if (made != NULL)
		start(core, t, made);
	else
		create_of_word(core, t);
}

void sys_thread_exit(struct core *core, struct thread *t)
{
	sched_stop(core);
	spin_lock(&lives);
	thread_end(core, t, arch_argument(t, 0), PETRI_OK);
	spin_unlock(&lives);
}

/* ---- join, detach, kill --------------------------------------------------------------------------------------------------- */

static enum petri_error check_join(const struct thread *t, const struct thread *other, bool ended)
{
	if (other == NULL)
		return PETRI_ESTALE;
	if (other == t)
		return PETRI_EDEADLOCK;
	if (other->flags & THREAD_DETACHED)
		return PETRI_EDETACHED;
	if (other->joiner != 0 && thread_is_joined(other) && other->joiner != THREAD_INDEX(t->id))
		return PETRI_EBUSY;
	return !ended && arch_in_atomic_section(t) ? PETRI_EATOMIC : PETRI_OK;
}

/* t's end: of one who waits without a deadline it takes no queue to find him (see tell_joiner()), and his place is with it, under `lives`. */
static void await_thread(struct core *core, struct thread *t, struct thread *other)
{
	sched_stop(core);
	__atomic_store_n(&t->wait_key, (uint64_t)other, __ATOMIC_RELAXED);
	set_state(t, THREAD_JOINING);
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
	struct thread *other = call_find_own(t, arch_argument(t, 0));
	bool ended = other != NULL && state_of(other) == THREAD_ZOMBIE;
	enum petri_error error = check_join(t, other, ended);

	if (error == PETRI_OK && !ended) {
		other->joiner = THREAD_INDEX(t->id);
		if (arch_argument(t, 2) == UINT64_MAX)
			await_thread(core, t, other);
		else
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

#define LOOK_PIECE 16

/* The first of the ended. One whom somebody joins by id is not for join_any, and is put aside. EAGAIN: there are more to look at. */
static enum petri_error first_ended(struct domain *d, struct thread **found)
{
	*found = NULL;
	for (int i = 0; i < LOOK_PIECE; i++) {
		struct thread *t = list_entry(d->ended.next, struct thread, link);

		if (list_alone(&d->ended))
			return PETRI_OK;
		if (!thread_is_joined(t)) {
			*found = t;
			return PETRI_OK;
		}
		list_remove(&t->link);
		list_insert_before(&d->claimed, &t->link);
	}
	return PETRI_EAGAIN;
}

/* Some of those that were put aside may be joined by nobody any more: once they are all looked at again. */
static bool take_up(struct domain *d)
{
	bool any = !list_alone(&d->claimed);

	if (any)
		list_splice(&d->ended, &d->claimed);
	return any;
}

/* EAGAIN: there is more to look at. */
static enum petri_error look_for_ended(struct thread *t, struct thread **found)
{
	struct domain *d = t->domain;
	bool all = arch_argument(t, 2) != 0;
	enum petri_error error;

	spin_lock(&d->lock);
	error = first_ended(d, found);
	if (error == PETRI_OK && *found == NULL && !all && take_up(d)) {
		arch_set_argument(t, 2, 1);
		error = PETRI_EAGAIN;
	}
	spin_unlock(&d->lock);
	return error;
}

/* (struct thread_end out, deadline, 0; then whether those put aside have been looked at) */
static void join_any(struct core *core, struct thread *t)
{
	struct thread *other;
	enum petri_error error = PETRI_EATOMIC;

	if (look_for_ended(t, &other) == PETRI_EAGAIN) {
		arch_frame_restart(t);
		return;
	}
	if (other == NULL && !arch_in_atomic_section(t)) {
		arch_set_argument(t, 2, 0);
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
	other = call_find_own(t, arch_argument(t, 0));
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

void call_retry(struct core *core, struct thread *t)
{
	arch_frame_restart(t);
	sched_let_others(core);
	if (!arch_in_atomic_section(t))
		sched_yield(core);
}

/* EAGAIN: try again. asked: it may have been told before, and has ended by that then, or by itself after all. */
static enum petri_error kill(struct core *core, struct thread *t, struct thread *other, bool asked)
{
	if (other == t)
		return PETRI_EINVAL;
	if (other == NULL || state_of(other) == THREAD_ZOMBIE)
		return asked && (other == NULL || condemned(other) == PETRI_EKILLED) ? PETRI_OK : PETRI_ESTALE;
	return thread_end_other(core, other, PETRI_EKILLED, true) == ENDING_RETRY ? PETRI_EAGAIN : PETRI_OK;
}

/* (id) */
void sys_thread_kill(struct core *core, struct thread *t)
{
	enum petri_error error;

	spin_lock(&lives);
	error = kill(core, t, call_find_own(t, arch_argument(t, 0)), arch_argument(t, 1) == CALL_RETRIED);
	spin_unlock(&lives);
	if (error == PETRI_EAGAIN) {
		arch_set_argument(t, 1, CALL_RETRIED);
		call_retry(core, t);
	} else {
		arch_set_result(t, error);
	}
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
	sched_stop(core);
	timeout_sleep(core, t, deadline);
}
