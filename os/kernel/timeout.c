/*
 * Deadlines: for each core a tree of each priority (deadlines.c), so that of those that are due the most urgent are found at once, however many they
 * are. A thread is in the tree of its priority, on the core on which it stopped. The trees are linked through the threads: nothing is
 * allocated. Takes timeouts.lock; wakes with no lock held.
 */
#include "kernel/timeout.h"

#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/ticks.h"
#include "kernel/waitq.h"

#define EXPIRE_PIECE 2

/* From one piece to the next, while something as urgent goes on. */
#define PAUSE_NS 2000
static uint64_t pause; /* ticks */

void timeout_init(struct core *core)
{
	pause = ticks_from_ns(PAUSE_NS);
	core->timeouts.earliest = UINT64_MAX;
	for (int p = 0; p < THREAD_PRIORITIES; p++)
		deadlines_init(&core->timeouts.trees[p]);
	spin_init(&core->timeouts.lock, RANK_TIMEOUTS);
}

/* ---- the trees of a core: under the lock ---------------------------------------------------------------------------------------- */

/* The earliest deadline; those of priorities below high count as not before `later`. */
static inline __attribute__((always_inline)) uint64_t earliest_of(const struct timeouts *h, uint32_t high, uint64_t later)
{
	uint64_t earliest = UINT64_MAX;

	for (uint32_t bits = h->used; bits != 0; bits &= bits - 1) {
		uint32_t priority = (uint32_t)__builtin_ctz(bits);
		uint64_t deadline = h->trees[priority].earliest;

		if (priority < high && deadline < later)
			deadline = later;
		if (deadline < earliest)
			earliest = deadline;
	}
	return earliest;
}

static inline __attribute__((always_inline)) void note_earliest(struct timeouts *h)
{
	__atomic_store_n(&h->earliest, earliest_of(h, 0, 0), __ATOMIC_RELAXED);
}

/* The most urgent of those that are due; NULL: nobody is. */
static inline struct thread *most_urgent_due(const struct timeouts *h, uint64_t now)
{
	uint32_t bits = h->earliest <= now ? h->used : 0;

	while (bits != 0 && h->trees[runq_top(bits)].earliest > now)
		bits &= ~(1u << runq_top(bits));
	return bits != 0 ? &threads[h->trees[runq_top(bits)].first] : NULL;
}

static uint32_t tree_core(const struct thread *t) { return __atomic_load_n(&t->timeout_core, __ATOMIC_RELAXED); }

static inline __attribute__((always_inline)) void link_locked(struct timeouts *h, struct thread *t)
{
	uint32_t priority = t->priority;

	t->timeout_tree = (uint8_t)priority;
	deadlines_add(&h->trees[priority], t);
	h->used |= 1u << priority;
}

static inline __attribute__((always_inline)) void unlink_locked(struct timeouts *h, struct thread *t)
{
	uint32_t priority = t->timeout_tree;

	if (deadlines_is_alone(t)) {
		deadlines_init(&h->trees[priority]);
		h->used &= ~(1u << priority);
	} else {
		deadlines_remove(&h->trees[priority], t);
	}
}

static void add_locked(struct core *core, struct thread *t, uint64_t deadline)
{
	struct timeouts *h = &core->timeouts;

	kassert(t->timeout_up == 0);
	__atomic_store_n(&t->timeout_core, (uint8_t)core->number, __ATOMIC_RELAXED);
	t->deadline = deadline;
	link_locked(h, t);
	if (deadline < h->earliest)
		__atomic_store_n(&h->earliest, deadline, __ATOMIC_RELAXED);
}

void timeout_add(struct core *core, struct thread *t, uint64_t deadline)
{
	if (deadline == UINT64_MAX)
		return;
	spin_lock(&core->timeouts.lock);
	add_locked(core, t, deadline);
	spin_unlock(&core->timeouts.lock);
	timer_by(core, deadline); /* with the lock given back: to write to a timer may take long */
}

void timeout_sleep(struct core *core, struct thread *t, uint64_t deadline)
{
	spin_lock(&core->timeouts.lock);
	__atomic_store_n(&t->timeout_core, (uint8_t)core->number, __ATOMIC_RELAXED);
	set_state(t, THREAD_SLEEPING);
	if (deadline != UINT64_MAX)
		add_locked(core, t, deadline);
	spin_unlock(&core->timeouts.lock);
	timer_by(core, deadline);
}

/* Under h's lock: does t sleep here? (It begins and ceases to do so under this lock only.) */
static bool sleeps_in(const struct timeouts *h, const struct thread *t)
{
	return state_of(t) == THREAD_SLEEPING && &cores[tree_core(t)].timeouts == h;
}

/* t has another priority maybe. The earliest of all stays what it is, also for its core, which may look at this moment. */
static void follow_locked(struct timeouts *h, struct thread *t)
{
	if (t->timeout_up == 0 || t->timeout_tree == t->priority)
		return;
	unlink_locked(h, t);
	link_locked(h, t);
}

void timeout_follow(struct thread *t)
{
	struct timeouts *h = &cores[tree_core(t)].timeouts;

	spin_lock(&h->lock);
	follow_locked(h, t);
	spin_unlock(&h->lock);
}

bool timeout_give(struct thread *t, enum thread_trait trait, uint8_t value)
{
	struct timeouts *h = &cores[tree_core(t)].timeouts;
	bool sleeps;

	spin_lock(&h->lock);
	sleeps = sleeps_in(h, t);
	if (sleeps) {
		give_trait(t, trait, value);
		follow_locked(h, t);
	}
	spin_unlock(&h->lock);
	return sleeps;
}

static inline __attribute__((always_inline)) void remove_locked(struct timeouts *h, struct thread *t)
{
	unlink_locked(h, t);
	if (t->deadline == h->earliest)
		note_earliest(h);
	t->value = 0;
	__atomic_store_n(&t->timeout_up, 0, __ATOMIC_RELEASE); /* its deadline is read no more: see has_deadline() */
}

void timeout_remove(struct thread *t)
{
	struct timeouts *h = &cores[tree_core(t)].timeouts;

	spin_lock(&h->lock);
	if (t->timeout_up != 0)
		remove_locked(h, t);
	spin_unlock(&h->lock);
}

bool timeout_take_sleeper(struct thread *t)
{
	struct timeouts *h = &cores[tree_core(t)].timeouts;
	bool sleeps;

	spin_lock(&h->lock);
	sleeps = sleeps_in(h, t);
	if (sleeps && t->timeout_up != 0)
		remove_locked(h, t);
	if (sleeps)
		set_state(t, THREAD_WAKING);
	spin_unlock(&h->lock);
	return sleeps;
}

bool timeout_take_due(struct core *core, struct thread *t, uint64_t now)
{
	struct timeouts *h = &core->timeouts;
	bool due;

	spin_lock(&h->lock);
	due = most_urgent_due(h, now) == t;
	if (due)
		remove_locked(h, t);
	spin_unlock(&h->lock);
	return due;
}

/* Who is to wake next. A sleeper is taken out at once, and is ours then (*sleeper). One that is BLOCKED is not: its wait may end at any moment. */
static struct thread *next_due(struct core *core, uint64_t now, bool *sleeper)
{
	struct timeouts *h = &core->timeouts;
	struct thread *t;

	spin_lock(&h->lock);
	t = most_urgent_due(h, now);
	*sleeper = t != NULL && state_of(t) == THREAD_SLEEPING;
	if (*sleeper) {
		remove_locked(h, t);
		set_state(t, THREAD_WAKING);
	}
	spin_unlock(&h->lock);
	return t;
}

/* What goes on now on this core is of this urgency less 1; 0: nothing does. */
static uint32_t level(const struct core *core)
{
	uint32_t bits = runq_ready_bits(core);

	if (core->current != NULL)
		bits |= 1u << core->current->priority;
	if (core->next != NULL)
		bits |= 1u << core->next->priority;
	return bits != 0 ? 1 + runq_top(bits) : 0;
}

/* Who is no more urgent than what goes on waits for a while: else that would be interrupted again before it came to anything. */
static void set_alarm(struct core *core)
{
	struct timeouts *h = &core->timeouts;
	uint64_t later = arch_ticks() + pause, alarm = timeout_next(core);

	if (alarm < later) {
		spin_lock(&h->lock);
		alarm = earliest_of(h, level(core), later);
		spin_unlock(&h->lock);
	}
	timer_by(core, alarm);
}

/* Nobody, if who was due has been woken otherwise meanwhile. */
static __attribute__((noinline)) void wake_next(struct core *core, uint64_t now)
{
	bool sleeper;
	struct thread *t = next_due(core, now, &sleeper);

	if (sleeper)
		runq_ready(core, t);
	else if (t != NULL)
		wait_expire(core, t, now);
}

/* A piece ends as soon as something more urgent than who runs is ready. */
void timeout_expire(struct core *core, uint64_t now)
{
	for (int i = 0; i < EXPIRE_PIECE && timeout_next(core) <= now && (i == 0 || !core->reschedule); i++)
		wake_next(core, now);
	set_alarm(core);
}
