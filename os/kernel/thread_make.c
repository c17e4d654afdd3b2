/*
 * How a thread is made: of a control block that lies ready with its stack, or of a new one. No thread knows it before it is started.
 *
 * Takes the domain's lock (which guards the free lists), then table.lock.
 */
#include "kernel/thread.h"

#include "kernel/domain.h"
#include "kernel/fp_area.h"
#include "kernel/sched.h"
#include "kernel/stack.h"
#include "kernel/varray.h"

static struct {
	struct spinlock lock;
	struct varray array;
	struct list bare; /* free control blocks without a stack */
} table = {.lock = SPINLOCK(RANK_TABLE), .array = VARRAY(VARRAY_THREADS), .bare = {&table.bare, &table.bare}};

/* ---- control blocks --------------------------------------------------------------------------------------------------------- */

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
