/*
 * A tree of deadlines: a red-black tree, for none is longer than twice the logarithm of its size, and to take out the first, which is what mostly
 * happens, changes little. The rules: nobody red has somebody red above, the top is black, and as many blacks are on all ways from
 * the top down to nobody (who is black).
 *
 * side 0: earlier, side 1: later or the same. The caller has the lock of the deadlines.
 */
#include "kernel/deadlines.h"

#define CHILD(index, side) (threads[index].timeout_below[side])

static bool red(uint32_t index) { return threads[index].timeout_red; }
static uint32_t above(uint32_t index) { return threads[index].timeout_up; }
static void set_above(uint32_t index, uint32_t up) { __atomic_store_n(&threads[index].timeout_up, up, __ATOMIC_RELAXED); }

/* Who stands below `up` in place of old: new, which may be nobody. */
static void replace(struct deadlines *d, uint32_t up, uint32_t old, uint32_t new)
{
	if (up == DEADLINES_TOP)
		d->top = new;
	else
		CHILD(up, CHILD(up, 1) == old) = new;
	if (new != 0)
		set_above(new, up);
}

/* x goes down on this side, and who is below it on the other takes its place. */
static void rotate(struct deadlines *d, uint32_t x, int side)
{
	uint32_t y = CHILD(x, !side), inner = CHILD(y, side);

	replace(d, above(x), x, y);
	CHILD(x, !side) = inner;
	if (inner != 0)
		set_above(inner, x);
	CHILD(y, side) = x;
	set_above(x, y);
}

static uint32_t earliest_below(uint32_t index)
{
	while (CHILD(index, 0) != 0)
		index = CHILD(index, 0);
	return index;
}

/* x is red: so may be who stands above it. */
static void mend_red(struct deadlines *d, uint32_t x)
{
	for (uint32_t up = above(x); up != DEADLINES_TOP && red(up); up = above(x)) {
		uint32_t grand = above(up);
		int side = CHILD(grand, 1) == up;
		uint32_t other = CHILD(grand, !side);

		threads[grand].timeout_red = true;
		if (red(other)) {
			threads[up].timeout_red = threads[other].timeout_red = false;
			x = grand;
			continue;
		}
		if (CHILD(up, !side) == x) {
			rotate(d, up, side);
			up = x;
		}
		threads[up].timeout_red = false;
		rotate(d, grand, !side);
		break;
	}
	threads[d->top].timeout_red = false;
}

void deadlines_add(struct deadlines *d, struct thread *t)
{
	uint32_t index = THREAD_INDEX(t->id), up = DEADLINES_TOP, side = 0;

	for (uint32_t at = d->top; at != 0; at = CHILD(at, side)) {
		up = at;
		side = threads[at].deadline <= t->deadline;
	}
	if (t->deadline < d->earliest) {
		d->earliest = t->deadline;
		d->first = index;
	}
	if (up == DEADLINES_TOP)
		d->top = index;
	else
		CHILD(up, side) = index;
	set_above(index, up);
	t->timeout_below[0] = t->timeout_below[1] = 0;
	t->timeout_red = true;
	mend_red(d, index);
}

/* One of two below `up` lacks a black; the other's side has one. True: x lacks none any more. */
static inline __attribute__((always_inline)) bool borrow_black(struct deadlines *d, uint32_t up, int side)
{
	uint32_t other = CHILD(up, !side);

	if (red(other)) {
		threads[other].timeout_red = false;
		threads[up].timeout_red = true;
		rotate(d, up, side);
		other = CHILD(up, !side);
	}
	if (!red(CHILD(other, 0)) && !red(CHILD(other, 1))) {
		threads[other].timeout_red = true;
		return false;
	}
	if (!red(CHILD(other, !side))) {
		threads[CHILD(other, side)].timeout_red = false;
		rotate(d, other, !side);
		other = CHILD(up, !side);
	}
	threads[other].timeout_red = red(up);
	threads[up].timeout_red = false;
	threads[CHILD(other, !side)].timeout_red = false;
	rotate(d, up, side);
	return true;
}

/* On the ways through x, maybe nobody, below `up`, there is a black too few. */
static void mend_black(struct deadlines *d, uint32_t x, uint32_t up)
{
	while (up != DEADLINES_TOP && !red(x)) {
		if (borrow_black(d, up, CHILD(up, 1) == x))
			return;
		x = up;
		up = above(x);
	}
	if (x != 0)
		threads[x].timeout_red = false;
}

/* The same where the first was: so on the earlier side all the way up. */
static void mend_first(struct deadlines *d, uint32_t up)
{
	uint32_t x;

	do {
		if (borrow_black(d, up, 0))
			return;
		x = up;
		up = above(x);
	} while (up != DEADLINES_TOP && !red(x));
	threads[x].timeout_red = false;
}

/* x, with somebody on both sides: the next one, whom nobody precedes on its side, takes its place. */
static void give_place(struct deadlines *d, uint32_t x, uint32_t next)
{
	for (int side = 0; side < 2; side++) {
		CHILD(next, side) = CHILD(x, side);
		if (CHILD(x, side) != 0)
			set_above(CHILD(x, side), next);
	}
	threads[next].timeout_red = red(x);
	replace(d, above(x), x, next);
}

/* t, whom nobody precedes. So there is at most one below it, who is red and has nobody below: as many blacks are on all ways down. */
static void remove_first(struct deadlines *d, struct thread *t)
{
	uint32_t later = t->timeout_below[1], up = t->timeout_up;
	uint32_t next = later != 0 ? later : up;

	if (up == DEADLINES_TOP)
		d->top = later;
	else
		CHILD(up, 0) = later;
	if (later != 0) {
		set_above(later, up);
		threads[later].timeout_red = false;
	} else if (!t->timeout_red) {
		mend_first(d, up);
	}
	d->first = next;
	d->earliest = threads[next].deadline;
}

static void remove_other(struct deadlines *d, uint32_t x)
{
	uint32_t out = CHILD(x, 0) != 0 && CHILD(x, 1) != 0 ? earliest_below(CHILD(x, 1)) : x;
	/* who leaves its place has at most one below */
	uint32_t rest = CHILD(out, 0) | CHILD(out, 1), up = above(out);
	bool lacks = !red(out);

	replace(d, up, out, rest);
	if (out != x) {
		give_place(d, x, out);
		up = up == x ? out : up;
	}
	if (lacks)
		mend_black(d, rest, up);
}

void deadlines_remove(struct deadlines *d, struct thread *t)
{
	uint32_t x = THREAD_INDEX(t->id);

	if (x == d->first)
		remove_first(d, t);
	else
		remove_other(d, x);
}
