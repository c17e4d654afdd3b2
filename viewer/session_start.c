/*
 * How a session begins: the target is asked who it is, the line's rate is agreed on, and the dish of the options is laid.
 * A step of a small state machine at each poll; nothing waits.
 */
#include "commands.h"
#include "session_internal.h"
#include "text.h"

#define PROBE_MS 1000u
#define QEMU_BOOT_MS 1500u /* it says HELLO by itself: no need to shout into its boot */
#define JOIN_MS 2000u      /* then a target without a dish gets one */
#define SEARCH_MS 4000u
#define PROBES_AT_A_RATE 2u

void start_begin(struct session *s)
{
	uint64_t now = clock_ms();

	s->start.phase = s->mute || s->replay.active ? START_DONE : START_HELLO;
	s->start.since_ms = now;
	s->start.probes = 0;
	s->start.greeted = false;
	queue_renumber(s);
	s->start.probed_ms = s->source->kind == SOURCE_QEMU ? now + QEMU_BOOT_MS - PROBE_MS : 0;
}

void start_again(struct session *s)
{
	if (s->mute || s->replay.active)
		return;
	start_begin(s);
	s->start.laid = false;
}

/* As at the beginning, but the dish stays. */
static void greet_again(struct session *s)
{
	s->target.known = false;
	s->start.phase = START_HELLO;
	s->start.greeted = false;
	s->start.probes = 0;
	s->start.probed_ms = 0;
	queue_renumber(s);
}

void start_search(struct session *s, uint64_t silent_ms)
{
	if (s->start.phase != START_DONE || s->source->kind != SOURCE_SERIAL || silent_ms < SEARCH_MS)
		return;
	s->start.baud_settled = false;
	greet_again(s);
}

static void say_hello(struct session *s, uint32_t seq)
{
	uint8_t version[2];

	wire_put16(version, WIRE_VERSION);
	out_frame(s, seq, WIRE_CMD_HELLO, version, sizeof version);
	s->start.probed_ms = clock_ms();
	s->start.probes++;
}

void start_ask(struct session *s) { say_hello(s, s->next_seq++); }

static void change_rate(struct session *s, uint32_t rate)
{
	out_flush(s);
	if (!source_set_baud(s->source, rate))
		session_notify(s, "The serial line cannot do %u baud.", rate);
	s->start.probes = 0;
	s->start.probed_ms = 0;
}

/* HELLO with number 0 until it is answered; on a serial line at the other rate too, for it may have been set earlier. */
static void hunt(struct session *s)
{
	struct source *src = s->source;
	bool first = s->target.known && s->start.probes == 0; /* it has said HELLO by itself: it listens */

	if (!first && s->start.probed_ms && clock_ms() < s->start.probed_ms + PROBE_MS)
		return;
	if (src->kind == SOURCE_SERIAL && s->start.probes >= PROBES_AT_A_RATE && s->o->baud != SOURCE_BASE_BAUD)
		change_rate(s, src->baud == s->o->baud ? SOURCE_BASE_BAUD : s->o->baud);
	say_hello(s, 0);
}

static void enter(struct session *s, enum start_phase phase)
{
	s->start.phase = phase;
	s->start.since_ms = clock_ms();
}

static void agree_on_baud(struct session *s)
{
	uint8_t rate[4];

	if (s->source->kind != SOURCE_SERIAL || s->source->baud == s->o->baud || s->start.baud_settled) {
		enter(s, START_DISH);
		return;
	}
	wire_put32(rate, s->o->baud);
	queue_add(s, WIRE_CMD_BAUD, rate, sizeof rate);
	enter(s, START_BAUD);
}

/* Settled either way: a line that cannot do the rate stays slow. After a change it is asked who it is once more. */
void start_baud_answered(struct session *s, bool agreed)
{
	if (s->start.phase != START_BAUD)
		return;
	s->start.baud_settled = true;
	if (!agreed) {
		enter(s, START_DISH);
		return;
	}
	change_rate(s, s->o->baud);
	s->start.baud_settled = ++s->start.baud_changes >= 2; /* found at the old rate again, it is asked once more */
	greet_again(s);
}

static void lay_dish(struct session *s)
{
	struct board b;
	char err[NOTICE_ROOM];

	if (!start_board(&b, s->o, err, sizeof err)) {
		session_notify(s, "%s", err);
		snprintf(s->refused, sizeof s->refused, "%s", err);
		return;
	}
	session_load(s, &b);
	board_free(&b);
	session_speed(s, start_speed(s->o));
	if (s->o->has_until)
		session_until(s, s->o->until, s->ends_at_goal);
	else
		session_run(s);
}

/* A target that is busy with its own dish: only what was asked for is changed. */
static void join(struct session *s)
{
	uint8_t p[4];

	if (s->o->has_rule) {
		wire_put16(p, s->o->rule.birth);
		wire_put16(p + 2, s->o->rule.survive);
		queue_add(s, WIRE_CMD_LIFE_RULE, p, sizeof p);
	}
	if (s->o->has_speed)
		session_speed(s, s->o->speed);
	session_key(s);
	if (s->o->has_until)
		session_until(s, s->o->until, false);
}

static void begin_dish(struct session *s)
{
	bool wanted = start_wanted(s->o);

	if (s->start.laid) {
		enter(s, START_DONE);
		return;
	}
	if (!wanted && !s->model.configured) {
		if (s->start.phase != START_JOIN) {
			session_key(s);
			enter(s, START_JOIN);
		}
		if (clock_ms() - s->start.since_ms < JOIN_MS)
			return;
		wanted = true;
	}
	s->start.adding = true;
	if (wanted)
		lay_dish(s);
	else
		join(s);
	s->start.adding = false;
	s->start.laid = true;
	enter(s, START_DONE);
}

void start_tick(struct session *s)
{
	switch (s->start.phase) {
	case START_HELLO:
		if (s->start.greeted)
			agree_on_baud(s);
		else
			hunt(s);
		break;
	case START_DISH:
	case START_JOIN:
		begin_dish(s);
		break;
	case START_BAUD:
	case START_DONE:
		break;
	}
}
