/*
 * Philosophers are killed at any moment, with forks, seats and meals in whatever hands, by a thread that knows nothing of the table.
 * All others go on, and the sum of the meals is still exactly the goal: what the dead had begun to eat is eaten by another.
 *
 * test: seconds 120
 * test: seeds 4
 * test: quantum 0.5
 */
#include "common/test.h"
#include "philosophers/dinner.h"

#define SEATS 12
#define KILLS 8
#define GOAL 4000
#define ROUNDS 40
/* Below the controller, above the philosophers. */
#define KILLER_PRIORITY 20

static struct semaphore gone = SEMAPHORE_INIT(0);
static uint32_t doing[4], with_forks; /* what they did who were killed */
static uint32_t killed;               /* at this table */

/* Any but the first two: there must be somebody to eat what is left. Under naive the first kill comes before they start (see below). */
static void *killer(void *arg)
{
	uint64_t random = *(uint64_t *)arg;

	for (uint32_t i = 0; i < KILLS; i++) {
		thread_sleep(PETRI_US(1) + draw(&random) % PETRI_US(100));
		const struct philosopher *p = &table.philosophers[2 + (i * 3 + draw(&random) % 3) % (SEATS - 2)];
		uint8_t state = philosopher_state(p);
		bool holds = fork_hand(fork_of(p, LEFT)) == p->number + 1 || fork_hand(fork_of(p, RIGHT)) == p->number + 1;

		if (thread_kill(p->thread) != PETRI_OK)
			continue;
		killed++;
		doing[state]++;
		with_forks += holds;
	}
	semaphore_post(&gone);
	return NULL;
}

static uint32_t deaths_now(void)
{
	LOCK_GUARD(&table.roll);
	return table.deaths;
}

/* Runs the killer on a new table until it is done, and all are buried. */
static void let_die(uint8_t strategy, uint64_t goal, uint64_t seed)
{
	dinner_lay(SEATS, strategy, goal);
	killed = strategy == PHIL_NAIVE;
	/* naive comes to a stand sooner or later, unless a place is empty */
	if (strategy == PHIL_NAIVE)
		must(table_kill(SEATS - 1));
	/* the reaper joins whoever ends, so this one is told apart by being detached */
	must(thread_detach(start("killer", killer, &seed, KILLER_PRIORITY)));
	table_run();
	must(semaphore_wait(&gone));
	while (deaths_now() < killed)
		thread_sleep(PETRI_US(20)); /* the reaper is at it, on another core */
}

static void kills_in_flight(uint8_t strategy, uint64_t seed)
{
	let_die(strategy, GOAL, seed);
	uint32_t deaths = table.deaths;

	check(deaths >= 2 && table.living == SEATS - deaths, "%s: %u died, %u live", strategies[strategy].name, deaths,
	      table.living);
	check(dinner_all_eat(3), "who lives goes on eating");
	check(dinner_await(20), "up to the goal");
	dinner_check();
}

/* Short dinners and many deaths, to hit the few instructions in which something is half done. */
static void massacre(uint64_t *random)
{
	uint32_t wrong = 0, deaths = 0;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		let_die((uint8_t)(i % PHIL_STRATEGIES), 300, draw(random) | 1);
		wrong += !dinner_await(20) || !dinner_is_right();
		deaths += table.deaths;
	}
	check(wrong == 0 && deaths > 2 * ROUNDS, "%u dinners with %u dead: all sums are right", ROUNDS, deaths);
}

/* Each with both forks, a meal and a seat. */
static void die_eating(uint8_t strategy)
{
	dinner_lay(5, strategy, 0);
	table_run();
	if (strategy == PHIL_NAIVE)
		must(table_kill(4));
	for (uint32_t i = 4; i > 0; i--) {
		const struct philosopher *p = &table.philosophers[i];

		while (p->thread != 0 && philosopher_state(p) != PHIL_EATING)
			thread_sleep(PETRI_US(2));
		(void)table_kill(i);
	}
	check(table.living == 1 && dinner_all_eat(20), "%s: four die eating, the last one eats", strategies[strategy].name);
}

/* One after the other, until one is left: who has no neighbours has all forks. */
static void last_one(uint8_t strategy)
{
	dinner_lay(5, strategy, 0);
	expect(table_kill(3), PETRI_OK);
	expect(table_kill(3), PETRI_ESTALE);
	table_run();
	for (uint32_t i = 0; i < 5; i++)
		if (i != 3 && i != 1) {
			check(dinner_all_eat(2), "%s: %u at the table eat", strategies[strategy].name, table.living);
			must(table_kill(i));
		}
	check(table.living == 1 && dinner_all_eat(20), "%s: the last one eats", strategies[strategy].name);
	struct census c;

	table_pause();
	census_take(&c, NULL);
	check(c.ended == 4 && c.violations == 0 && c.forks <= 2, "%s: the dead hold nothing", strategies[strategy].name);
}

int main(void)
{
	uint64_t random = info_now().seed + 1;

	dinner_init();
	for (uint8_t strategy = PHIL_NAIVE; strategy < PHIL_STRATEGIES; strategy++) {
		kills_in_flight(strategy, draw(&random) | 1);
		last_one(strategy);
		die_eating(strategy);
	}
	massacre(&random);
	check(doing[PHIL_EATING] > 0 && doing[PHIL_HUNGRY] > 0, "they died thinking (%u), hungry (%u), eating (%u); %u with forks",
	      doing[PHIL_THINKING], doing[PHIL_HUNGRY], doing[PHIL_EATING], with_forks);
	return test_end();
}
