/*
 * Threads to be ended that were on their way somewhere: a chain from `first` to `last` through t->doomed_next, in which a block stands once. Looked at
 * again at every timer of one core. A block stays there when its thread ends otherwise, and even when it is given to another: nobody wants
 * that one's end, and so it leaves. Under `lives`.
 */
#include "kernel/thread.h"

#include "kernel/later.h"
#include "kernel/sched.h"

#define DOOMED_PIECE 16
#define CHAIN_END UINT32_MAX

static struct {
	uint32_t first, last; /* indexes of threads; first 0: nobody */
	uint32_t keeper;      /* 1 + the core that looks after them; 0: there is nobody. Read without the lock */
} doomed;

static void chain(struct thread *t)
{
	uint32_t index = (uint32_t)(t - threads);

	t->doomed_next = CHAIN_END;
	if (doomed.first == 0)
		doomed.first = index;
	else
		threads[doomed.last].doomed_next = index;
	doomed.last = index;
}

static struct thread *unchain(void)
{
	struct thread *t = &threads[doomed.first];

	doomed.first = t->doomed_next == CHAIN_END ? 0 : t->doomed_next;
	t->doomed_next = 0;
	return t;
}

void thread_end_later(struct core *core, struct thread *t, enum petri_error how)
{
	condemn(t, how);
	if (t->doomed_next == 0)
		chain(t);
	__atomic_store_n(&doomed.keeper, core->number + 1, __ATOMIC_RELAXED);
	later_note(LATER_ENDS, true);
	timer_soon(core);
}

/* Has it ended, one way or the other? Who is killed may leave its atomic section first. */
static bool has_come_to_its_end(struct core *core, struct thread *t)
{
	uint8_t state = state_of(t);

	return state == THREAD_FREE || state == THREAD_ZOMBIE || condemned(t) == PETRI_OK ||
	       thread_end_other(core, t, condemned(t), condemned(t) == PETRI_EKILLED) != ENDING_RETRY;
}

void threads_continue(struct core *core)
{
	if (__atomic_load_n(&doomed.keeper, __ATOMIC_RELAXED) != core->number + 1)
		return;
	spin_lock(&lives);
	for (int i = 0; i < DOOMED_PIECE && doomed.first != 0; i++) {
		struct thread *t = unchain();

		if (!has_come_to_its_end(core, t))
			chain(t);
	}
	if (doomed.keeper == core->number + 1) {
		later_note(LATER_ENDS, doomed.first != 0);
		if (doomed.first == 0)
			__atomic_store_n(&doomed.keeper, 0, __ATOMIC_RELAXED);
		else
			timer_soon(core);
	}
	spin_unlock(&lives);
}
