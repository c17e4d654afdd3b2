/*
 * Deadlocks. When a thread blocks on a mutex without a deadline, a walk goes from owner to owner: each thread waits for one mutex at
 * most, so there is one way only, and it ends, or comes back to where it began.
 *
 * A walk goes in bounded pieces, for a cycle may have as many members as there are threads. Meanwhile others may run and change what it has seen; so where one
 * seems closed there are two more rounds: if all the waits are the same the second time, they all were there at the moment between, and its members are
 * blocked for good. Then it is marked, and told, as the line has room. Runs in handlers; takes wait buckets, one at a time.
 */
#include "kernel/deadlock.h"

#include <petri/deadlock.h>
#include <petri/string.h>
#include <petri/wire.h>

#include "kernel/app.h"
#include "kernel/domain.h"
#include "kernel/later.h"
#include "kernel/line.h"
#include "kernel/log.h"
#include "kernel/sched.h"
#include "kernel/stream.h"
#include "kernel/syscalls.h"
#include "kernel/ticks.h"
#include "kernel/usercopy.h"
#include "kernel/waitq.h"

#define PIECE 16u
#define WALKS 32u
#define TOLD_IN_WORDS 16u
#define TRACE 4
#define REST_NS 40000u /* between two frames: a simulated line takes all at once, and interrupts for each piece of them */

/* A walk: the ids of where it began and where it is. Kept by id: a thread may end meanwhile. */
struct walk {
	uint64_t start, at;
	uint32_t steps;
};
enum step { GOES_ON, ENDS, CLOSES };
/* What becomes of a cycle that a walk has closed. One at a time. */
enum phase { NO_CYCLE, FIRST_ROUND, SECOND_ROUND, MARKING, TELLING };

/* All under `one`. */
static struct {
	struct spinlock one;
	struct walk walks[WALKS];
	uint32_t head, tail; /* free-running */
	enum phase phase;
	struct walk round;
	uint64_t waits, first; /* what identifies the waits of this round, all together, and those of the first */
	uint64_t start, at, holds, time, rest;
	uint32_t members, index, number;
	enum deadlock_reaction reaction;
	struct domain *stops; /* is to end as soon as `one` is given back; NULL: none */
} look = {.one = SPINLOCK(RANK_DEADLOCK)};

/* ---- walking ----------------------------------------------------------------------------------------------------------------- */

/* Who holds the mutex that t waits for without a deadline; NULL if it does not wait so. */
static struct thread *waits_for(const struct thread *t)
{
	return t != NULL && state_of(t) == THREAD_BLOCKED ? wait_owner(t) : NULL;
}

static enum step step(struct walk *w)
{
	struct thread *owner = waits_for(thread_find(w->at));

	if (owner == NULL || (owner->marks & THREAD_IN_CYCLE) || w->steps > thread_counts.alive)
		return ENDS;
	if (owner->id == w->start)
		return CLOSES;
	w->at = owner->id;
	w->steps++;
	return GOES_ON;
}

/* ---- telling ------------------------------------------------------------------------------------------------------------------- */

/* Where the lock was taken: checked builds keep it behind the word. */
static uint64_t place_taken(const struct thread *t, uint64_t lock)
{
	uint64_t place = 0;

#ifdef CHECKED
	if (arch_load64(t, lock + 8, &place) != PETRI_OK)
		place = 0;
#else
	(void)t;
	(void)lock;
#endif
	return place;
}

static size_t put_member(uint8_t *p, const struct thread *t, uint64_t holds)
{
	uint64_t trace[TRACE];
	size_t n = strnlen(t->name, THREAD_NAME_MAX);

	arch_frame_trace(t, trace, TRACE);
	wire_put64(p, t->id);
	wire_put64(p + 8, holds);
	wire_put64(p + 16, wait_address(t));
	wire_put64(p + 24, place_taken(t, holds));
	for (int i = 0; i < TRACE; i++)
		wire_put64(p + 32 + 8 * i, trace[i]);
	p[64] = (uint8_t)n;
	memcpy(p + WIRE_DEADLOCK_MEMBER_SIZE, t->name, n);
	return WIRE_DEADLOCK_MEMBER_SIZE + n;
}

static void tell_in_words(const struct thread *t, uint64_t holds, const struct thread *owner)
{
	if (look.index < TOLD_IN_WORDS)
		klog("  %s holds 0x%lx, waits at 0x%lx for 0x%lx held by %s\n", t->name, holds, arch_program_counter(t),
		     wait_address(t), owner->name);
	else if (look.index == TOLD_IN_WORDS)
		klog("  ... and %u more\n", look.members - TOLD_IN_WORDS);
}

/* One frame with as many members as fit. False: the cycle has come apart (somebody was killed). */
static bool tell_frame(struct core *core)
{
	static uint8_t p[WIRE_PAYLOAD_MAX];
	size_t n = WIRE_DEADLOCK_SIZE;
	uint16_t here = 0;
	struct domain *before;

	wire_put32(p, look.number);
	wire_put32(p + 4, look.members);
	wire_put32(p + 8, look.index);
	p[14] = (uint8_t)look.reaction;
	p[15] = 0;
	wire_put64(p + 16, look.time);
	while (look.index < look.members && n + WIRE_DEADLOCK_MEMBER_SIZE + THREAD_NAME_MAX <= sizeof(p)) {
		const struct thread *t = thread_find(look.at), *owner = waits_for(t);

		if (owner == NULL)
			return false;
		tell_in_words(t, look.holds, owner);
		before = domain_visit(core, t->domain);
		n += put_member(p + n, t, look.holds);
		domain_visit(core, before);
		look.holds = wait_address(t);
		look.at = owner->id;
		look.index++;
		here++;
	}
	wire_put16(p + 12, here);
	stream_frame(WIRE_DEADLOCK, p, n);
	return true;
}

/* All is told: what was chosen happens, and who waits for news has it. */
static void react(struct core *core)
{
	struct thread *t = thread_find(look.start);

	look.phase = NO_CYCLE;
	if (t == NULL)
		return;
	if (look.reaction == DEADLOCK_STOP)
		look.stops = t->domain;
	t->domain->deadlocks++;
	wait_wake_all(core, (uint64_t)&t->domain->deadlocks);
	if (look.reaction == DEADLOCK_REFUSE && state_of(t) == THREAD_BLOCKED)
		wait_cancel(core, t, PETRI_EDEADLOCK);
}

static bool line_takes_more(void) { return line_room() >= WIRE_ENCODED_MAX + LINE_RESERVE; }

/* As many as one frame holds. */
static void tell(struct core *core)
{
	uint64_t now = arch_ticks();

	if (look.index < look.members && line_takes_more() && now >= look.rest) {
		look.rest = now + ticks_from_ns(REST_NS);
		if (!tell_frame(core))
			look.index = look.members;
	}
	if (look.index == look.members)
		react(core);
}

/* ---- is it one? ------------------------------------------------------------------------------------------------------------------ */

static void go_round(enum phase phase)
{
	look.phase = phase;
	look.round = (struct walk){.start = look.start, .at = look.start};
	look.waits = 0;
}

/* It is. Walks end at its members from now on, unless the last lock is refused, which opens the cycle again. */
static void begin(uint64_t last)
{
	const struct thread *t = thread_find(look.start);

	look.phase = NO_CYCLE;
	if (waits_for(t) == NULL)
		return; /* killed meanwhile */
	look.at = look.start;
	look.holds = last;
	look.index = 0;
	look.number++;
	look.time = ns_from_ticks(arch_ticks());
	look.reaction = t->domain->reaction;
	look.phase = look.reaction != DEADLOCK_REFUSE ? MARKING : TELLING;
	klog("\ndeadlock: a cycle of %u threads\n", look.members);
}

static void round_step(void)
{
	const struct thread *t = thread_find(look.round.at);
	enum step s = step(&look.round);
	uint32_t members = look.round.steps + 1;

	if (s == ENDS) {
		look.phase = NO_CYCLE;
		return;
	}
	look.waits = look.waits * 0x9E3779B97F4A7C15ull + (t->id ^ t->wait_ticket << 20);
	if (s == GOES_ON)
		return;
	if (look.phase == FIRST_ROUND) {
		look.members = members;
		look.first = look.waits;
		go_round(SECOND_ROUND);
	} else if (members == look.members && look.waits == look.first) {
		begin(wait_address(t));
	} else {
		look.phase = NO_CYCLE;
	}
}

/* (Meanwhile somebody may wake one of them by an unpark() of a mutex's word: then it has come apart, which is seen when it is told.) */
static void mark_step(void)
{
	struct thread *t = thread_find(look.at), *owner = waits_for(t);

	if (owner != NULL) {
		/* Who is woken at this moment loses his marks: none of them comes back by this. */
		__atomic_fetch_or(&t->marks, THREAD_IN_CYCLE, __ATOMIC_RELAXED);
		look.at = owner->id;
	}
	if (owner == NULL || ++look.index == look.members) {
		look.at = look.start;
		look.index = 0;
		look.phase = TELLING;
	}
}

/* ---- in pieces ------------------------------------------------------------------------------------------------------------------- */

/* With the cycle that was closed. */
static void go_on(struct core *core)
{
	for (uint32_t i = 0; i < PIECE && look.phase != NO_CYCLE && look.phase != TELLING; i++) {
		if (look.phase == MARKING)
			mark_step();
		else
			round_step();
	}
	if (look.phase == TELLING)
		tell(core);
}

/* Walks on for a piece. True: it is not yet at its end. */
static bool walk_on(struct core *core, struct walk *w)
{
	for (uint32_t i = 0; i < PIECE; i++) {
		enum step s = step(w);

		if (s == ENDS)
			return false;
		if (s == CLOSES && look.phase != NO_CYCLE) {
			*w = (struct walk){.start = w->start, .at = w->start}; /* there is another: again, after it */
			return true;
		}
		if (s == CLOSES) {
			look.start = w->start;
			go_round(FIRST_ROUND);
			go_on(core);
			return false;
		}
	}
	return true;
}

/* Soon, not at once: threads are to have some time between the pieces. What is told waits for the line, which calls. */
static void go_on_soon(struct core *core)
{
	bool left = look.phase != NO_CYCLE || look.head != look.tail;

	later_note(LATER_DEADLOCKS, left);
	if (look.phase == TELLING ? line_takes_more() : left)
		timer_soon(core);
}

/* From under both locks. An app in kernel mode may stop the machine, one in user mode itself: not with look.one, for which other cores may wait. */
static void leave(struct core *core)
{
	struct domain *d = look.stops;

	look.stops = NULL;
	go_on_soon(core);
	spin_unlock(&look.one);
	if (d != NULL && d->kernel_mode)
		panic("deadlock");
	if (d != NULL)
		app_end(core, d, 1);
	spin_unlock(&lives);
}

void deadlock_line_has_room(struct core *core)
{
	if (look.phase == TELLING && line_takes_more())
		timer_soon(core);
}

/* One too many only while the line keeps a cycle from being told: see deadlock_is_busy(). */
static void keep(const struct walk *w)
{
	if (look.head - look.tail == WALKS)
		look.tail++;
	look.walks[look.head++ % WALKS] = *w;
}

bool deadlock_is_busy(const struct domain *d)
{
	return look.head - look.tail >= WALKS - CORES_MAX && look.phase != TELLING && d->reaction != DEADLOCK_OFF;
}

void deadlock_look(struct core *core, const struct thread *t)
{
	struct walk w = {.start = t->id, .at = t->id};

	/* Nearly always its owner waits for nobody, and that is all. (If two block at the same time on two cores, one of them sees the other.) */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (t->domain->reaction == DEADLOCK_OFF || waits_for(waits_for(t)) == NULL)
		return;
	spin_lock(&lives);
	spin_lock(&look.one);
	if (walk_on(core, &w))
		keep(&w);
	leave(core);
}

void deadlock_continue(struct core *core)
{
	if (look.phase == NO_CYCLE && look.head == look.tail)
		return;
	spin_lock(&lives);
	spin_lock(&look.one);
	if (look.phase != NO_CYCLE)
		go_on(core);
	else if (look.head != look.tail &&
		 !walk_on(core, &look.walks[look.tail % WALKS])) /* still: another core may have been here first */
		look.tail++;
	leave(core);
}

/* ---- calls ----------------------------------------------------------------------------------------------------------------------- */

/* (reaction) */
void sys_deadlock_react(struct core *core, struct thread *t)
{
	uint64_t reaction = arch_argument(t, 0);

	(void)core;
	if (reaction <= DEADLOCK_OFF)
		t->domain->reaction = (uint8_t)reaction;
	arch_set_result(t, reaction <= DEADLOCK_OFF ? PETRI_OK : PETRI_EINVAL);
}

/* Blocks, unless there is news just now; the call is issued again in either case. */
static void await_news(struct core *core, struct thread *t)
{
	uint64_t key = (uint64_t)&t->domain->deadlocks;
	struct wait_bucket *b = wait_lock(key);

	if (__atomic_load_n(&t->domain->deadlocks, __ATOMIC_RELAXED) > arch_argument(t, 0))
		arch_frame_restart(t);
	else
		wait_restart(core, b, key, ticks_from_ns(arch_argument(t, 2)));
	wait_unlock(b);
}

/* (seen, count out, deadline) */
void sys_deadlock_await(struct core *core, struct thread *t)
{
	struct domain *d = t->domain;

	if (d->deadlocks > arch_argument(t, 0))
		arch_set_result(t, user_write_if_wanted(t, arch_argument(t, 1), &d->deadlocks, sizeof(d->deadlocks)));
	else if (arch_in_atomic_section(t))
		arch_set_result(t, PETRI_EATOMIC);
	else
		await_news(core, t);
}
