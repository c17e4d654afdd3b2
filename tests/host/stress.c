/*
 * Four cores at once over the very sources of the kernel: threads wait, wake, sleep, yield, are made, end, kill each other and change
 * priorities at random. Nobody runs on two cores, nobody is lost, every wakeup arrives once, and at the end all queues are empty.
 *
 * Built twice (machine/several.h): with the cores as threads of this computer and ThreadSanitizer, which reports what two of them touch
 * without an order between; and with the cores in an order drawn from the seed, which now and then come to rest, so that one can look
 * whether everything is in its place. STRESS_MS= in the environment: how long.
 */
#include "machine/machine.h"
#include "machine/places.h"
#include "machine/several.h"

#include "kernel/domain.h"
#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/timeout.h"
#include "kernel/waitq.h"

#include "tap.h"

#define US 1000ull
#define MANY 80u /* threads at a time, about */
#define FEW 8u   /* so that cores are idle now and then */
#define KEYS 6u  /* semaphores; the first half for those that may be killed */
#define GATES 2u /* where all are woken together; likewise */
#define PENDING 77u
#define PATIENCE_MS 60000 /* for the end */

/* Beside each control block: what only the thread itself touches, wherever it runs. The kernel's locks are all that orders that. */
static struct actor {
	uint32_t on; /* 1 + the core it runs on; atomic */
	uint32_t kind;
	void (*call)(struct core *core, struct thread *t); /* to be issued again */
	uint32_t key, opened;                              /* of the call that it has issued */
	uint64_t steps;
	uint8_t fp[16];
	struct thread_end end;
} actors[MACHINE_THREADS + 1];
enum kind { VULNERABLE, IMMORTAL };

/* Under the lock of its wait bucket. */
static struct word {
	uint64_t units, passes; /* a gate: how often it was opened */
} words[KEYS + GATES];

/* Atomic. */
static struct {
	uint64_t given[KEYS + GATES], taken[KEYS + GATES];
	uint64_t kills, doomed, ended, joined, created, priorities, timeouts;
	uint32_t twice, wrong; /* complaints */
} seen;
static bool closing;
static uint64_t seed, rests, looked;
static uint32_t most;                         /* threads at a time */
static enum { ALL, PINNING, HOME } manner;    /* PINNING: some may not run everywhere. HOME: no stealing */
static uint64_t targets[MACHINE_THREADS + 1]; /* ids of those that may be killed; atomic */

static void count(uint64_t *counter) { __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED); }
static bool is_closing(void) { return __atomic_load_n(&closing, __ATOMIC_RELAXED); }
static uint32_t alive(void) { return __atomic_load_n(&thread_counts.alive, __ATOMIC_RELAXED); }
static struct actor *actor_of(const struct thread *t) { return &actors[THREAD_INDEX(t->id)]; }
static uint64_t key_of(uint32_t k) { return (uint64_t)&words[k]; }

/* ---- calls of the test's own: a semaphore and a gate ---------------------------------------------------------------------------- */

static uint64_t some_deadline(void) { return several_random(3) == 0 ? arch_ticks() + several_random(300) * US : UINT64_MAX; }

static void take(struct core *core, struct thread *t)
{
	uint32_t k = actor_of(t)->key;
	uint64_t deadline = some_deadline();
	struct wait_bucket *b = wait_lock(key_of(k));

	if (words[k].units > 0) {
		words[k].units--;
		arch_set_result(t, PETRI_OK);
	} else {
		arch_set_result(t, PENDING);
		wait_block(core, b, key_of(k), deadline);
	}
	wait_unlock(b);
}

static bool give(struct core *core, uint32_t k, bool only_to_waiter)
{
	struct wait_bucket *b = wait_lock(key_of(k));
	struct thread *waiter = wait_pop(b, key_of(k));

	if (waiter == NULL && !only_to_waiter)
		words[k].units++;
	wait_unlock(b);
	if (waiter == NULL && only_to_waiter)
		return false;
	count(&seen.given[k]);
	if (waiter != NULL)
		wait_wake(core, waiter, PETRI_OK);
	return true;
}

static void pass(struct core *core, struct thread *t)
{
	uint32_t k = actor_of(t)->key;
	uint64_t deadline = some_deadline();
	struct wait_bucket *b = wait_lock(key_of(k));

	arch_set_result(t, PENDING);
	wait_block(core, b, key_of(k), deadline);
	wait_unlock(b);
}

static void open_gate(struct core *core, uint32_t k)
{
	uint32_t n = wait_wake_all(core, key_of(k));

	__atomic_fetch_add(&seen.given[k], n, __ATOMIC_RELAXED);
}

static uint64_t some_target(void)
{
	uint64_t id = 0;

	for (int i = 0; i < 8 && id == 0; i++)
		id = __atomic_load_n(&targets[1 + several_random(most)], __ATOMIC_RELAXED);
	return id;
}

/* As a viewer does: nobody tries again if it cannot be done at once. */
static void doom_some(struct core *core)
{
	struct thread *t;

	spin_lock(&lives);
	t = thread_find(some_target());
	if (t != NULL && state_of(t) != THREAD_ZOMBIE && thread_end_other(core, t, PETRI_EKILLED, true) == ENDING_RETRY) {
		thread_end_later(core, t, PETRI_EKILLED);
		count(&seen.doomed);
	}
	spin_unlock(&lives);
}

/* As the UART does: in an interrupt. */
static void device(struct core *core)
{
	doom_some(core);
	for (uint32_t k = 0; k < KEYS && is_closing(); k++)
		while (give(core, k, true))
			;
	for (uint32_t k = 0; k < KEYS; k++)
		if (several_random(2))
			give(core, k, true);
	open_gate(core, KEYS + several_random(GATES));
}

/* ---- a thread ------------------------------------------------------------------------------------------------------------------------ */

/* One of whom all lies ready, if there is one, or any. */
static struct thread *make(uint64_t priority, uint64_t flags, uint64_t quantum_ns)
{
	struct thread_spec spec = {.attr = {.stack = THREAD_COMPACT, .quantum_ns = quantum_ns}};
	struct thread *t = NULL;

	if (several_random(2))
		t = thread_make_small(&domains[0], (uint64_t)THREAD_COMPACT << 32 | priority << 40 | flags << 48, 0, 0, false);
	spec.attr.priority = (uint8_t)priority;
	spec.attr.flags = (uint8_t)flags;
	if (t == NULL && thread_make(&domains[0], &spec, false, &t) != PETRI_OK)
		return NULL;
	t->quantum = sched_quantum(quantum_ns);
	return t;
}

static void create(struct core *core)
{
	static uint8_t areas[MACHINE_THREADS + 1][16];
	uint64_t quantum_ns = 20000 + several_random(100000), priority = several_random(4) * 7;
	struct thread *t = make(priority, several_random(2) ? THREAD_DETACHED : 0, quantum_ns);
	uint32_t index;

	if (t == NULL)
		return;
	index = THREAD_INDEX(t->id);
	actors[index].kind = several_random(2) ? VULNERABLE : IMMORTAL;
	actors[index].call = NULL;
	t->affinity = manner != PINNING || several_random(4) ? 0xf : (uint8_t)(1 + several_random(15)) | (uint8_t)(1u << t->core);
	t->fp = areas[index];
	__atomic_store_n(&targets[index], actors[index].kind == VULNERABLE ? t->id : 0, __ATOMIC_RELAXED);
	count(&seen.created);
	runq_start(core, t);
}

/* What its last call has come to. */
static void conclude(struct thread *t)
{
	struct actor *me = actor_of(t);
	uint64_t result = t->frame.result;

	if (me->call == take || me->call == pass) {
		if (result == PETRI_OK)
			count(&seen.taken[me->key]);
		else if (result == PETRI_ETIMEDOUT)
			count(&seen.timeouts);
		else
			__atomic_fetch_add(&seen.wrong, 1, __ATOMIC_RELAXED);
	}
	if (me->call == sys_thread_join_any && result != PETRI_ETIMEDOUT)
		count(&seen.joined);
	me->call = NULL;
}

static void issue(struct core *core, struct thread *t, void (*call)(struct core *core, struct thread *t))
{
	actor_of(t)->call = call;
	t->frame.restarted = false;
	call(core, t);
}

static void issue_with(struct core *core, struct thread *t, void (*call)(struct core *core, struct thread *t), uint64_t a,
		       uint64_t b)
{
	arch_set_argument(t, 0, a);
	arch_set_argument(t, 1, b);
	arch_set_argument(t, 2, 0);
	issue(core, t, call);
}

static void join_some(struct core *core, struct thread *t)
{
	issue_with(core, t, sys_thread_join_any, (uint64_t)&actor_of(t)->end, arch_ticks() + several_random(500) * US);
}

static void end(struct core *core, struct thread *t)
{
	count(&seen.ended);
	sys_thread_exit(core, t);
}

static void kill_some(struct core *core, struct thread *t)
{
	uint64_t id = some_target();

	count(&seen.kills);
	issue_with(core, t, sys_thread_kill, id, 0);
}

static void prioritise_some(struct core *core, struct thread *t)
{
	uint64_t id = some_target();

	count(&seen.priorities);
	issue_with(core, t, sys_thread_priority, several_random(4) ? id : t->id, several_random(4) * 7);
}

static void give_quantum_to_some(struct core *core, struct thread *t)
{
	uint64_t id = some_target();

	issue_with(core, t, sys_thread_quantum, several_random(4) ? id : t->id, 20000 + several_random(100000));
}

/* The semaphores of the mortal and those of the others are apart: what is given to a thread that is killed then is lost. */
static void wait_somewhere(struct core *core, struct thread *t)
{
	struct actor *me = actor_of(t);
	bool gate = several_random(4) == 0;

	me->key = gate ? KEYS + (me->kind == IMMORTAL) : several_random(KEYS / 2) + (me->kind == IMMORTAL ? KEYS / 2 : 0);
	issue(core, t, gate ? pass : take);
}

static void act(struct core *core, struct thread *t)
{
	uint32_t what = several_random(100);

	if (is_closing() && what >= 60)
		join_some(core, t);
	else if (is_closing())
		end(core, t);
	else if (what < 15)
		issue(core, t, sys_thread_yield);
	else if (what < 42)
		wait_somewhere(core, t);
	else if (what < 64)
		give(core, several_random(KEYS), false);
	else if (what < 65)
		give_quantum_to_some(core, t);
	else if (what < 68)
		open_gate(core, KEYS + several_random(GATES));
	else if (what < 76)
		issue_with(core, t, sys_thread_sleep, arch_ticks() + several_random(200) * US, 0);
	else if (what < 83 && alive() < most)
		create(core);
	else if (what < 85)
		end(core, t);
	else if (what < 89)
		kill_some(core, t);
	else if (what < 94)
		prioritise_some(core, t);
	else if (what < 96)
		join_some(core, t);
	else
		core->fp_live = true; /* it used FP: to be saved at the next switch */
}

/* ---- one entry into the kernel --------------------------------------------------------------------------------------------------------- */

/* From here to leave_it() t runs on this core and nowhere else. */
static void enter_it(const struct core *core, const struct thread *t)
{
	if (__atomic_exchange_n(&actor_of(t)->on, core->number + 1, __ATOMIC_RELAXED) != 0)
		__atomic_fetch_add(&seen.twice, 1, __ATOMIC_RELAXED);
	if (t->state != THREAD_RUNNING || t->core != core->number || core->running != 1u + t->priority)
		__atomic_fetch_add(&seen.wrong, 1, __ATOMIC_RELAXED);
}

static void leave_it(const struct core *core, const struct thread *t)
{
	if (__atomic_exchange_n(&actor_of(t)->on, 0, __ATOMIC_RELAXED) != core->number + 1)
		__atomic_fetch_add(&seen.twice, 1, __ATOMIC_RELAXED);
}

static void step(struct core *core)
{
	struct thread *t = core->current;
	struct actor *me = actor_of(t);

	enter_it(core, t);
	me->steps++;
	if (!t->frame.restarted)
		conclude(t);
	t->frame.pc += 4;
	if (several_random(3) == 0 && !t->frame.restarted)
		t->frame.atomic = !t->frame.atomic && several_random(4) == 0;
	leave_it(core, t);
	if (several_random(4) == 0) {
		several_interrupts(core);
	} else if (t->frame.atomic) {
		return;
	} else if (t->frame.switch_due) {
		sys_preempt_point(core, t);
	} else if (t->frame.restarted) {
		issue(core, t, me->call);
	} else {
		act(core, t);
	}
}

void arch_fp_save(void *area)
{
	for (unsigned int i = 0; i < 16; i++)
		((uint8_t *)area)[i]++;
}

/* ---- a run and what is left ------------------------------------------------------------------------------------------------------------ */

/* Somebody inside an atomic section puts a switch off, or is about to let it happen. */
static bool somebody_lingers(void)
{
	for (uint32_t n = 0; n < CORES_MAX; n++)
		if (cores[n].current != NULL && (cores[n].current->frame.atomic || cores[n].current->frame.switch_due))
			return true;
	return false;
}

/* The most urgent run: nobody who is ready, and could run on this core, is more urgent than what runs there. */
static void most_urgent_runs(uint32_t n)
{
	const struct thread *t = places_most_urgent(n);

	if (t == NULL)
		return;
	looked++;
	if (!EXPECT(cores[n].running >= 1u + t->priority))
		printf("# seed %llu, rest %llu: core %u runs %u - 1, thread %u of core %u waits with %u\n",
		       (unsigned long long)seed, (unsigned long long)rests, n, cores[n].running, THREAD_INDEX(t->id), t->core,
		       t->priority);
}

static uint64_t length(void)
{
	const char *wanted = getenv("STRESS_MS");

	return wanted != NULL ? strtoull(wanted, NULL, 0) : several_length;
}

/* For so long they do as they like, then all threads are to come to their end. */
static bool goes_on(uint64_t clock)
{
	if (clock >= length())
		__atomic_store_n(&closing, true, __ATOMIC_RELAXED);
	return !is_closing() || (alive() > 0 && clock < length() + PATIENCE_MS);
}

/* What holds whenever the cores rest. */
static void quiet(void)
{
	const char *what = places_wrong();

	rests++;
	if (what != NULL)
		panic("seed %llu, rest %llu: %s", (unsigned long long)seed, (unsigned long long)rests, what);
	for (uint32_t n = 0; n < CORES_MAX && manner != PINNING && !somebody_lingers(); n++)
		most_urgent_runs(n);
}

static void every_wakeup(void)
{
	for (uint32_t k = 0; k < KEYS + GATES; k++) {
		if (k < KEYS / 2 || k == KEYS)
			EXPECT(seen.given[k] >= seen.taken[k] + words[k].units);
		else
			EXPECT_EQ(seen.given[k], seen.taken[k] + words[k].units);
	}
}

static void nothing_left(void)
{
	for (uint32_t n = 0; n < CORES_MAX; n++) {
		EXPECT_EQ(runq_ready_bits(&cores[n]), 0);
		EXPECT_EQ(cores[n].runq.lock.taken, 0);
		EXPECT_EQ(machine_deadlines(n), 0);
	}
	for (uint32_t k = 0; k < KEYS + GATES; k++)
		EXPECT_EQ(wait_length(key_of(k)), 0);
	for (uint32_t i = 1; i <= thread_counts.resident; i++) {
		EXPECT(threads[i].state == THREAD_FREE || threads[i].state == THREAD_ZOMBIE);
		EXPECT_EQ(threads[i].timeout_up, 0);
		EXPECT_EQ(actors[i].on, 0);
	}
}

/* What all rounds together have seen. A test that does nothing proves nothing. */
static struct {
	uint64_t steps, tells, waits, steals, preemptions, created, joined, kills, doomed, priorities, timeouts;
} sum;

static void add_up(void)
{
	struct several_counts c = several_count();

	for (uint32_t n = 0; n < CORES_MAX; n++) {
		EXPECT(manner != HOME || cores[n].steals == 0);
		sum.steals += cores[n].steals;
		sum.preemptions += cores[n].preemptions;
	}
	sum.steps += c.steps;
	sum.tells += c.tells;
	sum.waits += c.waits;
	sum.created += seen.created;
	sum.joined += seen.joined;
	sum.kills += seen.kills;
	sum.doomed += seen.doomed;
	sum.priorities += seen.priorities;
	sum.timeouts += seen.timeouts;
}

static void round_of(uint64_t number)
{
	static const struct several_test test = {.step = step, .device = device, .goes_on = goes_on, .quiet = quiet};

	seed = number;
	manner = number % 3;
	most = number % 2 || several_rounds == 1 ? MANY : FEW;
	closing = false;
	memset(&seen, 0, sizeof(seen));
	memset(words, 0, sizeof(words));
	memset(actors, 0, sizeof(actors));
	memset(targets, 0, sizeof(targets));
	several_begin(seed);
	if (manner == HOME)
		machine_no_stealing();
	for (uint32_t i = 0; i < most / 2; i++)
		create(&cores[0]);
	several_run(&test);
	EXPECT_EQ(thread_counts.alive, 0);
	EXPECT_EQ(domains[0].live, 0);
	EXPECT_EQ(seen.twice, 0);
	EXPECT_EQ(seen.wrong, 0);
	every_wakeup();
	nothing_left();
	add_up();
	if (tap.complaints > 0)
		printf("# seed %llu\n", (unsigned long long)seed);
}

static void all_at_once(void)
{
	for (unsigned int i = 0; i < several_rounds && tap.complaints == 0; i++)
		round_of(tap.seed + i);
}

#define SAY(what) printf("# %llu " #what "\n", (unsigned long long)sum.what)

static void enough_happened(void)
{
	SAY(steps);
	SAY(tells);
	SAY(waits);
	SAY(steals);
	SAY(preemptions);
	SAY(created);
	SAY(joined);
	SAY(kills);
	SAY(doomed);
	SAY(priorities);
	SAY(timeouts);
	printf("# %llu rests, %llu looks at who runs beside who waits\n", (unsigned long long)rests, (unsigned long long)looked);
	EXPECT(sum.steps > 3000 && sum.tells > 100 && (sum.steals > 50 || manner == HOME) && sum.preemptions > 50);
	EXPECT(several_rounds == 1 || (rests > 1000 && looked > 1000));
	EXPECT(sum.created > 100 && sum.joined > 10 && sum.kills > 50 && sum.doomed > 5 && sum.priorities > 50 && sum.timeouts > 20);
}

static const struct tap_test tests[] = {
	{"four cores at once: nobody runs twice or is lost, every wakeup arrives once", all_at_once},
	{"four cores at once: enough happened", enough_happened},
};
TAP_MAIN(tests)
