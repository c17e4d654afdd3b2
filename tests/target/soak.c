/*
 * A soak: players do at random what threads can do to each other - create, end, kill, lock, sleep, yield, change priorities, move, park, wake - for as
 * long as the arguments say (so many rounds of so many milliseconds), in an order drawn from the seed. On several cores all of it happens at the
 * same time. What must hold: what a mutex counts is what its users have counted, each by himself; no call answers what it cannot answer; nobody
 * runs on two cores; at the end of a round every player is there, none waits for something that does not come; and then there are as many threads
 * and pages as before. `make test-soak` does this for long.
 *
 * test: mode both
 * test: seeds 4
 * test: seconds 120
 * test: arguments ms=20 rounds=1
 */
#include <petri/mutex.h>
#include <petri/park.h>
#include <petri/semaphore.h>

#include "common/test.h"
#include "common/words.h"

#define PLAYERS 12
#define MUTEXES 3
#define WORDS 4
#define PLAYER_PRIORITY 12 /* the least */
#define SPREAD 3           /* so many different ones */
#define MAIN_PRIORITY 24
#define ENOUGH 1000 /* steps */

struct player {
	uint64_t random;
	thread_id id;
	uint64_t on;  /* it runs somewhere; atomic */
	uint32_t may; /* the cores it has chosen to run on */
	uint64_t steps, moves, locked[MUTEXES], ended, killed;
} __attribute__((aligned(64)));

static struct player players[PLAYERS];
static struct mutex mutexes[MUTEXES];
static struct semaphore units = SEMAPHORE_INIT(2);
/* Each by its mutex; who changes them may be killed at any moment: so one after the other, as they stand here. */
static volatile uint64_t guarded[MUTEXES], by_children[MUTEXES], torn[MUTEXES];
static uint64_t inherited; /* times that a lock came from one who was killed with it */
static uint64_t words[WORDS];
static uint64_t bad, twice;
static uint32_t cores; /* bit n: core n takes part */
static bool calm;

static void must_be(bool good)
{
	if (!good)
		__atomic_fetch_add(&bad, 1, __ATOMIC_RELAXED);
}

static petri_time soon(struct player *p, uint64_t us) { return petri_now() + PETRI_US(1) + draw(&p->random) % PETRI_US(us); }

/* ---- locks ------------------------------------------------------------------------------------------------------------------- */

/* guarded[i] is odd while somebody is at it: one who was killed there leaves it so. */
static bool enter(unsigned int i, petri_time deadline)
{
	enum petri_error error = mutex_lock_until(&mutexes[i], deadline);

	must_be(error == PETRI_OK || error == PETRI_ETIMEDOUT || error == PETRI_EOWNERDIED);
	if (error == PETRI_ETIMEDOUT)
		return false;
	must_be(!(guarded[i] & 1) || error == PETRI_EOWNERDIED);
	if (error == PETRI_EOWNERDIED)
		__atomic_fetch_add(&inherited, 1, __ATOMIC_RELAXED);
	torn[i] = torn[i] + (guarded[i] & 1);
	guarded[i] = guarded[i] | 1;
	return true;
}

static void leave(unsigned int i)
{
	guarded[i] = guarded[i] + 1;
	must_be(mutex_unlock(&mutexes[i]) == PETRI_OK);
}

static void lock(struct player *p)
{
	unsigned int i = draw(&p->random) % MUTEXES;
	uint64_t kind = draw(&p->random) % 4;

	if (!enter(i, kind == 0 ? soon(p, 20) : PETRI_FOREVER))
		return;
	p->locked[i]++;
	if (kind == 1)
		thread_yield();
	if (kind == 2)
		thread_sleep(draw(&p->random) % 4000);
	leave(i);
}

static void pass_unit(struct player *p)
{
	enum petri_error error = semaphore_wait_until(&units, draw(&p->random) % 2 ? PETRI_FOREVER : soon(p, 20));

	must_be(error == PETRI_OK || error == PETRI_ETIMEDOUT);
	if (error == PETRI_OK)
		must_be(semaphore_post(&units) == PETRI_OK);
}

/* ---- others -------------------------------------------------------------------------------------------------------------------- */

static void *be_short(void *arg) { return arg; }

static void *lock_on(void *arg)
{
	for (uint64_t n = (uintptr_t)arg;; n++) {
		unsigned int i = n % MUTEXES;

		enter(i, PETRI_FOREVER);
		by_children[i] = by_children[i] + 1;
		if (n % 3 == 0)
			thread_yield();
		leave(i);
	}
	return arg;
}

static void *sleep_on(void *arg)
{
	for (uint64_t n = 1;; n++)
		thread_sleep(n % 8 * 1000);
	return arg;
}

static void *park_on(void *arg)
{
	for (uint64_t n = 0;; n++) {
		petri_time deadline = n % 2 ? PETRI_FOREVER : petri_now() + PETRI_US(7);
		enum petri_error error = park(&words[n % WORDS], 0, deadline);

		must_be(error == PETRI_OK || error == PETRI_ETIMEDOUT);
	}
	return arg;
}

static void *run_on(void *arg)
{
	for (;;)
		__asm__ volatile("");
	return arg;
}

static const thread_entry kinds[] = {be_short, lock_on, sleep_on, park_on, run_on};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool make(struct player *p, thread_entry entry, thread_id *id)
{
	struct thread_attr attr = {.stack = THREAD_GUARDED, .stack_size = 4096, .name = "child", .quantum_ns = PETRI_US(5)};

	attr.priority = (uint8_t)(PLAYER_PRIORITY - 1 - draw(&p->random) % 3);
	must_be(thread_create(id, &attr, entry, (void *)(uintptr_t)(draw(&p->random) % 1000)) == PETRI_OK);
	return *id != 0;
}

static uint32_t some_cores(struct player *p)
{
	uint32_t some = (uint32_t)draw(&p->random) & cores;

	return some != 0 ? some : cores;
}

/* One that ends by itself, or one that is killed, wherever it is by then. */
static void raise_child(struct player *p)
{
	unsigned int kind = draw(&p->random) % KINDS;
	thread_id id = 0;
	void *value;
	enum petri_error error;

	if (!make(p, kinds[kind], &id))
		return;
	if (draw(&p->random) % 2)
		thread_sleep(draw(&p->random) % 10000);
	if (draw(&p->random) % 2) {
		error = thread_set_priority(id, draw(&p->random) % PLAYER_PRIORITY, NULL);
		must_be(error == PETRI_OK || (kind == 0 && error == PETRI_ESTALE));
	}
	if (draw(&p->random) % 4 == 0) {
		error = thread_set_affinity(id, some_cores(p));
		must_be(error == PETRI_OK || (kind == 0 && error == PETRI_ESTALE));
	}
	if (kind != 0) {
		must_be(thread_kill(id) == PETRI_OK);
		p->killed++;
	}
	error = thread_join(id, &value);
	must_be(error == (kind != 0 ? PETRI_EKILLED : PETRI_OK));
	p->ended += kind == 0;
}

/* No player is killed: until the end each of them is there. */
static void reprioritise(struct player *p)
{
	thread_id id = __atomic_load_n(&players[draw(&p->random) % PLAYERS].id, __ATOMIC_ACQUIRE);
	enum petri_error error;

	if (id == 0)
		return;
	error = thread_set_priority(id, PLAYER_PRIORITY + (unsigned int)(draw(&p->random) % SPREAD), NULL);
	must_be(error == PETRI_OK || (error == PETRI_ESTALE && __atomic_load_n(&calm, __ATOMIC_RELAXED)));
}

/* From the call's return on it runs where it may, and nowhere else: see look_around(). */
static void move(struct player *p)
{
	p->may = some_cores(p);
	must_be(thread_set_affinity(thread_self(), p->may) == PETRI_OK);
	must_be(p->may & 1u << thread_core());
}

static void meet(struct player *p)
{
	const uint64_t *word = &words[draw(&p->random) % WORDS];
	enum petri_error error;

	if (draw(&p->random) % 3) {
		static const uint64_t counts[] = {1, 2, 40, UNPARK_ALL};
		uint64_t count = counts[draw(&p->random) % 4];

		must_be(unpark(word, count) <= count);
	} else {
		error = park(word, 0, soon(p, 30));
		must_be(error == PETRI_OK || error == PETRI_ETIMEDOUT);
	}
}

/* ---- players ------------------------------------------------------------------------------------------------------------------- */

static void act(struct player *p)
{
	uint64_t what = draw(&p->random) % 16;

	if (what < 5)
		for (int i = 0; i < 8; i++)
			lock(p);
	else if (what < 7)
		pass_unit(p);
	else if (what < 9)
		raise_child(p);
	else if (what < 11)
		reprioritise(p);
	else if (what < 13)
		meet(p);
	else if (what < 14)
		must_be(thread_sleep(draw(&p->random) % 20000) == PETRI_OK);
	else if (what < 15)
		move(p);
	else
		thread_yield();
}

/* Whoever else ran with the same control block, on another core, would come through here, too. */
static void look_around(struct player *p, unsigned int *core)
{
	struct thread_info info = {0};

	if (__atomic_exchange_n(&p->on, 1, __ATOMIC_RELAXED) != 0)
		__atomic_fetch_add(&twice, 1, __ATOMIC_RELAXED);
	must_be(thread_info(thread_self(), &info) == PETRI_OK && info.state == THREAD_RUNNING && (p->may & 1u << info.core));
	p->moves += info.core != *core;
	*core = info.core;
	if (__atomic_exchange_n(&p->on, 0, __ATOMIC_RELAXED) != 1)
		__atomic_fetch_add(&twice, 1, __ATOMIC_RELAXED);
}

static void *play(void *arg)
{
	struct player *p = arg;
	unsigned int core = 0;

	while (!__atomic_load_n(&calm, __ATOMIC_RELAXED)) {
		act(p);
		look_around(p, &core);
		__atomic_store_n(&p->steps, p->steps + 1, __ATOMIC_RELAXED);
	}
	return p;
}

static void begin(uint64_t seed)
{
	__atomic_store_n(&calm, false, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < PLAYERS; i++)
		players[i] = (struct player){.random = (seed * PLAYERS + i + 1) * 0x9E3779B97F4A7C15ull, .may = cores};
	for (unsigned int i = 0; i < MUTEXES; i++)
		guarded[i] = by_children[i] = torn[i] = 0;
	for (unsigned int i = 0; i < PLAYERS; i++)
		__atomic_store_n(&players[i].id, start("player", play, &players[i], PLAYER_PRIORITY + i % SPREAD),
				 __ATOMIC_RELEASE);
}

/* Each ends after its last step. Children of no great urgency, for whom it may wait, have their turn then. */
static void end(void)
{
	petri_time limit = petri_now() + PETRI_S(10);
	unsigned int lost = 0;

	__atomic_store_n(&calm, true, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < PLAYERS; i++) {
		enum petri_error error = thread_join_until(players[i].id, NULL, limit);
		struct thread_info info = {0};

		if (error == PETRI_OK)
			continue;
		lost++;
		must(thread_info(players[i].id, &info));
		note("player %u: %s, in state %u, priority %u, core %u, step %lu", i, petri_strerror(error), info.state,
		     info.priority, info.core, players[i].steps);
	}
	check(lost == 0, "every player came to its end (%u did not)", lost);
	if (lost != 0)
		system_exit(test_end());
}

/* Stacks for as many as there will ever be at once: none is made later. */
static void stock(void)
{
	struct player any = {.random = 1};
	thread_id ids[PLAYERS], children[PLAYERS] = {0};

	for (unsigned int i = 0; i < PLAYERS; i++) {
		ids[i] = start("player", park_on, NULL, 1);
		make(&any, park_on, &children[i]);
	}
	for (unsigned int i = 0; i < PLAYERS; i++) {
		expect(thread_kill(ids[i]), PETRI_OK);
		expect(thread_join(ids[i], NULL), PETRI_EKILLED);
		expect(thread_kill(children[i]), PETRI_OK);
		expect(thread_join(children[i], NULL), PETRI_EKILLED);
	}
}

/* ---- after it ---------------------------------------------------------------------------------------------------------------- */

/* Whoever entered has left, or was cut off. */
static void check_mutex(unsigned int i)
{
	uint64_t left = guarded[i] / 2, cut = torn[i] + (guarded[i] & 1), entered = by_children[i];

	for (unsigned int n = 0; n < PLAYERS; n++)
		entered += players[n].locked[i];
	check(left <= entered && left + cut >= entered, "mutex %u: entered %lu times, left %lu times, cut off %lu times at most",
	      i, entered, left, cut);
	check(mutex_lock(&mutexes[i]) != PETRI_ETIMEDOUT && mutex_unlock(&mutexes[i]) == PETRI_OK, "it can be had");
}

static uint64_t all_steps(void)
{
	uint64_t steps = 0;

	for (unsigned int i = 0; i < PLAYERS; i++)
		steps += __atomic_load_n(&players[i].steps, __ATOMIC_RELAXED);
	return steps;
}

static void check_enough(const struct system_info *before)
{
	uint64_t steps = all_steps(), killed = 0, ended = 0, moves = 0;

	for (unsigned int i = 0; i < PLAYERS; i++) {
		killed += players[i].killed;
		ended += players[i].ended;
		moves += players[i].moves;
	}
	note("%u cores: %lu steps, %lu moves from core to core, %lu children killed, %lu ended, %lu locks inherited",
	     before->cores, steps, moves, killed, ended, inherited);
	check(killed > 10 && ended > 10 && steps >= ENOUGH && (before->cores == 1 || moves > 10),
	      "enough happened to mean something");
	check(bad == 0, "no call gave an answer that must not be (%lu did)", bad);
	check(twice == 0, "nobody ran on two cores (%lu times)", twice);
}

static void check_nobody_waits(void)
{
	expect(semaphore_trywait(&units), PETRI_OK);
	expect(semaphore_trywait(&units), PETRI_OK);
	expect(semaphore_trywait(&units), PETRI_EBUSY);
	must(semaphore_post(&units));
	must(semaphore_post(&units));
	for (unsigned int i = 0; i < WORDS; i++)
		check(unpark(&words[i], UNPARK_ALL) == 0, "nobody waits at word %u", i);
}

static void play_round(uint64_t seed, uint64_t ms)
{
	struct system_info before = info_now(), after;

	begin(seed);
	/* under icount one core's turn may last as long as nobody has set an alarm: then once more */
	for (int i = 0; i < 100 && (i == 0 || all_steps() < ENOUGH); i++)
		thread_sleep(PETRI_US(1000) * ms);
	end();
	after = info_now();
	check_enough(&before);
	for (unsigned int i = 0; i < MUTEXES; i++)
		check_mutex(i);
	check_nobody_waits();
	check(after.threads_alive == 1 && after.threads_resident == before.threads_resident,
	      "threads: %u alive, %u in memory, %u before", after.threads_alive, after.threads_resident, before.threads_resident);
	check(after.memory_free == before.memory_free, "pages: %lu free, %lu before", after.memory_free / 4096,
	      before.memory_free / 4096);
}

int main(char *main_words, size_t size)
{
	uint64_t ms = word_value(main_words, size, "ms"), rounds = word_value(main_words, size, "rounds");
	uint64_t seed = info_now().seed;

	cores = (1u << info_now().cores) - 1;
	thread_set_priority(thread_self(), MAIN_PRIORITY, NULL);
	stock();
	for (uint64_t i = 0; i < rounds; i++)
		play_round(seed * rounds + i, ms);
	return test_end();
}
