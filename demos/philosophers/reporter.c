/*
 * Encodes snapshots as docs/wire.md section 3a says. Runs in its own thread, above the philosophers in priority, since it has
 * little to do and mostly waits for the line.
 */
#include "reporter.h"

#include <petri/bands.h>
#include <petri/heap.h>
#include <petri/semaphore.h>
#include <petri/stream.h>
#include <petri/string.h>
#include <petri/thread.h>
#include <petri/wire.h>

#include "names.h"

/* A reader who joins late waits a second for a key at most. */
#define KEY_INTERVAL PETRI_MS(900)

static struct {
	struct semaphore idle; /* 1: the snapshot is the controller's to take */
	struct semaphore work; /* 1: the snapshot is the reporter's */
	void (*wake)(void);
	struct snapshot snapshot;
	uint32_t room; /* philosophers that fit into it */

	/* What the reader has. */
	bool any; /* anything at all of pictures of this room */
	uint64_t sample;
	uint64_t meals;
	uint32_t violations;
	uint8_t flags;
	petri_time key_time;
	uint8_t config[WIRE_PHIL_CONFIG_SIZE];
	struct bands bands;
} reporter = {.idle = SEMAPHORE_INIT(1), .work = SEMAPHORE_INIT(0), .bands = {.type = WIRE_PHIL_BAND}};

static uint8_t payload[STREAM_PAYLOAD_MAX];

static void encode_times(uint8_t *p, const struct times *times)
{
	p[10] = times->distribution;
	p[11] = 0;
	wire_put32(p + 12, times->think);
	wire_put32(p + 16, times->eat);
	wire_put32(p + 20, times->reach);
}

static void encode_config(uint8_t *p, const struct snapshot *s)
{
	wire_put32(p, s->epoch);
	wire_put32(p + 4, s->plan.philosophers);
	p[8] = s->plan.strategy;
	p[9] = s->state;
	encode_times(p, &s->times);
	wire_put64(p + 24, s->plan.seed);
	wire_put64(p + 32, s->plan.goal);
	wire_put64(p + 40, (uintptr_t)&table.forks[0].lock);
	wire_put32(p + 48, sizeof table.forks[0]);
	wire_put32(p + 52, (uint32_t)(s->limit / PETRI_MS(1)));
}

static void send_config(const uint8_t *config)
{
	memcpy(reporter.config, config, WIRE_PHIL_CONFIG_SIZE);
	stream_send(WIRE_PHIL_CONFIG, config, WIRE_PHIL_CONFIG_SIZE);
}

static void flush_names(uint32_t first, uint32_t next, size_t length)
{
	wire_put16(payload + 4, (uint16_t)first);
	wire_put16(payload + 6, (uint16_t)(next - first));
	stream_send(WIRE_PHIL_NAMES, payload, length);
}

static void send_names(const struct snapshot *s)
{
	uint32_t count = s->plan.philosophers < PHIL_NAMES_MAX ? s->plan.philosophers : PHIL_NAMES_MAX;
	uint32_t first = 0;
	size_t at = WIRE_PHIL_NAMES_SIZE;
	char room[THREAD_NAME_MAX];

	wire_put32(payload, s->epoch);
	for (uint32_t i = 0; i < count; i++) {
		const char *name = name_of(room, i);
		size_t length = strlen(name);

		if (at + 1 + length > STREAM_PAYLOAD_MAX) {
			flush_names(first, i, at);
			first = i;
			at = WIRE_PHIL_NAMES_SIZE;
		}
		payload[at] = (uint8_t)length;
		memcpy(payload + at + 1, name, length);
		at += 1 + length;
	}
	flush_names(first, count, at);
}

static uint32_t send_bands(const struct snapshot *s)
{
	struct picture picture = {.epoch = s->epoch,
				  .number = reporter.sample + 1,
				  .rows = s->plan.philosophers,
				  .row_bytes = 1,
				  .band_rows = PHIL_BAND_MAX,
				  .bytes = s->looks};

	return bands_send(&reporter.bands, &picture, s->key);
}

static void encode_census(uint8_t *p, const struct census *c)
{
	wire_put64(p + 24, c->meals);
	wire_put32(p + 32, c->thinking);
	wire_put32(p + 36, c->hungry);
	wire_put32(p + 40, c->eating);
	wire_put32(p + 44, c->forks);
	wire_put64(p + 48, c->meals > 0 ? c->waited / c->meals : 0);
	wire_put64(p + 56, c->longest);
	wire_put64(p + 64, c->waiting);
	wire_put32(p + 72, c->who);
	wire_put32(p + 76, c->fairness);
	wire_put32(p + 80, c->violations);
	wire_put32(p + 84, c->fewest);
	wire_put32(p + 88, c->most);
	wire_put32(p + 92, 0);
}

static void send_sample(const struct snapshot *s, uint32_t bands)
{
	uint8_t *p = payload;

	wire_put32(p, s->epoch);
	wire_put64(p + 4, ++reporter.sample);
	wire_put64(p + 12, s->time);
	wire_put16(p + 20, (uint16_t)bands);
	p[22] = s->flags | (s->key ? PHIL_SAMPLE_KEY : 0);
	p[23] = 0;
	encode_census(p, &s->census);
	stream_send(WIRE_PHIL_SAMPLE, p, WIRE_PHIL_SAMPLE_SIZE);
}

static void send_waits(const struct snapshot *s)
{
	uint8_t *p = payload;

	wire_put32(p, s->epoch);
	for (uint32_t i = 0; i < PHIL_BUCKETS; i++)
		wire_put32(p + 4 + 4 * i, (uint32_t)(s->waits.meals[i] < UINT32_MAX ? s->waits.meals[i] : UINT32_MAX));
	wire_put64(p + 100, s->waits.median);
	wire_put64(p + 108, s->waits.p99);
	stream_send(WIRE_PHIL_WAITS, p, WIRE_PHIL_WAITS_SIZE);
}

static bool has_moved(const struct snapshot *s)
{
	return s->census.meals != reporter.meals || s->flags != reporter.flags || s->census.violations != reporter.violations ||
	       memcmp(s->looks, reporter.bands.sent, s->plan.philosophers) != 0;
}

static void remember(const struct snapshot *s)
{
	reporter.meals = s->census.meals;
	reporter.flags = s->flags;
	reporter.violations = s->census.violations;
	reporter.any = true;
	if (s->key)
		reporter.key_time = s->time;
}

/* Where nothing moves, nothing is sent, no key either. */
static void report(const struct snapshot *s)
{
	uint8_t config[WIRE_PHIL_CONFIG_SIZE];

	encode_config(config, s);
	bool new_config = memcmp(config, reporter.config, sizeof config) != 0;
	if (!s->at_any_rate && !new_config && !has_moved(s))
		return;
	if (s->key || new_config)
		send_config(config);
	if (s->key)
		send_names(s);
	send_sample(s, send_bands(s));
	if (s->key)
		send_waits(s);
	remember(s);
}

bool reporter_wants_key(petri_time now) { return !reporter.any || now - reporter.key_time >= KEY_INTERVAL; }

static void *reporter_main(void *unused)
{
	(void)unused;
	while (semaphore_wait(&reporter.work) == PETRI_OK) {
		report(&reporter.snapshot);
		semaphore_post(&reporter.idle);
		reporter.wake();
	}
	return NULL;
}

enum petri_error reporter_start(void (*wake)(void))
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;

	attr.name = "reporter";
	attr.priority = REPORTER_PRIORITY;
	attr.flags = THREAD_DETACHED | THREAD_VITAL;
	reporter.wake = wake;
	return thread_create(NULL, &attr, reporter_main, NULL);
}

struct snapshot *reporter_try_take(void) { return semaphore_trywait(&reporter.idle) == PETRI_OK ? &reporter.snapshot : NULL; }

struct snapshot *reporter_take(void) { return semaphore_wait(&reporter.idle) == PETRI_OK ? &reporter.snapshot : NULL; }

void reporter_send(void) { semaphore_post(&reporter.work); }

void reporter_give_back(void) { semaphore_post(&reporter.idle); }

enum petri_error reporter_reserve(uint32_t philosophers)
{
	struct picture shape = {.rows = philosophers, .row_bytes = 1, .band_rows = PHIL_BAND_MAX};

	reporter.any = false;
	if (philosophers > reporter.room) {
		uint8_t *looks = heap_alloc(philosophers);

		if (looks == NULL)
			return PETRI_ENOMEM;
		heap_free(reporter.snapshot.looks);
		reporter.snapshot.looks = looks;
		reporter.room = philosophers;
	}
	return bands_reserve(&reporter.bands, &shape);
}
