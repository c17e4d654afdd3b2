/*
 * How a run ends, the same for all faces: the goal reached and checked, or the reason why it cannot be reached.
 */
#include <stdio.h>

#include "faces.h"

#define KEYS_MAX 5u /* asked for, before something incomplete is a failure */
#define KEY_MS 1000u
#define EXIT_WAIT_MS 5000

/* Keys asked for at the goal; one run per process. */
static unsigned keys;
static uint64_t key_ms;

static char reason_told[600];

const char *run_reason(void) { return reason_told; }

static bool failed(int *code, const char *reason)
{
	snprintf(reason_told, sizeof reason_told, "%s", reason);
	*code = 1;
	return true;
}

/* There are gaps at the goal: a key may heal that, as long as there is somebody to ask. */
static bool heal(struct session *s, int *code)
{
	char text[300], where[WHERE_ROOM];

	if (session_state(s) == SESSION_LIVE || session_state(s) == SESSION_SILENT) {
		if (keys && session_age_ms(s) - key_ms < KEY_MS)
			return false;
		key_ms = session_age_ms(s);
		if (keys++ < KEYS_MAX && session_key(s))
			return false;
	}
	session_demo(s)->where(s, where, sizeof where);
	snprintf(text, sizeof text, "what has come %s is not complete: %u frames lost, %u damaged, %u not usable", where,
		 session_link(s)->lost, session_link(s)->damaged, session_link(s)->unusable);
	return failed(code, text);
}

/* After END our QEMU ends by itself, and its code tells whether all was well. */
static bool check_exit(struct session *s, const struct options *o, int *code)
{
	int expected = session_demo(s)->exit_expected ? session_demo(s)->exit_expected(s, o) : 0;
	int ended = session_exit_code(s), exit_code;
	char text[80];

	if (ended > 0 && ended != expected) {
		snprintf(text, sizeof text, "the app ended with code %d", ended);
		return !failed(code, text);
	}
	if (ended < 0 || session_is_replay(s) || !session_wait_exit(s, EXIT_WAIT_MS, &exit_code) || exit_code <= 0 ||
	    exit_code == ended)
		return true;
	snprintf(text, sizeof text, "QEMU ended with code %d%s", exit_code, exit_code == 134 ? ": it aborted" : "");
	return !failed(code, text);
}

bool run_save(struct session *s, const struct options *o)
{
	return !session_demo(s)->save || session_demo(s)->save(s, o, reason_told, sizeof reason_told);
}

static bool at_goal(struct session *s, const struct options *o, int *code)
{
	struct run_end end = {0};
	char err[400];

	if (!session_sure(s))
		return heal(s, code);
	if (!check_exit(s, o, code))
		return true;
	if (o->record && !session_record(s, NULL, err, sizeof err))
		return failed(code, err);
	if (session_demo(s)->finish)
		session_demo(s)->finish(s, o, &end);
	if (*end.reason)
		failed(code, end.reason);
	*code = run_save(s, o) && !*end.reason ? end.code : 1;
	return true;
}

static bool ended_early(struct session *s, const struct options *o, int *code)
{
	char text[300], where[WHERE_ROOM], goal[WHERE_ROOM];

	session_demo(s)->where(s, where, sizeof where);
	session_demo(s)->goal(o, goal, sizeof goal);
	if (session_is_replay(s))
		snprintf(text, sizeof text, "the recording ends %s, before %s", where, goal);
	else
		snprintf(text, sizeof text, "the target ended (code %d) %s, before %s", session_exit_code(s), where, goal);
	return failed(code, text);
}

/* An app that is none of the demos: nothing of it was to be seen, nobody asked for it, and its code tells how it went. */
static bool ended_unseen(const struct session *s, const struct options *o)
{
	return session_state(s) == SESSION_ENDED && !session_shown(s) && o->just_looking && !o->demo;
}

/* A recording without a goal is over at its end. */
static bool at_end_of_recording(struct session *s, const struct options *o)
{
	return !session_demo(s)->has_goal(o) && o->face == FACE_HEADLESS && session_is_replay(s) &&
	       session_state(s) == SESSION_ENDED;
}

static bool timed_out(const struct session *s, const struct options *o, int *code)
{
	char text[600], where[WHERE_ROOM];
	const char *problem = session_problem(s);

	if (o->timeout <= 0 || (double)session_age_ms(s) < o->timeout * 1000)
		return false;
	if (session_link(s)->frames == 0)
		problem = session_link(s)->bytes ? "Bytes came, but no frame." : "The target has said nothing.";
	session_demo(s)->where(s, where, sizeof where);
	snprintf(text, sizeof text, "not done after %g s, %s%s%s", o->timeout, where, *problem ? ". " : "", problem);
	return failed(code, text);
}

bool run_over(struct session *s, const struct options *o, int *code)
{
	const struct demo *demo = session_demo(s);
	char reason[400];

	if (at_end_of_recording(s, o))
		return at_goal(s, o, code);
	if (!demo->has_goal(o) && !(o->demo && o->demo->has_goal(o)))
		return false;
	if (session_goal(s) && at_goal(s, o, code))
		return true;
	if (*session_refused(s))
		return failed(code, session_refused(s));
	if (demo->hopeless && demo->hopeless(s, o, reason, sizeof reason))
		return failed(code, reason);
	if (session_state(s) == SESSION_LOST)
		return failed(code, session_problem(s));
	if (ended_unseen(s, o)) {
		*code = 0;
		check_exit(s, o, code);
		return true;
	}
	if (session_state(s) == SESSION_ENDED)
		return ended_early(s, o, code);
	return timed_out(s, o, code);
}
