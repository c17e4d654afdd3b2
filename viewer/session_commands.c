/*
 * Commands: the queue, sending and repeating, answers, and the calls of session.h that give them. Those that only one demo
 * has are in its folder.
 *
 * One command is on its way at a time, and is repeated under its number until it is answered; the target executes a number
 * once. That costs a round trip each, and buys that nothing can be lost, doubled or overtaken.
 */
#include <stdlib.h>
#include <string.h>

#include "session_internal.h"
#include "text.h"

#define QUEUE_BYTES (8u << 20) /* a full board of 4096 x 4096 is 2 MiB */
#define REPEAT_MS 1000u
#define REPEAT_DOUBLINGS 3u /* at first after one second, later after eight */

/* ---- out ---- */

void out_flush(struct session *s)
{
	while (s->out_at < s->out_size && !s->over) {
		ssize_t n = source_write(s->source, s->out + s->out_at, s->out_size - s->out_at);

		if (n <= 0)
			return;
		s->out_at += (size_t)n;
	}
	s->out_at = s->out_size = 0;
}

bool out_frame(struct session *s, uint32_t seq, uint8_t type, const void *payload, size_t length)
{
	if (s->mute || s->over || s->replay.active)
		return false;
	out_flush(s);
	if (s->out_size > WIRE_ENCODED_MAX)
		return false;
	s->out_size += wire_encode(s->out + s->out_size, type, seq, payload, length);
	out_flush(s);
	return true;
}

/* ---- the queue ---- */

static void drop_first(struct session *s)
{
	struct queue *q = &s->queue;
	struct command *c = q->first;

	q->first = c->next;
	if (!q->first)
		q->last = NULL;
	q->count--;
	q->bytes -= c->length;
	q->sent = false;
	free(c);
}

void queue_forget(struct session *s)
{
	while (s->queue.first)
		drop_first(s);
}

void queue_clear(struct session *s)
{
	struct queue *q = &s->queue;
	struct command *sent = q->sent ? q->first : NULL;

	if (!sent) {
		queue_forget(s);
		return;
	}
	while (sent->next) {
		struct command *c = sent->next;

		sent->next = c->next;
		q->count--;
		q->bytes -= c->length;
		free(c);
	}
	q->last = sent;
}

bool can_command(struct session *s)
{
	if (s->replay.active)
		session_notify(s, "This is a recording: it takes no commands.");
	else if (s->mute)
		session_notify(s, "This run follows its boot script: it takes no commands.");
	else if (s->over || s->state == SESSION_ENDED)
		session_notify(s, "The target is gone: it takes no commands.");
	else
		return true;
	return false;
}

bool queue_add(struct session *s, uint8_t type, const void *payload, size_t length)
{
	struct queue *q = &s->queue;
	struct command *c;

	if (!can_command(s))
		return false;
	c = q->bytes + length > QUEUE_BYTES ? NULL : malloc(sizeof *c + length);
	if (!c) {
		session_notify(s, "Too many commands are waiting for the target.");
		return false;
	}
	*c = (struct command){.type = type, .length = (uint16_t)length, .of_start = s->start.adding};
	if (length)
		memcpy(c->payload, payload, length);
	if (q->last)
		q->last->next = c;
	else
		q->first = c;
	q->last = c;
	q->count++;
	q->bytes += length;
	return true;
}

bool queue_sink(void *context, uint8_t type, const void *payload, size_t length)
{
	return queue_add(context, type, payload, length);
}

static void send_first(struct session *s)
{
	struct queue *q = &s->queue;

	if (!q->sent) {
		q->seq = s->next_seq;
		q->repeats = 0;
	}
	if (!out_frame(s, q->seq, q->first->type, q->first->payload, q->first->length))
		return;
	if (q->sent)
		q->repeats++;
	else
		s->next_seq++;
	q->sent = true;
	q->sent_ms = clock_ms();
}

void queue_renumber(struct session *s)
{
	s->next_seq = 1;
	s->queue.sent = false;
}

uint64_t queue_busy_ms(const struct session *s)
{
	const struct command *c = s->queue.first;

	return s->queue.sent && s->demo->busy_ms ? s->demo->busy_ms(c->type, c->payload, c->length) : 0;
}

void queue_tick(struct session *s)
{
	struct queue *q = &s->queue;
	uint64_t patience = REPEAT_MS << (q->repeats < REPEAT_DOUBLINGS ? q->repeats : REPEAT_DOUBLINGS);

	if (!q->first || s->over || s->start.phase == START_HELLO)
		return;
	if (!q->sent || clock_ms() - q->sent_ms >= patience)
		send_first(s);
}

static const char *command_name(const struct session *s, uint8_t type)
{
	static const char *const kernel[] = {"HELLO", "KILL", "BAUD", "BOOT"};
	size_t from_kernel = (size_t)type - WIRE_CMD_HELLO; /* wraps when below */
	const char *const *name = s->demo->commands;

	if (from_kernel < sizeof kernel / sizeof *kernel)
		return kernel[from_kernel];
	for (uint8_t at = s->demo->first_command; *name; name++, at++)
		if (at == type)
			return *name;
	return "a command";
}

/* Refusals are for people; the refusal of what the options ask for ends a headless run, which then tells it itself. */
static void refused(struct session *s, const struct command *c, uint8_t type, unsigned error, const uint8_t *text, size_t n)
{
	char reason[160];
	bool of_start = !c || c->of_start;

	n = n < sizeof reason ? n : sizeof reason - 1;
	memcpy(reason, text, n);
	reason[n] = 0;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)reason[i] < ' ')
			reason[i] = ' ';
	if (!of_start || s->o->face != FACE_HEADLESS)
		session_notify(s, "The target refused %s: %s (error %u).", command_name(s, type), n ? reason : "no reason given",
			       error);
	if (of_start && !*s->refused)
		snprintf(s->refused, sizeof s->refused, "the target refused %s: %s (error %u)", command_name(s, type),
			 n ? reason : "no reason given", error);
}

void queue_answer(struct session *s, const uint8_t *p, size_t n)
{
	struct queue *q = &s->queue;
	uint32_t seq = wire_get32(p);
	uint8_t type = p[4], error = p[5];

	if (seq == WIRE_SEQ_SCRIPT) {
		if (error)
			refused(s, NULL, type, error, p + WIRE_ACK_SIZE, n - WIRE_ACK_SIZE);
		return;
	}
	if (type == WIRE_CMD_HELLO && seq == 0)
		s->start.greeted = true;
	if (!q->first || !q->sent || q->first->type != type || q->seq != seq)
		return; /* of a question, or to a repeat that was answered already */
	if (error)
		refused(s, q->first, type, error, p + WIRE_ACK_SIZE, n - WIRE_ACK_SIZE);
	else if (n > WIRE_ACK_SIZE)
		session_notify(s, "%.*s", (int)(n - WIRE_ACK_SIZE), (const char *)p + WIRE_ACK_SIZE);
	drop_first(s);
	if (type == WIRE_CMD_BAUD)
		start_baud_answered(s, error == 0);
}

size_t session_pending(const struct session *s) { return s->queue.count; }

/* ---- the calls ---- */

static bool add_plain(struct session *s, uint8_t type) { return queue_add(s, type, NULL, 0); }

bool session_run(struct session *s)
{
	if (!s->replay.active)
		return add_plain(s, s->demo->run);
	replay_go(s, 0);
	return true;
}

bool session_pause(struct session *s)
{
	if (!s->replay.active)
		return add_plain(s, s->demo->pause);
	s->replay.paused = true;
	return true;
}

bool session_key(struct session *s)
{
	s->key_ms = clock_ms();
	if (s->queue.last && s->queue.last->type == s->demo->key)
		return true;
	return !s->replay.active && !s->mute && !s->over && s->state != SESSION_ENDED && add_plain(s, s->demo->key);
}
