/*
 * Encodes snapshots as docs/wire.md section 3 says: configuration, bands as keys or as deltas against what was sent last,
 * the dead, and the line that closes the generation. Runs in its own thread, above the cells in priority, since it
 * has little to do and mostly waits for the line.
 */
#include "reporter.h"

#include <petri/bands.h>
#include <petri/heap.h>
#include <petri/semaphore.h>
#include <petri/stream.h>
#include <petri/string.h>
#include <petri/system.h>
#include <petri/thread.h>
#include <petri/wire.h>
#include <petri/wire_life.h>

#include "dish.h"

#define REPORTER_PRIORITY 20
/* A reader who joins late waits a second for a key at most. */
#define KEY_INTERVAL PETRI_MS(900)

static struct {
	struct semaphore idle; /* 1: the snapshot is the controller's to take */
	struct semaphore work; /* 1: the snapshot is the reporter's */
	void (*wake)(void);
	struct snapshot snapshot;

	/* What the reader has. */
	bool any; /* anything at all of this room's boards */
	uint32_t epoch;
	petri_time key_time;
	uint8_t config[WIRE_LIFE_CONFIG_SIZE];
	struct bands bands;
	size_t room; /* bytes of a packed board that fit into the snapshot */
} reporter = {.idle = SEMAPHORE_INIT(1), .work = SEMAPHORE_INIT(0), .bands = {.type = WIRE_LIFE_BAND}};

static uint8_t payload[STREAM_PAYLOAD_MAX];

static void send_config(const struct snapshot *s, bool key)
{
	uint8_t *p = payload;

	wire_put32(p, s->epoch);
	wire_put16(p + 4, s->shape.width);
	wire_put16(p + 6, s->shape.height);
	p[8] = s->shape.topology;
	p[9] = s->state;
	wire_put16(p + 10, rule_birth(s->rule));
	wire_put16(p + 12, rule_survival(s->rule));
	p[14] = s->sync;
	p[15] = 0;
	wire_put32(p + 16, s->speed);
	wire_put64(p + 20, s->goal);
	if (!key && memcmp(p, reporter.config, WIRE_LIFE_CONFIG_SIZE) == 0)
		return;
	memcpy(reporter.config, p, WIRE_LIFE_CONFIG_SIZE);
	stream_send(WIRE_LIFE_CONFIG, p, WIRE_LIFE_CONFIG_SIZE);
}

static void flush_dead(uint32_t here)
{
	wire_put16(payload + 8, (uint16_t)here);
	stream_send(WIRE_LIFE_DEAD, payload, WIRE_LIFE_DEAD_SIZE + 4 * here);
}

/* The list of the dead; with a key also when it is empty, which is news to a reader who remembers some. */
static void send_dead(const struct snapshot *s, bool key)
{
	uint32_t width = s->shape.width, count = width * s->shape.height, dead = s->dead;
	uint32_t here = 0, most = (STREAM_PAYLOAD_MAX - WIRE_LIFE_DEAD_SIZE) / 4;

	if (!key && !s->dead_news)
		return;
	wire_put32(payload, s->epoch);
	wire_put32(payload + 4, dead);
	for (uint32_t i = 0; i < count && dead > 0; i++) {
		if (__atomic_load_n(&dish.culture.cells[i].dead, __ATOMIC_RELAXED) != CELL_TOLD)
			continue;
		wire_put16(payload + WIRE_LIFE_DEAD_SIZE + 4 * here, (uint16_t)(i % width));
		wire_put16(payload + WIRE_LIFE_DEAD_SIZE + 4 * here + 2, (uint16_t)(i / width));
		dead--;
		if (++here < most || dead == 0)
			continue;
		flush_dead(here);
		here = 0;
	}
	flush_dead(here);
}

static void send_shares(const struct snapshot *s)
{
	struct system_info info;

	if (!s->shares_news)
		return;
	system_info(&info);
	wire_put32(payload, info.cores);
	wire_put32(payload + 4, 0);
	for (uint32_t i = 0; i < info.cores; i++)
		wire_put64(payload + 8 + 8 * i, s->shares.steps[i]);
	stream_send(WIRE_LIFE_CORES, payload, 8 + 8 * info.cores);
}

static void send_generation(const struct snapshot *s, uint32_t bands, bool key)
{
	uint8_t *p = payload;

	wire_put32(p, s->epoch);
	wire_put64(p + 4, s->generation);
	wire_put32(p + 12, s->population);
	wire_put16(p + 16, (uint16_t)bands);
	p[18] = s->flags | (key ? LIFE_GEN_KEY : 0);
	p[19] = 0;
	wire_put32(p + 20, (uint32_t)s->shape.width * s->shape.height - s->dead);
	wire_put64(p + 24, s->steps);
	wire_put64(p + 32, s->time);
	wire_put64(p + 40, s->created);
	wire_put64(p + 48, s->hindmost);
	wire_put32(p + 56, s->spread);
	stream_send(WIRE_LIFE_GENERATION, p, WIRE_LIFE_GENERATION_SPREAD);
}

static struct picture picture_of(const struct shape *shape)
{
	return (struct picture){
		.rows = shape->height, .row_bytes = life_row_bytes(shape->width), .band_rows = life_band_rows(shape->width)};
}

static void report(const struct snapshot *s)
{
	bool key = s->key || !reporter.any || s->epoch != reporter.epoch || s->time - reporter.key_time >= KEY_INTERVAL;

	send_config(s, key);
	struct picture picture = picture_of(&s->shape);

	picture.epoch = s->epoch;
	picture.number = s->generation;
	picture.bytes = s->bits;
	uint32_t bands = bands_send(&reporter.bands, &picture, key);

	send_dead(s, key);
	send_shares(s);
	send_generation(s, bands, key);
	reporter.any = true;
	reporter.epoch = s->epoch;
	if (key)
		reporter.key_time = s->time;
}

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

/* What the reader has does not matter any more, since a new shape begins with a key. */
enum petri_error reporter_reserve(const struct shape *shape)
{
	struct picture picture = picture_of(shape);
	size_t size = board_packed_size(shape);

	reporter.any = false;
	if (size > reporter.room) {
		uint8_t *bits = heap_alloc(size);

		if (bits == NULL)
			return PETRI_ENOMEM;
		heap_free(reporter.snapshot.bits);
		reporter.snapshot.bits = bits;
		reporter.room = size;
	}
	return bands_reserve(&reporter.bands, &picture);
}
