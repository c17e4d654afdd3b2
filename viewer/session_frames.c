/*
 * What the target says: each frame into the model and the counters, text into the console.
 */
#include <string.h>

#include "session_internal.h"
#include "text.h"

#define KEY_PAUSE_MS 500u

void want_key(struct session *s)
{
	if (clock_ms() - s->key_ms >= KEY_PAUSE_MS)
		session_key(s);
}

/* The target has begun anew under us. */
static void target_restarted(struct session *s)
{
	session_notify(s, "The target has restarted.");
	queue_forget(s);
	rates_forget(s);
	s->demo->forget(s->own, false);
	deadlock_free(&s->deadlock);
	s->faults.count = 0;
	if (s->goal_settled)
		return;
	if (s->start.phase == START_DONE && !*s->refused)
		snprintf(s->refused, sizeof s->refused, "the target restarted in the middle of the run");
	start_again(s);
}

/* docs/wire.md section 1: a gap is a loss; a step back is a restart if it is a HELLO, else something to live with. */
static void check_sequence(struct session *s, uint32_t seq, bool hello)
{
	uint32_t ahead = seq - s->seq;
	bool back = ahead & 0x80000000u;

	if (s->has_seq && back) {
		s->demo->doubt(s->own);
		if (hello)
			target_restarted(s);
	} else if (s->has_seq && ahead) {
		s->link.lost += ahead;
		s->demo->doubt(s->own);
		session_notify(s, "%u frame%s lost on the way.", ahead, ahead == 1 ? "" : "s");
		want_key(s);
	}
	s->has_seq = true;
	s->seq = seq + 1;
}

static void take_name(char *out, const uint8_t *p)
{
	memcpy(out, p, 16);
	out[16] = 0;
}

/* The target runs another demo than was thought. What the options want of the other one cannot be done. */
static void meet(struct session *s, const char *app)
{
	const struct demo *met = demo_named(app);

	if (s->o->demo && met != s->o->demo && !*s->refused)
		snprintf(s->refused, sizeof s->refused, "the target runs %s, but %s is for %s", *app ? app : "nothing",
			 s->o->demo_option, s->o->demo->app);
	if (met && met != s->demo && !session_choose(s, met))
		session_notify(s, "No memory to show %s.", met->app);
}

static bool take_hello(struct session *s, const uint8_t *p, size_t n)
{
	struct target_info *t = &s->target;

	if (n < WIRE_HELLO_SIZE_1)
		return false;
	t->version = wire_get16(p);
	t->cores = p[2];
	t->flags = p[3];
	t->ram_kib = wire_get32(p + 4);
	t->seed = wire_get64(p + 8);
	t->quantum_ns = wire_get64(p + 16);
	t->timer_hz = wire_get32(p + 24);
	t->baud = wire_get32(p + 28);
	take_name(t->board, p + 32);
	take_name(t->app, p + 48);
	t->user = n >= WIRE_HELLO_SIZE && p[64] == 0;
	t->domains = n >= WIRE_HELLO_SIZE ? p[65] : 0;
	s->faults.board = t->board;
	s->faults.ram_kib = t->ram_kib;
	s->faults.domains = t->domains;
	s->faults.names = s->o;
	meet(s, t->app);
	if (!t->known && t->version != WIRE_VERSION)
		session_notify(s, "The target speaks version %u of the protocol, this viewer version %u.", t->version,
			       WIRE_VERSION);
	t->known = true;
	return true;
}

/* The load needs two of them. */
static void take_core(struct core_counters *c, const uint8_t *p, uint64_t ns)
{
	uint64_t idle = wire_get64(p + 24), steals = wire_get64(p + 16);

	c->load = -1;
	if (ns > 0 && idle >= c->idle_ns && steals >= c->steals) {
		c->load = idle - c->idle_ns < ns ? 1 - (double)(idle - c->idle_ns) / (double)ns : 0;
		c->steals_per_s = (double)(steals - c->steals) * 1e9 / (double)ns;
	}
	c->switches = wire_get64(p);
	c->preemptions = wire_get64(p + 8);
	c->steals = steals;
	c->idle_ns = idle;
}

/* ns: since the STATS before; 0: there was none. */
static void take_cores(struct counters *c, const uint8_t *p, size_t n, uint64_t ns)
{
	uint32_t told = n >= WIRE_STATS_CORES ? wire_get32(p + WIRE_STATS_SIZE) : 0;

	c->cores = told < CORES_TOLD ? told : CORES_TOLD;
	if (WIRE_STATS_CORES + (size_t)c->cores * WIRE_STATS_CORE > n)
		c->cores = 0;
	for (unsigned i = 0; i < c->cores; i++)
		take_core(&c->core[i], p + WIRE_STATS_CORES + i * WIRE_STATS_CORE, ns);
}

static bool take_stats(struct session *s, const uint8_t *p, size_t n)
{
	struct counters *c = &s->counters;
	uint32_t dropped = c->frames_dropped;

	if (n < WIRE_STATS_SIZE_1)
		return false;
	take_cores(c, p, n, c->time_ns && wire_get64(p) > c->time_ns ? wire_get64(p) - c->time_ns : 0);
	c->time_ns = wire_get64(p);
	c->threads_alive = wire_get32(p + 8);
	c->threads_resident = wire_get32(p + 12);
	c->threads_created = wire_get64(p + 16);
	c->switches = wire_get64(p + 24);
	c->preemptions = wire_get64(p + 32);
	c->idle_ns = wire_get64(p + 40);
	c->frames_sent = wire_get32(p + 48);
	c->frames_dropped = wire_get32(p + 52);
	c->rx_damaged = wire_get32(p + 56);
	c->rx_lost = wire_get32(p + 60);
	c->console_dropped = wire_get32(p + 64);
	c->ram_kib = wire_get32(p + 68);
	c->bytes_per_thread = n >= WIRE_STATS_SIZE ? wire_get32(p + 72) : 0;
	rates_stats(s);
	if (c->frames_dropped > dropped)
		session_notify(s, "The target had to drop %u frames.", c->frames_dropped - dropped);
	s->goal_settled = s->goal_settled || (s->goal_seen && !s->ends_at_goal);
	return true;
}

static bool take_fault(struct session *s, const uint8_t *p, size_t n)
{
	const struct fault *f = faults_take(&s->faults, s->target.known ? s->target.version : WIRE_VERSION, p, n);
	char sentence[NOTICE_ROOM];

	if (!f)
		return false;
	fault_sentence(f, sentence, sizeof sentence);
	session_notify(s, "%s%s.", f->app, sentence);
	backtrace_forget(&s->faults.backtrace);
	if (s->demo->fault)
		s->demo->fault(s, f);
	return true;
}

/* Whoever says it: here is one console. */
static bool take_framed_text(struct session *s, const uint8_t *p, size_t n)
{
	if (n < WIRE_TEXT_SIZE)
		return false;
	take_text(s, p + WIRE_TEXT_SIZE, n - WIRE_TEXT_SIZE);
	return true;
}

/* Of one app END tells all. */
static bool take_exit(struct session *s, const uint8_t *p, size_t n)
{
	if (n < WIRE_EXIT_SIZE)
		return false;
	if (s->target.domains > 1)
		session_notify(s, "App %u, %.*s, has ended with code %u.", p[4], (int)(n - WIRE_EXIT_SIZE),
			       (const char *)p + WIRE_EXIT_SIZE, wire_get32(p));
	return true;
}

static bool take_ack(struct session *s, const uint8_t *p, size_t n)
{
	if (n < WIRE_ACK_SIZE)
		return false;
	queue_answer(s, p, n);
	return true;
}

static bool take_end(struct session *s, const uint8_t *p, size_t n)
{
	if (n < WIRE_END_SIZE)
		return false;
	s->end_code = (int)(wire_get32(p) & 0x7fffffff);
	s->state = SESSION_ENDED;
	s->goal_settled = s->goal_settled || s->goal_seen;
	queue_forget(s);
	return true;
}

static bool take_deadlock(struct session *s, const uint8_t *p, size_t n)
{
	struct deadlock *d = &s->deadlock;
	uint32_t complete = d->complete;
	char names[NOTICE_ROOM - 60];

	if (!deadlock_take(d, p, n))
		return false;
	if (d->complete == complete)
		return true;
	deadlock_names(d, names, sizeof names);
	session_notify(s, "The kernel reports a cycle of %u threads: %s.", d->members, names);
	if (s->demo->deadlock)
		s->demo->deadlock(s);
	return true;
}

/* What the demo's frames mean is its own affair. */
static bool take_own(struct session *s, uint8_t type, const uint8_t *p, size_t n)
{
	enum frame_result result = s->demo->take(s, type, p, n);

	if (result == FRAME_UNUSABLE) {
		s->link.unusable++;
		want_key(s);
	}
	return result != FRAME_DAMAGED;
}

static bool take(struct session *s, uint8_t type, const uint8_t *p, size_t n)
{
	switch (type) {
	case WIRE_HELLO:
		return take_hello(s, p, n);
	case WIRE_ACK:
		return take_ack(s, p, n);
	case WIRE_STATS:
		return take_stats(s, p, n);
	case WIRE_FAULT:
		return take_fault(s, p, n);
	case WIRE_END:
		return take_end(s, p, n);
	case WIRE_DEADLOCK:
		return take_deadlock(s, p, n);
	case WIRE_TEXT:
		return take_framed_text(s, p, n);
	case WIRE_EXIT:
		return take_exit(s, p, n);
	}
	return take_own(s, type, p, n);
}

void take_damaged(struct session *s)
{
	s->link.damaged++;
	s->demo->doubt(s->own);
	want_key(s);
}

void take_frame(struct session *s)
{
	struct wire_decoder *d = &s->decoder;

	if (s->link.frames++ == 0)
		source_settled(s->source);
	s->frame_ms = clock_ms();
	if (s->state == SESSION_SILENT && s->link.frames > 1)
		session_notify(s, "The target is back.");
	if (s->state == SESSION_CONNECTING || s->state == SESSION_SILENT)
		s->state = SESSION_LIVE;
	check_sequence(s, d->seq, d->type == WIRE_HELLO);
	if (!take(s, d->type, d->payload, d->length))
		take_damaged(s);
}

/* A ring that forgets the oldest text. */
void take_text(struct session *s, const uint8_t *text, size_t n)
{
	s->link.text_bytes += n;
	backtrace_feed(&s->faults.backtrace, (const char *)text, n);
	for (size_t i = 0; i < n; i++) {
		s->console[(s->console_at + s->console_size) % CONSOLE_ROOM] = (char)text[i];
		if (s->console_size < CONSOLE_ROOM)
			s->console_size++;
		else
			s->console_at = (s->console_at + 1) % CONSOLE_ROOM;
	}
}
