/*
 * A session's life: opening, recording, reading, silence and loss, the end.
 */
#include "session.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bootscript.h"
#include "session_internal.h"
#include "symbols.h"
#include "text.h"

#define PING_MS 1200u /* a target at rest says nothing by itself: it is asked */
#define SILENT_MS 3000u
#define SILENT_BOOT_MS 5000u    /* nothing came yet: it may still be booting */
#define SILENT_ICOUNT_MS 30000u /* there the target's second takes as long as it takes */
#define POLL_BUDGET_MS 12u      /* a recording at full speed must leave time to draw */

void session_notify(struct session *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->notices[s->notices_made % NOTICES], NOTICE_ROOM, format, args);
	va_end(args);
	s->notices_made++;
	s->notice_ms = clock_ms();
}

/* ---- opening and closing ---- */

/* The boot script that our QEMU gets: BOOT alone, or everything when the run is to depend on no timing. */
static uint8_t *make_script(const struct options *o, size_t *size, char *err, size_t err_size)
{
	const struct demo *demo = demo_default(o);

	if (!demo->possible(o, err, err_size)) /* found out now, not after the boot */
		return NULL;
	return boot_script(o, o->icount ? demo : NULL, true, o->icount, size, err, err_size);
}

static bool open_source(struct session *s, char *err, size_t err_size)
{
	const struct options *o = s->o;
	uint8_t *blob = NULL;
	size_t size = 0;

	if (source_kind_of(o->source) == SOURCE_QEMU) {
		blob = make_script(o, &size, err, err_size);
		if (!blob)
			return false;
	} else if (s->demo->wanted(o) && !s->demo->possible(o, err, err_size)) {
		return false;
	}
	s->source = source_open(o, blob, size, err, err_size);
	free(blob);
	return s->source != NULL;
}

bool session_choose(struct session *s, const struct demo *demo)
{
	void *own = demo->open();

	if (!own)
		return false;
	if (s->own)
		s->demo->close(s->own);
	s->demo = demo;
	s->own = own;
	return true;
}

struct session *session_open(const struct options *o, char *err, size_t err_size)
{
	struct session *s = calloc(1, sizeof *s);

	if (!s) {
		fail(err, err_size, "no memory");
		return NULL;
	}
	s->o = o;
	s->end_code = -1;
	s->opened_ms = s->frame_ms = clock_ms();
	if (!session_choose(s, demo_default(o))) {
		fail(err, err_size, "no memory");
		session_close(s);
		return NULL;
	}
	if (!open_source(s, err, err_size) || (o->record && !session_record(s, o->record, err, err_size))) {
		session_close(s);
		return NULL;
	}
	symbols_from(o);
	s->mute = o->icount && s->source->kind == SOURCE_QEMU;
	s->ends_at_goal = s->source->kind == SOURCE_QEMU && (s->mute || o->face == FACE_HEADLESS);
	if (s->source->kind == SOURCE_FILE)
		replay_begin(s);
	start_begin(s);
	return s;
}

void session_close(struct session *s)
{
	if (!s)
		return;
	queue_forget(s);
	if (s->record)
		fclose(s->record);
	source_close(s->source);
	if (s->own)
		s->demo->close(s->own);
	deadlock_free(&s->deadlock);
	free(s);
}

/* ---- recording ---- */

bool session_record(struct session *s, const char *path, char *err, size_t err_size)
{
	if (s->record) {
		bool good = fclose(s->record) == 0 && !s->record_failed;

		s->record = NULL;
		if (!good && !path)
			return fail(err, err_size, "the recording could not be written completely (is the disk full?)");
	}
	s->record_failed = false;
	if (!path)
		return true;
	s->record = fopen(path, "wbe");
	if (!s->record)
		return fail(err, err_size, "%s: cannot write it: %s", path, strerror(errno));
	s->record_waiting = s->link.bytes > 0;
	if (s->record_waiting)
		session_key(s);
	return true;
}

bool session_recording(const struct session *s) { return s->record != NULL; }

static void record_bytes(struct session *s, const uint8_t *data, size_t n)
{
	if (!s->record || s->record_failed || s->record_waiting || !n)
		return;
	if (fwrite(data, 1, n, s->record) == n)
		return;
	s->record_failed = true;
	session_notify(s, "The recording cannot be written: %s.", strerror(errno));
}

/* ---- reading ---- */

static void idle(int ms)
{
	if (ms > 0)
		poll(NULL, 0, ms);
}

/* Digests the chunk, byte by byte; stops early behind a frame where a recording rests, and for good behind END. */
static void digest(struct session *s)
{
	size_t from = s->chunk_at;

	while (s->chunk_at < s->chunk_size && s->state != SESSION_ENDED) {
		enum wire_event event = wire_decode(&s->decoder, s->chunk[s->chunk_at++]);

		if (event == WIRE_NOTHING)
			continue;
		if (event == WIRE_PLAIN) {
			take_text(s, s->decoder.text, s->decoder.text_length);
		} else if (event == WIRE_DAMAGED) {
			take_damaged(s);
		} else {
			take_frame(s);
			if (s->record_waiting) {
				s->record_waiting = false;
				from = s->chunk_at;
			}
			if (replay_holds(s))
				break;
		}
	}
	record_bytes(s, s->chunk + from, s->chunk_at - from);
}

/* A frame that is still open when the source ends was cut off. */
static void source_over(struct session *s)
{
	s->over = true;
	queue_forget(s);
	if (s->decoder.run >= 2 && s->decoder.filled)
		s->link.damaged++;
	if (s->replay.active) {
		s->goal_settled = s->goal_settled || s->goal_seen;
		if (*s->source->problem)
			session_notify(s, "%s.", s->source->problem);
		if (s->link.frames == 0)
			session_notify(s, "%s: this file is not a recording: no frame in it.", s->source->name);
		s->state = SESSION_ENDED;
	} else if (s->state != SESSION_ENDED) {
		s->state = SESSION_LOST;
		snprintf(s->problem, sizeof s->problem, "The target is lost: %s.", s->source->problem);
	}
}

/* Reads one chunk. False when there is nothing to read. After END what still comes is thrown away. */
static bool read_chunk(struct session *s, int timeout_ms)
{
	ssize_t n = source_read(s->source, s->chunk, sizeof s->chunk, timeout_ms);

	s->chunk_at = s->chunk_size = 0;
	if (n < 0)
		source_over(s);
	if (n <= 0)
		return false;
	if (s->state == SESSION_ENDED)
		return true;
	s->chunk_size = (size_t)n;
	s->link.bytes += (size_t)n;
	return true;
}

/* A recording at rest still waits a little, so that the caller does not spin. */
static void poll_replay(struct session *s, int timeout_ms)
{
	uint64_t now = clock_ms(), end = now + POLL_BUDGET_MS;

	if (replay_holds(s) || s->over || s->state == SESSION_ENDED) {
		idle(timeout_ms);
		return;
	}
	do {
		if (s->chunk_at == s->chunk_size && !read_chunk(s, 0))
			return;
		digest(s);
	} while (!replay_holds(s) && s->state != SESSION_ENDED && clock_ms() < end && s->console_size < CONSOLE_ROOM / 2);
}

static bool bytes_but_no_frames(const struct session *s) { return s->link.bytes > 0 && s->link.frames == 0; }

static void say_silent(struct session *s, uint64_t ms)
{
	unsigned long long seconds = ms / 1000;

	if (bytes_but_no_frames(s) && s->source->kind == SOURCE_SERIAL)
		snprintf(s->problem, sizeof s->problem, "Bytes come, but nothing one can understand: is %u baud the right rate?",
			 s->source->baud);
	else if (bytes_but_no_frames(s))
		snprintf(s->problem, sizeof s->problem, "The target has sent text, but no frames, for %llu s.", seconds);
	else if (s->link.frames == 0)
		snprintf(s->problem, sizeof s->problem, "The target has said nothing for %llu s.", seconds);
	else
		snprintf(s->problem, sizeof s->problem, "The target has been silent for %llu s.", seconds);
}

static uint64_t silence_limit_ms(const struct session *s)
{
	if (s->mute)
		return SILENT_ICOUNT_MS;
	return (s->state == SESSION_CONNECTING ? SILENT_BOOT_MS : SILENT_MS) + queue_busy_ms(s);
}

/* A target that runs talks all the time, and one at rest answers a question: silence means something. */
static void watch_silence(struct session *s)
{
	uint64_t now = clock_ms(), ms = now - s->frame_ms;

	if (s->state == SESSION_LOST || s->state == SESSION_ENDED)
		return;
	if (s->start.phase == START_DONE && ms >= PING_MS && now - s->start.probed_ms >= PING_MS)
		start_ask(s);
	if (s->state != SESSION_SILENT && ms < silence_limit_ms(s))
		return;
	say_silent(s, ms);
	if (s->state != SESSION_SILENT)
		session_notify(s, "%s", s->problem);
	s->state = SESSION_SILENT;
	start_search(s, ms);
}

void session_poll(struct session *s, int timeout_ms)
{
	if (s->replay.active) {
		poll_replay(s, timeout_ms);
		replay_tell(s);
		return;
	}
	if (s->over) {
		idle(timeout_ms);
		return;
	}
	out_flush(s);
	if (read_chunk(s, timeout_ms))
		digest(s);
	if (s->record)
		fflush(s->record);
	if (s->over)
		return;
	start_tick(s);
	queue_tick(s);
	watch_silence(s);
}
