/*
 * The terminal face: polls the session, takes keys, draws at most thirty times a second. However it ends, the terminal is
 * given back as it was.
 */
#include "tui.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

#define FRAME_MS 33u
#define POLL_MS 15
#define PAN 4
#define TAIL 2048u /* of the target's text, for a person who finds it lost */

struct tui {
	struct session *s;
	const struct options *o;
	struct screen screen;
	struct view view;
	uint64_t drawn_ms;
	bool quit;
	char tail[TAIL + 1];
	size_t tail_size;
};

static void play_or_pause(struct tui *t)
{
	if (session_resting(t->s))
		session_run(t->s);
	else
		session_pause(t->s);
}

static void take_key(struct tui *t, int key)
{
	switch (key) {
	case ' ':
		play_or_pause(t);
		break;
	case 'r':
		session_reset(t->s);
		break;
	case 'q':
	case KEY_END_OF_INPUT:
		t->quit = true;
		break;
	case KEY_UP:
	case KEY_DOWN:
		t->view.y += key == KEY_UP ? -PAN : PAN;
		break;
	case KEY_LEFT:
	case KEY_RIGHT:
		t->view.x += key == KEY_LEFT ? -PAN : PAN;
		break;
	default:
		session_demo(t->s)->tui->key(t->s, &t->view, key);
		break;
	}
}

/* Keeps the end of what the target has said. */
static void keep_console(struct tui *t)
{
	char text[512];
	size_t n;

	while ((n = session_console(t->s, text, sizeof text)) > 0) {
		size_t drop = t->tail_size + n > TAIL ? t->tail_size + n - TAIL : 0;

		memmove(t->tail, t->tail + drop, t->tail_size - drop);
		memcpy(t->tail + t->tail_size - drop, text, n);
		t->tail_size += n - drop;
	}
}

static void draw(struct tui *t)
{
	bool resized = screen_resized(&t->screen);

	if ((!resized && clock_ms() - t->drawn_ms < FRAME_MS) || !screen_ready())
		return;
	t->drawn_ms = clock_ms();
	tui_draw(&t->screen, &t->view, t->s, t->o);
}

/* Whoever watched a target die wants its last words on the terminal, not lost with the picture. */
static void last_words(struct tui *t)
{
	if (session_state(t->s) != SESSION_LOST)
		return;
	fwrite(t->tail, 1, t->tail_size, stderr);
	if (!*run_reason())
		fprintf(stderr, "\npetri-view: %s\n", session_problem(t->s));
}

static bool keep_picture(const struct tui *t)
{
	char err[400];

	if (!t->o->screenshot || session_demo(t->s)->picture(t->s, t->o, t->o->screenshot, err, sizeof err))
		return true;
	fprintf(stderr, "petri-view: %s\n", err);
	return false;
}

static bool loop(struct tui *t, int *code)
{
	while (!t->quit && !quit_signal) {
		session_poll(t->s, POLL_MS);
		keep_console(t);
		for (int key; (key = screen_key());)
			take_key(t, key);
		draw(t);
		if (run_over(t->s, t->o, code))
			return true;
	}
	return false;
}

/* Left by a person: the goal was not reached, but without one --save means the dish as it is now. */
static int left(struct tui *t)
{
	bool goal = session_demo(t->s)->has_goal(t->o), saved = goal || run_save(t->s, t->o);

	return quit_signal || goal || !saved || session_state(t->s) == SESSION_LOST ? 1 : 0;
}

int face_tui(struct session *s, const struct options *o)
{
	static struct tui t;
	char err[200];
	int code = 1;
	bool over;

	t = (struct tui){.s = s, .o = o};
	if (!screen_open(&t.screen, err, sizeof err)) {
		fprintf(stderr, "petri-view: %s\n", err);
		return 1;
	}
	over = loop(&t, &code);
	screen_close(&t.screen);
	last_words(&t);
	if (!over)
		code = left(&t);
	return !*run_reason() && !keep_picture(&t) ? 1 : code;
}
