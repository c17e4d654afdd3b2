/*
 * What the faces ask of a session. Nothing here changes the target.
 */
#include <stdio.h>

#include "session_internal.h"
#include "text.h"

size_t session_console(struct session *s, char *out, size_t size)
{
	size_t n = 0;

	for (; n + 1 < size && s->console_size; n++, s->console_size--) {
		out[n] = s->console[s->console_at];
		s->console_at = (s->console_at + 1) % CONSOLE_ROOM;
	}
	if (size)
		out[n] = 0;
	return n;
}

enum session_state session_state(const struct session *s) { return s->state; }

const char *session_problem(const struct session *s)
{
	return s->state == SESSION_SILENT || s->state == SESSION_LOST ? s->problem : "";
}

const char *session_source(const struct session *s)
{
	static char text[256];

	if (s->source->kind != SOURCE_SERIAL)
		return s->source->name;
	snprintf(text, sizeof text, "%s at %u baud", s->source->name, s->source->baud);
	return text;
}

bool session_is_replay(const struct session *s) { return s->replay.active; }

const struct demo *session_demo(const struct session *s) { return s->demo; }

void *session_own(const struct session *s) { return s->own; }

uint64_t session_shown(const struct session *s) { return s->demo->shown(s->own); }

bool session_resting(const struct session *s) { return s->demo->resting(s->own); }

const struct faults *session_faults(const struct session *s) { return &s->faults; }

const struct deadlock *session_deadlock(const struct session *s) { return s->deadlock.complete ? &s->deadlock : NULL; }

const struct counters *session_counters(const struct session *s) { return &s->counters; }

const struct target_info *session_target(const struct session *s) { return &s->target; }

const struct link_stats *session_link(const struct session *s) { return &s->link; }

const char *session_notice(const struct session *s, uint64_t *when_ms)
{
	if (when_ms)
		*when_ms = s->notice_ms;
	return s->notices_made ? s->notices[(s->notices_made - 1) % NOTICES] : "";
}

const char *session_next_notice(struct session *s)
{
	if (s->notices_made - s->notices_taken > NOTICES)
		s->notices_taken = s->notices_made - NOTICES;
	return s->notices_taken == s->notices_made ? NULL : s->notices[s->notices_taken++ % NOTICES];
}

bool session_sure(const struct session *s) { return s->demo->sure(s->own); }

bool session_goal(const struct session *s) { return s->goal_settled; }

const char *session_refused(const struct session *s) { return s->refused; }

int session_exit_code(const struct session *s) { return s->end_code; }

bool session_wait_exit(struct session *s, int ms, int *code)
{
	uint64_t end = clock_ms() + (uint64_t)ms;

	while (!s->over && clock_ms() < end) /* drained, lest QEMU hangs in its last words */
		session_poll(s, 10);
	*code = -1;
	if (!source_wait(s->source, 0))
		return false;
	*code = s->source->exit_code;
	return true;
}

uint64_t session_age_ms(const struct session *s) { return clock_ms() - s->opened_ms; }
