/*
 * How a session begins: the target is asked who it is, the line's rate is agreed on, and what the options want is set up.
 * A step of a small state machine at each poll; nothing waits.
 */
#include "session_internal.h"
#include "text.h"

#define PROBE_MS 1000u
#define QEMU_BOOT_MS 1500u /* it says HELLO by itself: no need to shout into its boot */
#define JOIN_MS 2000u      /* then a target that has nothing set up gets something */
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

/* As at the beginning, but the set-up stays. */
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
		enter(s, START_SETUP);
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
		enter(s, START_SETUP);
		return;
	}
	change_rate(s, s->o->baud);
	s->start.baud_settled = ++s->start.baud_changes >= 2; /* found at the old rate again, it is asked once more */
	greet_again(s);
}

static void set_up(struct session *s)
{
	char err[NOTICE_ROOM];

	queue_clear(s);
	if (s->over || s->state == SESSION_ENDED)
		return; /* a short program may have ended by now, and how it ended is what is to be told */
	if (s->demo->start(s->o, s->ends_at_goal, queue_sink, s, err, sizeof err))
		return;
	session_notify(s, "%s", err);
	snprintf(s->refused, sizeof s->refused, "%s", err);
}

/* A target that runs already is left as it is, unless the options ask for something of their own. */
static void begin_setup(struct session *s)
{
	bool wanted = s->demo->wanted(s->o);

	if (s->start.laid || (s->o->demo && s->o->demo != s->demo)) { /* the options are for another demo */
		enter(s, START_DONE);
		return;
	}
	if (!wanted && !s->demo->configured(s->own)) {
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
		set_up(s);
	else
		s->demo->join(s);
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
	case START_SETUP:
	case START_JOIN:
		begin_setup(s);
		break;
	case START_BAUD:
	case START_DONE:
		break;
	}
}
