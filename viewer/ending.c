/*
 * How a run ends, the same for all faces: the goal reached and checked, or the reason why it cannot be reached.
 */
#include <stdio.h>

#include "faces.h"

#define KEYS_MAX 5u /* asked for, before an incomplete dish is a failure */
#define KEY_MS 1000u
#define EXIT_WAIT_MS 5000

/* Keys asked for at the goal; one run per process. */
static unsigned keys;
static uint64_t key_ms;

static char reason_told[500];

const char *run_reason(void) { return reason_told; }

static bool failed(int *code, const char *reason)
{
	snprintf(reason_told, sizeof reason_told, "%s", reason);
	*code = 1;
	return true;
}

/* The dish has gaps at the goal: a key may heal that, as long as there is somebody to ask. */
static bool heal(struct session *s, int *code)
{
	char text[160];

	if (session_state(s) == SESSION_LIVE || session_state(s) == SESSION_SILENT) {
		if (keys && session_age_ms(s) - key_ms < KEY_MS)
			return false;
		key_ms = session_age_ms(s);
		if (keys++ < KEYS_MAX && session_key(s))
			return false;
	}
	snprintf(text, sizeof text, "the dish at generation %llu is not complete: %u frames lost, %u damaged, %u not usable",
		 (unsigned long long)session_dish(s)->generation, session_link(s)->lost, session_link(s)->damaged,
		 session_link(s)->unusable);
	return failed(code, text);
}

/* After END our QEMU ends by itself, and its code tells whether all was well. */
static bool check_exit(struct session *s, int *code)
{
	char text[80];
	int exit_code;

	if (session_exit_code(s) > 0) {
		snprintf(text, sizeof text, "the app ended with code %d", session_exit_code(s));
		return !failed(code, text);
	}
	if (session_exit_code(s) < 0 || session_is_replay(s) || !session_wait_exit(s, EXIT_WAIT_MS, &exit_code) || exit_code <= 0)
		return true;
	snprintf(text, sizeof text, "QEMU ended with code %d%s", exit_code, exit_code == 134 ? ": it aborted" : "");
	return !failed(code, text);
}

bool run_save(struct session *s, const struct options *o)
{
	char err[400] = "no dish has come yet, so there is nothing to save";
	struct board b;
	bool good;

	if (!o->save)
		return true;
	good = session_snapshot(s, &b) && board_save(&b, o->save, err, sizeof err);
	board_free(&b);
	if (!good)
		snprintf(reason_told, sizeof reason_told, "%s", err);
	return good;
}

static bool at_goal(struct session *s, const struct options *o, int *code)
{
	char err[400];

	if (!session_sure(s))
		return heal(s, code);
	if (!check_exit(s, code))
		return true;
	if (o->record && !session_record(s, NULL, err, sizeof err))
		return failed(code, err);
	*code = run_save(s, o) ? 0 : 1;
	return true;
}

static bool ended_early(struct session *s, const struct options *o, int *code)
{
	char text[160];

	if (session_is_replay(s))
		snprintf(text, sizeof text, "the recording ends at generation %llu without a complete generation %llu",
			 (unsigned long long)session_dish(s)->generation, (unsigned long long)o->until);
	else
		snprintf(text, sizeof text, "the target ended (code %d) at generation %llu, before generation %llu",
			 session_exit_code(s), (unsigned long long)session_dish(s)->generation, (unsigned long long)o->until);
	return failed(code, text);
}

/* An app that has nothing to do with Life: it has shown no dish, nobody asked for one, and its code tells how it went. */
static bool ended_without_dish(const struct session *s, const struct options *o)
{
	return session_state(s) == SESSION_ENDED && session_dish(s)->width == 0 && o->just_looking && !o->load && !o->has_rule &&
	       !o->has_random && !o->save;
}

/* A recording without --until is over at its end. */
static bool at_end_of_recording(struct session *s, const struct options *o)
{
	return !o->has_until && o->face == FACE_HEADLESS && session_is_replay(s) && session_state(s) == SESSION_ENDED;
}

static bool timed_out(const struct session *s, const struct options *o, int *code)
{
	char text[300];
	const char *problem = session_problem(s);

	if (o->timeout <= 0 || (double)session_age_ms(s) < o->timeout * 1000)
		return false;
	if (session_link(s)->frames == 0)
		problem = session_link(s)->bytes ? "Bytes came, but no frame." : "The target has said nothing.";
	snprintf(text, sizeof text, "not done after %g s, at generation %llu%s%s", o->timeout,
		 (unsigned long long)session_dish(s)->generation, *problem ? ". " : "", problem);
	return failed(code, text);
}

bool run_over(struct session *s, const struct options *o, int *code)
{
	if (at_end_of_recording(s, o))
		return at_goal(s, o, code);
	if (!o->has_until)
		return false;
	if (session_goal(s) && at_goal(s, o, code))
		return true;
	if (*session_refused(s))
		return failed(code, session_refused(s));
	if (session_state(s) == SESSION_LOST)
		return failed(code, session_problem(s));
	if (ended_without_dish(s, o)) {
		*code = 0;
		check_exit(s, code);
		return true;
	}
	if (session_state(s) == SESSION_ENDED)
		return ended_early(s, o, code);
	return timed_out(s, o, code);
}
