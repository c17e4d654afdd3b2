/*
 * What the target says: each frame into the model and the counters, text into the console.
 */
#include <string.h>

#include "session_internal.h"
#include "text.h"

#define KEY_PAUSE_MS 500u

static void want_key(struct session *s)
{
	if (clock_ms() - s->key_ms >= KEY_PAUSE_MS)
		session_key(s);
}

/* The target's board has begun anew under us. */
static void target_restarted(struct session *s)
{
	session_notify(s, "The target has restarted.");
	queue_forget(s);
	rates_forget(s);
	s->model.configured = false;
	model_doubt(&s->model);
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
		model_doubt(&s->model);
		if (hello)
			target_restarted(s);
	} else if (s->has_seq && ahead) {
		s->link.lost += ahead;
		model_doubt(&s->model);
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

static bool take_hello(struct session *s, const uint8_t *p, size_t n)
{
	struct target_info *t = &s->target;

	if (n < WIRE_HELLO_SIZE)
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
	if (!t->known && t->version != WIRE_VERSION)
		session_notify(s, "The target speaks version %u of the protocol, this viewer version %u.", t->version,
			       WIRE_VERSION);
	t->known = true;
	return true;
}

static bool take_stats(struct session *s, const uint8_t *p, size_t n)
{
	struct counters *c = &s->counters;
	uint32_t dropped = c->frames_dropped;

	if (n < WIRE_STATS_SIZE)
		return false;
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
	rates_stats(s);
	if (c->frames_dropped > dropped)
		session_notify(s, "The target had to drop %u frames.", c->frames_dropped - dropped);
	s->goal_settled = s->goal_settled || (s->goal_seen && !s->ends_at_goal);
	return true;
}

static bool take_fault(struct session *s, const uint8_t *p, size_t n)
{
	size_t name = n < WIRE_FAULT_SIZE ? 0 : p[41];

	if (n < WIRE_FAULT_SIZE + name)
		return false;
	session_notify(s, "Thread %llu \"%.*s\" died: %.*s (pc %#llx, address %#llx).", (unsigned long long)wire_get64(p),
		       (int)name, (const char *)p + WIRE_FAULT_SIZE, (int)(n - WIRE_FAULT_SIZE - name),
		       (const char *)p + WIRE_FAULT_SIZE + name, (unsigned long long)wire_get64(p + 24),
		       (unsigned long long)wire_get64(p + 16));
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

/* A live target says itself that the goal is reached; a recording may have been made with another goal, or none. */
static void look_for_goal(struct session *s)
{
	const struct dish *d = &s->model.dish;

	if (!s->o->has_until || d->generation != s->o->until || s->goal_seen)
		return;
	if (s->replay.active ? s->model.sure : d->goal_reached)
		s->goal_seen = true;
}

static bool take_generation(struct session *s, const uint8_t *p, size_t n)
{
	uint64_t shown = s->model.dish.shown;
	enum model_result result = model_generation(&s->model, p, n);

	if (result == MODEL_UNUSABLE) {
		s->link.unusable++;
		want_key(s);
	}
	if (s->model.dish.shown != shown) {
		uint64_t ns = wire_get64(p + 32);

		rates_generation(s, ns);
		look_for_goal(s);
		replay_shown(s, ns);
	}
	return result != MODEL_DAMAGED;
}

/* In a recording without an end at the goal, the counters before the next generation are the ones that belong to it. */
static bool take_band(struct session *s, const uint8_t *p, size_t n)
{
	enum model_result result = model_band(&s->model, p, n);

	if (result == MODEL_UNUSABLE) {
		s->link.unusable++;
		want_key(s);
	}
	if (s->replay.active && s->goal_seen && n >= WIRE_LIFE_BAND_SIZE && wire_get64(p + 4) != s->model.dish.generation)
		s->goal_settled = true;
	return result != MODEL_DAMAGED;
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
	case WIRE_LIFE_CONFIG:
		return model_config(&s->model, p, n) != MODEL_DAMAGED;
	case WIRE_LIFE_BAND:
		return take_band(s, p, n);
	case WIRE_LIFE_GENERATION:
		return take_generation(s, p, n);
	case WIRE_LIFE_DEAD:
		return model_dead(&s->model, p, n) != MODEL_DAMAGED;
	}
	return true; /* of a later version */
}

void take_damaged(struct session *s)
{
	s->link.damaged++;
	model_doubt(&s->model);
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
	for (size_t i = 0; i < n; i++) {
		s->console[(s->console_at + s->console_size) % CONSOLE_ROOM] = (char)text[i];
		if (s->console_size < CONSOLE_ROOM)
			s->console_size++;
		else
			s->console_at = (s->console_at + 1) % CONSOLE_ROOM;
	}
}
