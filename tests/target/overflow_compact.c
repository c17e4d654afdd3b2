/*
 * A compact stack that overflows is found at the thread's next kernel entry, also when it has come back up by then. It ends that
 * thread and the one below it, whose memory it overran, both by name; all others go on.
 *
 * test: mode both
 * test: fault 4 deep
 * test: fault 5 below
 * test: fault 4 deep2
 * test: fault 5 below2
 */
#include <petri/park.h>

#include "common/test.h"

#define CELLS 24
#define TOO_FAR 96 /* bytes below the stack's end */

static struct cell {
	thread_id id;
	uintptr_t low, high; /* its stack: [low, high) */
	bool fall, come_back, used;
	uint64_t go; /* what it waits for */
} cells[CELLS];

/* Goes down until it stands below its stack's end; there it enters the kernel, or comes back first. */
static __attribute__((noinline)) int descend(const struct cell *c, int depth)
{
	volatile uint64_t here[6];
	int n = 0;

	for (int i = 0; i < 6; i++) /* no gap: what it does not touch cannot be missed */
		here[i] = (uint64_t)depth;
	if ((uintptr_t)here + TOO_FAR > c->low)
		n = descend(c, depth + 1);
	else if (!c->come_back)
		thread_yield();
	return n + (int)here[0];
}

static void *live(void *arg)
{
	struct cell *c = arg;

	must(park(&c->go, 0, PETRI_FOREVER));
	if (c->fall)
		descend(c, 0);
	thread_yield();
	return c;
}

/* The user block lies at one end of the stack: which end, its place tells. */
static void find_stack(struct cell *c, uintptr_t block, uint32_t size, uintptr_t inside)
{
	c->low = block < inside ? block : block + 16 - size;
	c->high = c->low + size;
}

static void *tell_and_live(void *arg)
{
	struct cell *c = arg;
	struct thread_info info;

	if (thread_info(thread_self(), &info) == PETRI_OK)
		find_stack(c, (uintptr_t)arch_user_block(), info.stack_size, (uintptr_t)__builtin_frame_address(0));
	return live(arg);
}

static struct cell *cell_below(const struct cell *c)
{
	for (int i = 0; i < CELLS; i++)
		if (cells[i].high == c->low)
			return &cells[i];
	return NULL;
}

/* Makes two pairs of neighbours, apart from each other, fall and be fallen upon. Returns how many were found. */
static int choose(void)
{
	static const char *const deep[] = {"deep", "deep2"}, *const below[] = {"below", "below2"};
	int found = 0;

	for (int i = 0; i < CELLS && found < 2; i++) {
		struct cell *c = &cells[i], *victim = cell_below(c);

		if (c->used || !victim || victim->used)
			continue;
		c->used = victim->used = true;
		c->fall = true;
		c->come_back = found == 1;
		must(thread_set_name(c->id, deep[found]));
		must(thread_set_name(victim->id, below[found]));
		found++;
	}
	return found;
}

static void let_go(struct cell *c)
{
	c->go = 1;
	unpark(&c->go, 1);
}

/* Those who fall, and when they and their victims have ended, all others. */
static void let_all_go(void)
{
	for (int i = 0; i < CELLS; i++)
		if (cells[i].fall)
			let_go(&cells[i]);
	for (int i = 0; i < CELLS; i++)
		if (cells[i].used)
			reaches(cells[i].id, THREAD_ZOMBIE);
	for (int i = 0; i < CELLS; i++)
		if (!cells[i].used)
			let_go(&cells[i]);
}

static void *give_back(void *arg) { return arg; }

int main(void)
{
	int faulted = 0, fine = 0;

	for (int i = 0; i < CELLS; i++) {
		struct thread_attr attr = THREAD_ATTR_COMPACT;

		attr.priority = 20;
		attr.stack_size = 1536; /* room for tell_and_live at -O0, too */
		must(thread_create(&cells[i].id, &attr, tell_and_live, &cells[i]));
		reaches(cells[i].id, THREAD_BLOCKED);
	}
	check(choose() == 2, "there are stacks that lie one above the other");
	let_all_go();
	for (int i = 0; i < CELLS; i++) {
		enum petri_error error = thread_join(cells[i].id, NULL);

		faulted += error == PETRI_EFAULTED;
		fine += error == PETRI_OK;
	}
	check(faulted == 4, "the two that overflow and the two below them end (%d did)", faulted);
	check(fine == CELLS - 4, "the other %d go on", fine);
	for (int i = 0; i < CELLS; i++)
		fine -= join(start_compact("next", give_back, &cells[i], 20)) == &cells[i];
	check(fine == -4, "and their memory serves new threads");
	return test_end();
}
