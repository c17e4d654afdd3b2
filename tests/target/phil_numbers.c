/* What is computed: names, Jain's index, the distributions of the times, percentiles, and that each violation is found. */
#include <petri/string.h>

#include "common/test.h"
#include "philosophers/dinner.h"

#include "../../demos/philosophers/names.h"

#define DRAWS 20000

static void names(void)
{
	char room[2][THREAD_NAME_MAX];
	uint32_t same = 0, long_ones = 0;

	for (uint32_t i = 0; i < 120; i++)
		for (uint32_t k = 0; k < i; k++)
			same += strcmp(name_of(room[0], i), name_of(room[1], k)) == 0;
	for (uint32_t i = 0; i < PHIL_MAX; i++)
		long_ones += strlen(name_of(room[0], i)) >= THREAD_NAME_MAX - 1 && i >= 1000;
	check(same == 0 && long_ones == 0, "names are different and fit");
	check(strcmp(name_of(room[0], 4), "Laozi") == 0 && strcmp(name_of(room[0], 100), "philosopher 100") == 0 &&
		      strcmp(name_of(room[0], 9999), "philos. 9999") == 0,
	      "Laozi, philosopher 100, philos. 9999");
}

static uint32_t jain(const uint32_t *x, uint32_t n)
{
	uint64_t sum = 0, squares = 0;

	for (uint32_t i = 0; i < n; i++) {
		sum += x[i];
		squares += (uint64_t)x[i] * x[i];
	}
	return jain_index(n, sum, squares);
}

static void fairness(void)
{
	check(jain((uint32_t[]){7, 7, 7, 7}, 4) == 1000000, "all equal: 1");
	check(jain((uint32_t[]){9, 0, 0, 0}, 4) == 250000, "one has all: a quarter");
	check(jain((uint32_t[]){0, 0, 0}, 3) == 1000000, "nobody has anything: equal");
	check(jain((uint32_t[]){1, 2, 3}, 3) == 857142, "1, 2, 3: 36/42");
	/* a million times 10,000 philosophers with 2^32 meals: no overflow on the way */
	check(jain_index(10000, 10000ull << 32, ((unsigned __int128)10000 << 64)) == 1000000, "ten thousand with 2^32 each: 1");
}

static uint64_t mean_of(uint8_t distribution, uint64_t *most)
{
	uint64_t random = random_begin(5, 7), sum = 0;

	*most = 0;
	for (uint32_t i = 0; i < DRAWS; i++) {
		uint64_t t = time_draw(&random, 100, distribution);

		sum += t;
		*most = t > *most ? t : *most;
	}
	return sum / DRAWS;
}

/* The mean of an exponential distribution is its deviation too: a hundredth of it at so many draws is 1.4 deviations of the mean. */
static void distributions(void)
{
	uint64_t most, random = 1, mean = mean_of(PHIL_FIXED, &most);

	check(mean == 100000 && most == 100000, "fixed: always 100 us");
	mean = mean_of(PHIL_UNIFORM, &most);
	check(mean > 98500 && mean < 101500 && most <= 200000 && most > 199000, "uniform: mean %lu ns, most %lu", mean, most);
	mean = mean_of(PHIL_EXPONENTIAL, &most);
	check(mean > 97500 && mean < 102500 && most > 700000 && most < 2000000, "exponential: mean %lu ns, most %lu", mean, most);
	check(time_draw(&random, 0, PHIL_EXPONENTIAL) == 0, "no time is no time");
	check(random_begin(1, 2) != random_begin(2, 1) && random_begin(0, 0) != random_begin(0, 1), "everybody draws for himself");
}

/* Half of a distribution lies below its median, ln 2 of the mean. */
static void shape(void)
{
	uint64_t random = random_begin(1, 1);
	uint32_t below = 0, tail = 0;

	for (uint32_t i = 0; i < DRAWS; i++) {
		uint64_t t = time_draw(&random, 100, PHIL_EXPONENTIAL);

		below += t < 69315;
		tail += t > 300000; /* e^-3 = 0.0498 */
	}
	check(below > DRAWS / 2 - 400 && below < DRAWS / 2 + 400, "exponential: %u of %u below the median", below, DRAWS);
	check(tail > DRAWS * 4 / 100 && tail < DRAWS * 6 / 100, "exponential: %u above three means", tail);
}

static void percentiles(void)
{
	struct waits w;

	dinner_lay(2, PHIL_ORDERED, 0);
	table.philosophers[0].ledger.buckets[0] = 40;
	table.philosophers[1].ledger.buckets[3] = 58;
	table.philosophers[1].ledger.buckets[10] = 2;
	census_waits(&w);
	check(w.meals[0] == 40 && w.meals[3] == 58 && w.median == 8000 && w.p99 == 1024000,
	      "median %lu ns, 99th percentile %lu ns", w.median, w.p99);
}

/* What must never be seen is seen when it is there. Main does what philosophers do wrongly, while those stand at the table's gate. */
static void two_hands(void)
{
	struct philosopher *hypatia = &table.philosophers[1], *zeno = &table.philosophers[2];
	struct fork *between = fork_of(zeno, LEFT);
	thread_id thread = hypatia->thread;

	between->hand = zeno->number + 1;
	lay_down(hypatia, RIGHT);
	check(table.violations[TWO_HANDS].count == 1 && table.violations[TWO_HANDS].first == 2, "laid down by another: two hands");
	between->hand = hypatia->number + 1;
	pick_up(zeno, LEFT);
	check(table.violations[TWO_HANDS].count == 2, "picked up out of another's hand: two hands");
	between->hand = hypatia->number + 1;
	hypatia->thread = 12345;
	pick_up(zeno, LEFT);
	check(table.violations[TWO_HANDS].count == 2, "out of the hand of somebody gone: fine");
	hypatia->thread = thread;
}

static void one_fork(void)
{
	struct philosopher *plato = &table.philosophers[0];

	pick_up(plato, LEFT);
	eat(plato);
	check(table.violations[ONE_FORK].count == 2 && table.violations[ONE_FORK].first == 1,
	      "eats with one fork: seen before the meal and after it");
}

static void starving(void)
{
	struct philosopher *laozi = &table.philosophers[4];

	laozi->hungry_since = table_clock();
	thread_sleep(PETRI_US(10));
	table.limit = 0;
	check(table_waited(laozi) >= 10000 && table.violations[STARVED].count == 0, "no limit, no complaint");
	table.limit = 5000;
	table.calm_since = laozi->hungry_since + 1;
	table_waited(laozi);
	check(table.violations[STARVED].count == 0, "nor if something disturbed it");
	table.calm_since = 0;
	table_waited(laozi);
	table_waited(laozi);
	check(table.violations[STARVED].count == 1 && table.violations[STARVED].first == 5, "waits too long: told, once");
}

static void violations(void)
{
	dinner_lay(5, PHIL_WAITER, 0);
	thread_sleep(PETRI_MS(1));
	/* the gate opens for main; nobody wakes those who stand there */
	table.paused = table.stopped_at = 0;
	two_hands();
	one_fork();
	starving();
}

int main(void)
{
	dinner_init();
	names();
	fairness();
	distributions();
	shape();
	percentiles();
	violations();
	return test_end();
}
