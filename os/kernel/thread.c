/*
 * The life of a thread: made from a free control block or a new one, ended, freed. The calls about threads are in thread_calls.c.
 *
 * A control block is never given back; free ones wait, with their stack, for the next thread of that stack size. Takes the domain's
 * lock (which guards its free lists, its list of the ended, and joins), then table.lock.
 */
#include "kernel/thread.h"

#include <petri/string.h>

#include "kernel/app.h"
#include "kernel/domain.h"
#include "kernel/estate.h"
#include "kernel/fp_area.h"
#include "kernel/page.h"
#include "kernel/private_heap.h"
#include "kernel/owners.h"
#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/stack.h"
#include "kernel/timeout.h"
#include "kernel/usercopy.h"
#include "kernel/varray.h"
#include "kernel/waitq.h"

#define KEPT_GUARDED_STACK (64u * 1024) /* larger stacks of free threads give their pages back */

struct thread *const threads = (struct thread *)VARRAY_THREADS;
struct thread_counts thread_counts;
struct spinlock lives = SPINLOCK(RANK_LIVES);

static struct {
	struct spinlock lock;
	struct varray array;
	struct list bare; /* free control blocks without a stack */
} table = {.lock = SPINLOCK(RANK_TABLE), .array = VARRAY(VARRAY_THREADS), .bare = {&table.bare, &table.bare}};

struct thread *thread_find(uint64_t id)
{
	uint32_t index = THREAD_INDEX(id);

	if (index == 0 || index > __atomic_load_n(&thread_counts.resident, __ATOMIC_ACQUIRE) ||
	    __atomic_load_n(&threads[index].id, __ATOMIC_RELAXED) != id || state_of(&threads[index]) == THREAD_FREE)
		return NULL;
	return &threads[index];
}

_Static_assert(VARRAY_MAX / sizeof(struct thread) <= 1u << 22, "joiner holds any index");

/* ---- control blocks ------------------------------------------------------------------------------------------------------ */

static struct thread *new_block(void)
{
	uint32_t index = thread_counts.resident + 1;

	if (index >= 1u << THREAD_ID_INDEX_BITS || varray_reserve(&table.array, (index + 1) * sizeof(struct thread)) != PETRI_OK)
		return NULL;
	threads[index].id = THREAD_ID(index, 0);
	__atomic_store_n(&thread_counts.resident, index, __ATOMIC_RELEASE);
	return &threads[index];
}

static struct thread *bare_block(void)
{
	struct thread *t;

	spin_lock(&table.lock);
	if (list_alone(&table.bare)) {
		t = new_block();
	} else {
		t = list_entry(table.bare.next, struct thread, link);
		list_remove(&t->link);
	}
	spin_unlock(&table.lock);
	return t;
}

static void keep_bare(struct thread *t)
{
	t->stack_base = 0;
	spin_lock(&table.lock);
	list_insert_before(&table.bare, &t->link);
	spin_unlock(&table.lock);
}

/* A control block with a stack of this class, if one lies ready; else NULL. Under the domain's lock, as is the next one. */
static inline struct thread *idle_block(struct domain *d, uint32_t c)
{
	struct list *idle = &d->stacks[c].idle, *first = idle->next;

	if (first == idle)
		return NULL;
	list_unlink(first);
	return list_entry(first, struct thread, link);
}

/* One with memory, though it may have to be found first. */
static struct thread *block_with_stack(struct domain *d, enum thread_stack kind, uint32_t c)
{
	struct thread *t = idle_block(d, c);

	if (t != NULL) {
		if (stack_restore(d, t) == PETRI_OK)
			return t;
		list_insert_after(&d->stacks[c].idle, &t->link);
		return NULL;
	}
	t = bare_block();
	if (t == NULL)
		return NULL;
	t->stack_kind = (uint8_t)kind;
	t->stack_class = (uint8_t)c;
	if (stack_make(d, t) == PETRI_OK)
		return t;
	keep_bare(t);
	return NULL;
}

static __attribute__((noinline)) void keep_dropped(struct domain *d, struct thread *t)
{
	stack_drop(d, t);
	list_insert_before(&d->stacks[t->stack_class].idle, &t->link);
}

/* For the next thread with such a stack. Those with memory are taken first. */
static inline void keep_block(struct domain *d, struct thread *t)
{
	if (t->stack_kind == THREAD_GUARDED && t->stack_size > KEPT_GUARDED_STACK)
		keep_dropped(d, t);
	else
		list_insert_after(&d->stacks[t->stack_class].idle, &t->link);
}

/* Under the domain's lock: nobody can name t any more. */
static inline __attribute__((always_inline)) void free_block(struct domain *d, struct thread *t)
{
	set_state(t, THREAD_FREE);
	if (t->fp != NULL)
		fp_area_free(t->fp);
	t->fp = NULL;
#ifdef CHECKED
	memset(&t->frame, 0xDB, sizeof(t->frame));
	memset((void *)t->stack_base, 0xDB, t->stack_size);
#endif
	t->flags = THREAD_ENDED; /* until it has another id: see wait_set_owner() */
	if (!(t->marks & THREAD_LEAVES))
		keep_block(d, t);
}

void thread_settled(struct thread *t)
{
	struct domain *d = t->domain;

	spin_lock(&d->lock);
	t->marks &= (uint8_t)~THREAD_LEAVES;
	if (state_of(t) == THREAD_FREE)
		keep_block(d, t);
	spin_unlock(&d->lock);
}

/* ---- making ---------------------------------------------------------------------------------------------------------------- */

uint8_t thread_affinity(uint64_t mask)
{
	if (mask == 0)
		mask = (1u << CORES_MAX) - 1;
	return (uint8_t)(mask & ((1u << cores_online) - 1));
}

/* Where the n-th thread begins: on the cores in turn on which it may run. Of many, some in a row on each: their control blocks and stacks lie side
 * by side, and a core has to know of fewer pages then. */
#define MANY 64
#define IN_A_ROW 16
static uint8_t first_core(uint32_t affinity, uint64_t n)
{
	uint32_t count = 0;

	if (__atomic_load_n(&thread_counts.alive, __ATOMIC_RELAXED) > MANY)
		n /= IN_A_ROW;
	if (affinity == (1u << cores_online) - 1)
		return (uint8_t)(n % cores_online);
	for (uint32_t left = affinity; left != 0; left &= left - 1)
		count++;
	for (n %= count; n > 0; n--)
		affinity &= affinity - 1;
	return (uint8_t)__builtin_ctz(affinity);
}

/* Under the domain's lock: t, with its stack, is what is wanted, but for its core. Calls nothing. */
static inline __attribute__((always_inline)) void set_up(struct domain *d, struct thread *t, const struct thread_spec *spec,
							 uint8_t affinity, uint32_t quantum, bool kernel_mode)
{
	uint64_t id = THREAD_ID(THREAD_INDEX(t->id), ((t->id >> THREAD_ID_INDEX_BITS) + 1) & 0x7fffffffff);

	__atomic_store_n(&t->id, id, __ATOMIC_RELAXED);
	t->domain = d;
	t->priority = spec->attr.priority;
	__atomic_store_n(&t->flags, (uint16_t)((spec->attr.flags & THREAD_FLAGS_GIVEN) | (kernel_mode ? THREAD_KERNEL_MODE : 0)),
			 __ATOMIC_RELEASE);
	t->special = 0;
	t->quantum = quantum;
	t->left = 0;
	t->stuck = 0;
	t->affinity = affinity;
	t->wishes = 0;
	t->joiner = 0;
	__atomic_store_n(&t->wait_key, 0, __ATOMIC_RELAXED); /* what its predecessor waited for: see thread_is_joined() */
	t->value = 0;
	for (int i = 0; i < THREAD_NAME_MAX / 8; i++)
		t->name_words[i] = spec->name_words[i];
	t->fp = NULL;
	*(struct user_block *)t->stack_base = (struct user_block){.tid = id};
	arch_frame_init(t, d->entry + 4, t->stack_base + t->stack_size, spec->arg, spec->entry, kernel_mode);
	d->live++;
	__atomic_fetch_add(&thread_counts.alive, 1, __ATOMIC_RELAXED);
}

/* Nobody knows t yet. */
static inline void choose_core(struct thread *t)
{
	uint64_t n = __atomic_fetch_add(&thread_counts.created, 1, __ATOMIC_RELAXED);

	t->core = 0;
	if (cores_online > 1) {
		t->core = first_core(t->affinity, n);
		arch_set_core(t, t->core);
	}
}

static inline bool are_good(const struct thread_attr *a, uint8_t affinity)
{
	return a->priority < THREAD_PRIORITIES && a->stack <= THREAD_COMPACT && !(a->flags & ~THREAD_FLAGS_GIVEN) &&
	       (a->quantum_ns == 0 || a->quantum_ns >= SCHED_QUANTUM_MIN_NS) && affinity != 0 &&
	       stack_class(a->stack, a->stack_size) != STACK_CLASSES;
}

enum petri_error thread_make(struct domain *d, const struct thread_spec *spec, bool kernel_mode, struct thread **out)
{
	uint8_t affinity = thread_affinity(spec->attr.affinity);
	struct thread *t;
	void *fp = NULL;

	if (d->over)
		return PETRI_ESTALE;
	if (!are_good(&spec->attr, affinity))
		return PETRI_EINVAL;
	if ((spec->attr.flags & THREAD_FP) && (fp = fp_area_alloc()) == NULL)
		return PETRI_ENOMEM;
	spin_lock(&d->lock);
	t = block_with_stack(d, spec->attr.stack, stack_class(spec->attr.stack, spec->attr.stack_size));
	if (t != NULL) {
		set_up(d, t, spec, affinity, sched_quantum(spec->attr.quantum_ns), kernel_mode);
		t->fp = fp;
	}
	spin_unlock(&d->lock);
	if (t == NULL && fp != NULL)
		fp_area_free(fp);
	if (t != NULL)
		choose_core(t);
	*out = t;
	return t != NULL ? PETRI_OK : PETRI_ENOMEM;
}

/* Where all that it needs lies ready, it takes no call. */
struct thread *thread_make_small(struct domain *d, uint64_t word, uint64_t entry, uint64_t arg, bool kernel_mode)
{
	struct thread_spec spec = {.attr = thread_attr_of(word), .entry = entry, .arg = arg};
	uint8_t affinity = thread_affinity(spec.attr.affinity);
	struct thread *t;

	if (spec.attr.stack != THREAD_COMPACT || (spec.attr.flags & THREAD_FP) || !are_good(&spec.attr, affinity) || d->over)
		return NULL;
	spin_lock(&d->lock);
	t = idle_block(d, stack_class(THREAD_COMPACT, spec.attr.stack_size));
	if (t != NULL)
		set_up(d, t, &spec, affinity, sched_default_quantum, kernel_mode);
	spin_unlock(&d->lock);
	if (t != NULL)
		choose_core(t);
	return t;
}

void thread_unmake(struct thread *t)
{
	struct domain *d = t->domain;

	spin_lock(&d->lock);
	d->live--;
	__atomic_fetch_sub(&thread_counts.alive, 1, __ATOMIC_RELAXED);
	__atomic_fetch_sub(&thread_counts.created, 1, __ATOMIC_RELAXED);
	free_block(d, t);
	spin_unlock(&d->lock);
}

/* ---- ending ---------------------------------------------------------------------------------------------------------------- */

bool thread_is_joined(const struct thread *t)
{
	const struct thread *joiner = &threads[t->joiner];

	return t->joiner != 0 && __atomic_load_n(&joiner->wait_key, __ATOMIC_RELAXED) == (uint64_t)t &&
	       state_of(joiner) != THREAD_FREE && state_of(joiner) != THREAD_ZOMBIE;
}

/*
 * Who joins t without a deadline stands in no queue, and is told right here: the end of its call, in its frame. NULL: there is nobody, or he waits
 * in a queue and looks himself. *gone: t need not be kept for anybody. (Not if its value could not be written: then it is for others.)
 */
static struct thread *tell_joiner(struct thread *t, bool *gone)
{
	struct thread *joiner = &threads[t->joiner];
	enum petri_error error;

	if (state_of(joiner) != THREAD_JOINING || joiner->wait_key != (uint64_t)t)
		return NULL;
	error = user_write_if_wanted(joiner, arch_argument(joiner, 1), &t->value, sizeof(t->value));
	*gone |= error == PETRI_OK;
	t->joiner = 0;
	arch_set_result(joiner, error != PETRI_OK ? error : (enum petri_error)t->how);
	return joiner;
}

/* Beside a joiner who could be told: others may wait for t's end, or the app may end with it. */
static __attribute__((noinline)) void end_for_others(struct core *core, struct domain *d, const struct thread *t,
						     struct thread *joiner, bool joined, enum petri_error how, bool over)
{
	if (joiner != NULL)
		sched_pass(core, joiner);
	else if (joined)
		wait_wake_all(core, (uint64_t)t);
	if (d->awaited) { /* even if it is gone: it may have been about to take another */
		d->awaited = false;
		wait_wake_all(core, (uint64_t)&d->ended);
	}
	if (over)
		app_end(core, d, how == PETRI_OK ? 0 : 1);
}

void thread_end(struct core *core, struct thread *t, uint64_t value, enum petri_error how)
{
	struct domain *d = t->domain;
	struct thread *joiner = NULL;
	bool joined = t->joiner != 0, gone, over;

	if (condemned(t) != PETRI_OK)
		how = condemned(t); /* it had been told to end, and ended before it heard of it */
	gone = t->flags & THREAD_DETACHED;
	t->value = value;
	condemn(t, how);
	set_state(t, THREAD_ZOMBIE); /* before its heirs run, on other cores: they may look */
	if (owners_end(t))
		estate_settle(core, t);
	if (t->private_pages != 0)
		private_heap_release(t);
	if (joined)
		joiner = tell_joiner(t, &gone);
	spin_lock(&d->lock);
	over = --d->live == 0 || (how == PETRI_EFAULTED && t->id == d->main);
	__atomic_fetch_sub(&thread_counts.alive, 1, __ATOMIC_RELAXED);
	if (gone)
		free_block(d, t);
	else
		list_insert_before(&d->ended, &t->link);
	spin_unlock(&d->lock);
	if (over || d->awaited || (joined && joiner == NULL))
		end_for_others(core, d, t, joiner, joined, how, over);
	else if (joiner != NULL)
		sched_pass(core, joiner);
}

/* t, in a run queue or elsewhere: takes it out if it can be. */
static enum runq_found take_out(struct thread *t, enum petri_error how, bool spare)
{
	switch (state_of(t)) {
	case THREAD_READY:
		return runq_take_out(t, THREAD_READY, 0, spare ? how : PETRI_OK);
	case THREAD_BLOCKED:
		return wait_take_out(t);
	case THREAD_SLEEPING:
		return timeout_take_sleeper(t) ? RUNQ_OUT : RUNQ_ELSEWHERE;
	case THREAD_JOINING:
		return RUNQ_OUT; /* `lives` is all that keeps it */
	default:
		return RUNQ_ELSEWHERE;
	}
}

/* It ends where it stops running next. If it runs elsewhere, it may block before it sees what it is to do: so one has to look again. */
static enum thread_ending end_running(struct core *core, struct thread *t, enum petri_error how)
{
	condemn(t, how);
	if (t != core->current) {
		runq_tell(runq_of(t));
		return ENDING_RETRY;
	}
	if (arch_is_user(t) && arch_in_atomic_section(t))
		arch_set_switch_due(t, true);
	core->reschedule = true;
	return ENDING_SOON;
}

enum thread_ending thread_end_other(struct core *core, struct thread *t, enum petri_error how, bool spare)
{
	struct thread *current = core->current;
	struct domain *before = domain_visit(core, t->domain);
	enum runq_found found = take_out(t, how, spare);
	enum thread_ending ending = ENDING_RETRY;

	if (found == RUNQ_OUT) {
		thread_end(core, t, 0, how);
		ending = ENDING_NOW;
	} else if (found == RUNQ_IN_SECTION) {
		ending = ENDING_SOON;
	} else if (state_of(t) == THREAD_RUNNING) {
		ending = end_running(core, t, how);
	}
	if (core->current == current) /* not if who was told of the end goes on at once: his space is in use then */
		domain_visit(core, before);
	return ending;
}

void thread_bury(struct thread *t)
{
	struct domain *d = t->domain;

	spin_lock(&d->lock);
	list_remove(&t->link);
	free_block(d, t);
	spin_unlock(&d->lock);
}
